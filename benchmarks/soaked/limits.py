"""Hostile figures: energy, mass, value and wind at their limits, and nobody there to fly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from benchmarks.planted.worlds import Scene, at, new_order, new_pad
from benchmarks.soaked.hostile import alone, crowded, flown, hostile, off, on_two_sides
from planner.model.fleets import Drone
from planner.model.goods import GoodsApproval
from planner.model.jobs import Evening


def _least_wh(scene: Scene) -> float:
    """Return the energy of packs that are just enough for the order asked about, ways out and reserve among it."""
    ledger = flown(alone(scene)).ledger
    spare_wh = 0.0 if ledger is None else ledger.margin_wh
    return scene.job.drone_types[0].battery_wh - spare_wh / (1.0 - scene.job.policy.reserve_share)


@hostile
def energy_at_the_limit(scene: Scene, r: Random) -> Scene:
    """Give packs what a sortie takes with the reserve, and no more."""
    least_wh = _least_wh(scene)
    return crowded(scene.with_kind(battery_wh=least_wh * (1.0 + off(r, -1e-3, -1e-6, -1e-12, 1e-12, 1e-6, 1e-3))), 2)


@hostile
def energy_for_a_way_out(scene: Scene, r: Random) -> Scene:
    """Give packs what a sortie takes with its dearest way out, and no more."""
    scene = scene.with_pad("B", roles=("alternate",))
    least_wh = _least_wh(scene)
    return scene.with_kind(battery_wh=least_wh * (1.0 + off(r, -1e-6, 1e-6)))


@hostile
def packs_half_empty_and_none_to_swap(scene: Scene, r: Random) -> Scene:
    """Let drones begin with little charge, at a hub without spares."""
    charge = r.choice([0.0, 0.2, 0.3, 0.5])
    drones = tuple(replace(drone, state_of_charge=charge) for drone in scene.job.drones)
    scene = scene.with_pad("hub", swap_packs=r.choice([0, 1]), chargers=1)
    return crowded(scene.with_kind(charge_w=r.choice([None, 20.0, 2000.0])).with_job(drones=drones), 4)


@hostile
def mass_at_the_limit(scene: Scene, r: Random) -> Scene:
    """Fill boxes to the gram: alone, and in sums of floats."""
    most_kg = scene.job.drone_types[0].max_payload_kg
    scene = scene.with_order(mass_kg=most_kg + off(r, -1e-9, 1e-9, 1e-3))
    tenths = [new_order(f"t{number}", "A", 0, 5, kg=most_kg / 10) for number in range(5)]
    return scene.with_orders(*tenths).with_policy(max_orders_per_sortie=5)


@hostile
def value_at_the_cap(scene: Scene, r: Random) -> Scene:
    """Let values add up to the caps, and a float more."""
    orders = [
        new_order(f"v{number}", "A", 0, 5, kg=0.5, declared_value=r.choice([0.1, 0.2, 0.3])) for number in range(6)
    ]
    return scene.with_orders(*orders).with_order(declared_value=off(r, 0.1, 0.3)).with_policy(
        value_cap_per_sortie=0.3, value_cap_per_drone_day=r.choice([None, 0.6]),
        value_cap_per_pad=r.choice([None, 0.9]), pad_dwell_s=r.choice([0.0, 3600.0]),
    )  # fmt: skip


@hostile
def volume_at_the_limit(scene: Scene, r: Random) -> Scene:
    """Let litres add up to what a box holds."""
    orders = [new_order(f"l{number}", "B", 0, 5, kg=0.5, volume_l=r.choice([0.1, 0.2, 0.7])) for number in range(6)]
    return (
        scene.with_orders(*orders).with_order(volume_l=0.3).with_kind(max_volume_l=r.choice([0.3, 0.7999999999, 0.8]))
    )


@hostile
def wind_at_the_limit(scene: Scene, r: Random) -> Scene:
    """Blow as hard as a type may fly, or leave just the least speed over ground."""
    kind, policy = scene.job.drone_types[0], scene.job.policy
    most = r.choice([kind.max_wind_mps, kind.cruise_mps - policy.min_ground_speed_mps, 20.0])
    wind = replace(
        scene.job.weather, wind_mps=most + off(r, -1e-9, 1e-9), wind_from_deg=r.choice([0.0, 90.0, 180.0, 360.0]),
        wind_height_m=r.choice([None, 10.0]), gust_mps=r.choice([None, 30.0]),
    )  # fmt: skip
    return scene.with_kind(max_wind_mps=r.choice([kind.max_wind_mps, 30.0])).with_job(weather=wind)


@hostile
def cold_at_the_limit(scene: Scene, r: Random) -> Scene:
    """Make it as cold, or as hot, as a type may fly."""
    kind = scene.job.drone_types[0]
    air = replace(
        scene.job.weather, temperature_c=r.choice([kind.temp_min_c, kind.temp_max_c]) + off(r, -1e-9, 1e-9),
        pressure_hpa=r.choice([1013.25, 600.0]),
    )  # fmt: skip
    return scene.with_job(weather=air)


@hostile
def orders_that_are_all_alike(scene: Scene, r: Random) -> Scene:
    """Ask for the same thing many times."""
    return crowded(scene, r.choice([6, 12])).with_policy(max_orders_per_sortie=r.choice([1, 4]))


@hostile
def nothing_to_do_and_nobody_to_do_it(scene: Scene, r: Random) -> Scene:
    """Take away all orders, all drones, or all that could fly at that hub."""
    emptied = r.choice(["orders", "drones", "elsewhere"])
    if emptied == "orders":
        return scene.with_job(orders=())
    if emptied == "drones":
        return scene.with_job(drones=())
    return scene.with_job(drones=(Drone(id="d", type="nine", home_pad="C"),))


@hostile
def companies_that_do_not_fit(scene: Scene, r: Random) -> Scene:
    """Let orders fly together that no box holds, or that are to be kept apart."""
    order = scene.order
    kg = r.choice([1.0, 3.5, 3.6, 7.0])
    one = replace(order, consignment=replace(order.consignment, mass_kg=kg), together="T")
    other = replace(one, id="o2", to_pad=r.choice(["A", "B"]), apart=r.choice(["", "X"]))
    return scene.with_job(orders=(replace(one, apart=other.apart), other, *scene.job.orders[1:]))


@hostile
def boxes_fetched_and_brought(scene: Scene, r: Random) -> Scene:
    """Fetch boxes from pads while others are brought there, with no room to spare."""
    pads = ["A", "B", "C"]
    ways = [(start, r.choice(["hub", *(pad for pad in pads if pad != start)])) for start in r.choices(pads, k=5)]
    fetched = [
        new_order(f"f{number}", end, 0, 6, kg=r.choice([3.5, 7.0]), from_pad=start)
        for number, (start, end) in enumerate(ways)
    ]
    return scene.with_orders(*scene.job.orders[1:], *fetched)


@hostile
def two_hubs_and_evenings_elsewhere(scene: Scene, r: Random) -> Scene:
    """Let sorties end at another hub, with one drone and one pack too few."""
    x_m, y_m = scene.xy("A")
    scene = scene.with_sky(pads=(*scene.sky.pads, new_pad("port", x_m + 900, y_m - 400, slots=1)))
    scene = scene.with_pad("hub", swap_packs=r.choice([None, 0, 1]))
    drones = (
        Drone(id="d0", type="nine", home_pad="hub"),
        Drone(id="d1", type="nine", home_pad=r.choice(["hub", "port"])),
    )
    across = [new_order(f"x{number}", r.choice("ABC"), 0, 6, from_pad=r.choice(["hub", "port"])) for number in range(4)]
    drones = drones if r.random() < 0.5 else (*drones, Drone(id="d2", type="nine", home_pad="port"))
    scene = scene.with_job(drones=drones)
    homes = {drone.home_pad for drone in drones}
    orders = [order for order in across if order.from_pad in homes]
    return scene.with_orders(*orders).with_policy(end_elsewhere=True, evening=r.choice(list(Evening)))


@hostile
def chance_at_its_end(scene: Scene, r: Random) -> Scene:
    """Ask for nearly certain energy in a forecast that may be far off."""
    wind = replace(scene.job.weather, wind_error_mps=r.choice([0.1, 5.0, 20.0]), wind_error_deg=r.choice([0.0, 180.0]))
    kind = {"model_error_share": r.choice([0.0, 0.5, 3.0]), "battery_wh": r.choice([1000.0, 9000.0])}
    return scene.with_job(weather=wind).with_kind(**kind).with_policy(energy_chance=r.choice([0.5, 0.99999, 1 - 1e-12]))


@on_two_sides
def goods_approved_on_one_side(scene: Scene, r: Random) -> Scene:
    """Carry dangerous goods over a boundary, with approvals for one side or both."""
    held = r.choice([("west",), ("east",), ("west", "east"), ()])
    approvals = tuple(GoodsApproval(un_number="UN3480", jurisdiction=side, approval="A") for side in held)
    return scene.with_order(dangerous_goods="UN3480").with_policy(dangerous_goods_allowed=approvals)


@hostile
def a_heap_of_limits(scene: Scene, r: Random) -> Scene:
    """Put several tight limits on one day: slots, packs, hours, values."""
    scene = crowded(scene, 5).with_pad("hub", slots=1, turnaround_s=60.0, swap_packs=1, chargers=1)
    scene = scene.with_kind(charge_w=500.0, battery_wh=r.choice([300.0, 600.0]), swap_s=0.0)
    drones = tuple(replace(drone, works_until=at(2) + timedelta(microseconds=1)) for drone in scene.job.drones)
    return scene.with_job(drones=drones).with_policy(value_cap_per_drone_day=1000.0, handover_s=0.0, final_hover_s=0.0)
