"""What is in the box: dangerous goods, custody, declared value, payload, volume, and whether customs can clear it."""

from __future__ import annotations

from collections.abc import Sequence

from planner.model.plans import Reason, Unserved
from planner.solving.hops import goods_refused
from planner.solving.reasons.cases import Case


def goods(case: Case) -> Unserved | None:
    """Return an answer when dangerous goods have no approval on the sides of their two pads."""
    goods, sky = case.order.consignment.dangerous_goods, case.tables.sky
    if not goods:
        return None
    sides = [
        side.id for side in sky.jurisdictions
        if any(side.area.covers(sky.pad(pad).point) for pad in (case.order.from_pad, case.order.to_pad))
    ]  # fmt: skip
    return _unapproved(case, [side for side in sides or [""] if not case.trips.policy.goods_approval(goods, side)])


def _unapproved(case: Case, sides: Sequence[str]) -> Unserved | None:
    """Return an answer that names the goods, and the approvals that would serve them; None without any to name."""
    box = case.order.consignment
    if not sides:
        return None
    goods = f"{box.lithium} ({box.dangerous_goods})" if box.lithium else f"dangerous goods ({box.dangerous_goods})"
    flagged = f"{goods} are flagged for manual approval" if box.lithium else f"{goods} need an approval"
    if not box.dangerous_goods.startswith("UN"):
        text = f"{flagged}, which is held by UN number: a class alone is served by none"
    else:
        told = " and ".join(case.authority_for_goods(side) for side in sides)
        text = f"{flagged}; an approval for {box.dangerous_goods} of {told} in dangerous_goods_allowed would serve it"
    return case.says(Reason.DANGEROUS_GOODS, text, approvals_missing=len(sides))


def goods_on_the_way(case: Case) -> Unserved | None:
    """Return an answer when every way leads dangerous goods over a side without approval, or against its rules."""
    if not case.order.consignment.dangerous_goods:
        return None
    out = [hop for _, hops in case.courses() for hop in hops if hop.aboard]
    if all(goods_refused(hop, case.trips.policy) for hop in out):
        return _unapproved(case, min((goods_refused(hop, case.trips.policy) for hop in out), key=len))
    forbidden = [
        hop.flight.goods_lawful for hop in out if hop.flight.goods_lawful and not hop.flight.goods_lawful.spans
    ]
    if len(forbidden) < len(out):
        return None
    least = min(forbidden, key=lambda found: not found.needs_permit)
    return case.says(Reason.DANGEROUS_GOODS, f"with {case.order.consignment.dangerous_goods} on board, {least.why}")


def custody(case: Case) -> Unserved | None:
    """Return an answer when a pad where it changes hands offers less custody than the order asks for."""
    pads = [case.tables.sky.pad(pad) for pad in case.handled_at]
    pad = next((pad for pad in pads if not pad.custody.meets(case.custody)), None)
    if pad is None:
        return None
    text = f"{case.asks_for_custody()}; pad {pad.id} offers {pad.custody}"
    return case.says(Reason.CUSTODY, text, **case.levels(pad.custody))


def value(case: Case) -> Unserved | None:
    """Return an answer when the declared value alone is above a cap."""
    value, policy = case.order.consignment.declared_value, case.trips.policy
    caps = (
        (policy.value_cap_per_sortie, "per sortie"),
        (policy.value_cap_per_drone_day, "per drone and day"),
        (policy.value_cap_per_pad, "at a pad at one time"),
    )
    for cap, words in caps:
        if cap is not None and value > cap:
            text = f"declared value {value:,.0f} is above the cap of {cap:,.0f} {policy.currency} {words}"
            return case.says(Reason.VALUE_CAP, text, declared_value=value, cap=cap)
    return None


def payload(case: Case) -> Unserved | None:
    """Return an answer when no drone that may launch lifts the order."""
    mass_kg = case.order.consignment.mass_kg
    most_kg = max(group.kind.max_payload_kg for group in case.kinds if case.may_launch(group.kind))
    if mass_kg <= most_kg:
        return None
    text = f"{mass_kg:g} kg is more than {case.fleet} lifts ({most_kg:g} kg)"
    return case.says(Reason.PAYLOAD, text, mass_kg=mass_kg, max_payload_kg=most_kg)


def volume(case: Case) -> Unserved | None:
    """Return an answer when no drone that may launch, and lifts the order, has a box that holds it."""
    box = case.order.consignment
    if case.lifting or box.volume_l is None:
        return None
    able = [g.kind for g in case.kinds if case.may_launch(g.kind) and g.kind.max_payload_kg >= box.mass_kg]
    most_l = max(kind.max_volume_l for kind in able if kind.max_volume_l is not None)
    text = f"{box.volume_l:g} l is more than {case.fleet} that lifts it holds ({most_l:g} l)"
    return case.says(Reason.VOLUME, text, volume_l=box.volume_l, max_volume_l=most_l)


def customs(case: Case) -> Unserved | None:
    """Return an answer when an order has to clear, and no pad on the way or at its end can do that."""
    if not case.trips.customs.needed(case.order) or case.courses():
        return None
    homes = {hub for number in case.groups for hub in case.trips.ends(number)}
    posts = [post for post in case.trips.customs.posts if {post.id} != homes]
    why = f"none of {', '.join(post.id for post in posts)} can be flown by with {case.custody} custody"
    text = f"{case.crosses()}; " + (why if posts else "no pad on the way or at its destination clears customs")
    return case.says(Reason.CUSTOMS_WINDOW, text, customs_pads=len(posts))
