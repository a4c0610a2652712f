"""Which orders have to be chosen for together."""

from __future__ import annotations

from random import Random

import networkx as nx
import numpy as np

from planner.solving.choice.components import components


def told(carried: list[list[int]], count: int) -> list[list[int]]:
    return [part.tolist() for part in components([np.array(orders, np.int64) for orders in carried], count)]


def test_orders_that_no_hub_could_serve_both_of_stand_by_themselves() -> None:
    assert told([[0, 2], [1, 3]], 4) == [[0, 2], [1, 3]]


def test_an_order_that_two_hubs_could_serve_joins_what_they_serve() -> None:
    assert told([[0, 1], [3, 4], [1, 3]], 6) == [[0, 1, 3, 4], [2], [5]]


def test_a_day_without_orders_has_no_parts() -> None:
    assert told([[], []], 0) == []


def test_parts_are_the_connected_components_of_a_graph() -> None:
    for seed in range(50):
        r = Random(seed)
        carried = [r.sample(range(12), r.randrange(4)) for _ in range(r.randrange(6))]
        graph = nx.Graph()
        graph.add_nodes_from(range(12))
        for orders in carried:
            nx.add_path(graph, orders)
        assert sorted(told(carried, 12)) == sorted(sorted(part) for part in nx.connected_components(graph))
