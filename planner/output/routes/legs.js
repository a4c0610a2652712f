// The data of the page and what is looked at just now: a leg, and perhaps a zone, pad or gate beside it.

const data = JSON.parse(byId("data").textContent);

const zones = new Map(data.zones.map((zone) => [zone.id, zone]));
const gates = new Map(data.gates.map((gate) => [gate.id, gate]));
const pads = new Map(data.pads.map((pad) => [pad.id, pad]));
const legs = data.legs;
const single = legs.length === 1;
const duration = data.plan.duration_s;

// The lines that names on the map keep off: those of the leg that is shown.
const corridors = [];

const state = { t: 0, leg: null, chosen: null, playing: false };
const watchers = { choice: [] };

// What is chosen: a leg by its number, or a pad, zone or gate by its id. A leg stays shown while others are looked at.
function choose(kind, id) {
  if (kind === "leg") {
    state.leg = legs[id] ? id : null;
    state.chosen = null;
  } else {
    const chosen = kind === null ? null : { kind, id };
    state.chosen = chosen && thing(chosen) ? chosen : null;
  }
  for (const watcher of watchers.choice) watcher(kind);
}

function thing({ kind, id }) {
  switch (kind) {
    case "pad": return pads.get(id);
    case "zone": return zones.get(id);
    case "gate": return gates.get(id);
    default: return undefined;
  }
}

function isChosen(kind, id) {
  return state.chosen !== null && state.chosen.kind === kind && state.chosen.id === id;
}

const shown = () => (state.leg === null ? null : legs[state.leg]);
const flies = (leg) => leg.line.length > 0;
const bends = (leg) => leg.turns.some((turn) => turn.bends);

// A zone, gate or pad that has no hours in the half hour asked about is drawn as not active.
const holds = (spans) => spans === null || spans.length > 0;

// The pads that some leg joins.
const usedPads = new Set(legs.filter((leg) => leg.line.length).flatMap((leg) => [leg.from, leg.to]));

// The zones that make a leg what it is, or that there is none.
const zonesOf = (leg) => new Set([...leg.turns.flatMap((turn) => turn.zones), ...leg.shut_by]);
const enteredBy = (leg) => new Set((leg.entered || []).map((entry) => entry.zone));

const belowReserve = (leg) => flies(leg) && leg.soc_end < data.policy.reserve_share;

function chargeWords(leg) {
  const reserve = percent(data.policy.reserve_share, 0);
  if (leg.soc_end < 0) return "more than full packs hold";
  return `full packs land with ${percent(leg.soc_end, 0)}, ${belowReserve(leg) ? "below" : "above"} the reserve of ${reserve}`;
}
