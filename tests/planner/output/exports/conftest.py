"""A plan that passes its check, worked out by hand, and what exports are made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from airspace.model.sources import Source
from planner.formats.plans import digest, plan_to_document, rounded
from planner.model.plans import Entry, Plan
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import File, Reviewed
from planner.planning import check
from tests.planner.safety.conftest import START, World, a_job, a_plan, a_sky, a_sortie, amsl, block, zone


def reviewed_of(world: World) -> Reviewed:
    plan = rounded(world.plan)
    return Reviewed(
        plan=plan, sky=world.sky, job=world.job, review=check(plan, world.sky, world.job),
        digest=digest(plan_to_document(plan)),
    )  # fmt: skip


@pytest.fixture(scope="session")
def world() -> World:
    """D1 flies O1 over the boundary, D2 flies O2 and O3 to the kiosk; one zone far from both, one floating above."""
    sky, job = a_sky(), a_job()
    far, hub = sky.zones[0], sky.pad("HUB")
    far = replace(far, source=Source(citation="the gazette"), name_zh="遠", authority="CAD", category="works")
    roof = zone("ROOF", block(hub.lon, hub.lat, 200, 3000), band=amsl(200, 300))
    sky = replace(sky, zones=(far, roof))
    first = a_sortie(sky, job, "S1", "D1", ("O1",), START + timedelta(minutes=10), charge=0.9)
    second = a_sortie(sky, job, "S2", "D2", ("O2", "O3"), START + timedelta(minutes=30))
    return World(sky=sky, job=job, plan=a_plan(job, (first, second)))


@pytest.fixture(scope="session")
def reviewed(world: World) -> Reviewed:
    return reviewed_of(world)


@pytest.fixture(scope="session")
def entering(world: World) -> Reviewed:
    """The same, and the first leg is said to enter a zone by a permit: no true record, but one to be shown."""
    return reviewed_of(world.with_leg(0, 0, zones=(Entry(zone="ROOF", permit="P-HK", note="opened"),)))


def only(name: str, reviewed: Reviewed) -> File:
    """Return the one file of a format."""
    (file,) = format_of(name).write(reviewed)
    return file


def changed(file: File, old: str, new: str, *, times: int = 1) -> File:
    """Return a text file with something in it replaced, which must be there."""
    text = file.content.decode()
    assert text.count(old) >= times, old
    return File(name=file.name, content=text.replace(old, new, times).encode())


def without_sorties(plan: Plan) -> Plan:
    return replace(plan, sorties=())
