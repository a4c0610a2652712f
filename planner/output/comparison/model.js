// The data of the page, two plans A and B, and what is looked at just now.

const data = JSON.parse(byId("data").textContent);

const zones = new Map(data.zones.map((zone) => [zone.id, zone]));
const gates = new Map(data.gates.map((gate) => [gate.id, gate]));
const pads = new Map(data.pads.map((pad) => [pad.id, pad]));
// Each line that is flown, once: `of` says by whom, "a", "b" or "both".
const corridors = data.corridors;
const usedPads = new Set(corridors.flatMap((corridor) => corridor.ends));
const compared = data.comparison;

const state = { t: 0, chosen: null, shown: "both", playing: false };
const watchers = { choice: [] };

// What is chosen: a pad, zone or gate by its id; a corridor, an order or a change of corridors by its number.
function choose(kind, id) {
  const chosen = kind === null ? null : { kind, id };
  state.chosen = chosen && thing(chosen) ? chosen : null;
  for (const watcher of watchers.choice) watcher();
}

function thing({ kind, id }) {
  switch (kind) {
    case "pad": return pads.get(id);
    case "zone": return zones.get(id);
    case "gate": return gates.get(id);
    case "corridor": return corridors[id];
    case "order": return compared.orders.moved[id];
    case "change": return compared.corridors.moved[id];
    default: return undefined;
  }
}

function isChosen(kind, id) {
  return state.chosen !== null && state.chosen.kind === kind && state.chosen.id === id;
}

// Zones that hold at no time of the day are drawn as not active.
const holds = (spans) => spans === null || spans.length > 0;

// The corridors that belong to what is chosen; null when the choice singles none out.
function chosenCorridors() {
  if (!state.chosen) return null;
  const { kind, id } = state.chosen;
  if (kind === "corridor") return new Set([id]);
  if (kind === "order") return new Set(data.order_lines[id]);
  if (kind === "change") return new Set(data.change_lines[id]);
  if (kind === "pad") return new Set(corridors.flatMap((corridor, index) => (corridor.ends.includes(id) ? [index] : [])));
  return null;
}
