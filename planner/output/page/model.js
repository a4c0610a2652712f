// The data of the page, what is looked at just now, and where each drone is at a time.

const data = JSON.parse(byId("data").textContent);

const zones = new Map(data.zones.map((zone) => [zone.id, zone]));
const gates = new Map(data.gates.map((gate) => [gate.id, gate]));
const pads = new Map(data.pads.map((pad) => [pad.id, pad]));
const drones = new Map(data.drones.map((drone) => [drone.id, drone]));
const orders = new Map(Object.entries(data.orders));
const sorties = new Map(data.sorties.map((sortie) => [sortie.id, sortie]));
const corridors = data.corridors;
const duration = data.plan.duration_s;

// Everything that the page can be asked to show; clockwork and choices change it through setTime and choose only.
const state = { t: 0, chosen: null, playing: false };
const watchers = { time: [], choice: [] };

function setTime(t) {
  state.t = Math.min(duration, Math.max(0, t));
  for (const watcher of watchers.time) watcher();
}

// What is chosen: a kind (corridor, pad, zone, gate, drone, sortie, finding) and its id.
function choose(kind, id) {
  const chosen = kind === null ? null : { kind, id };
  state.chosen = chosen && thing(chosen) ? chosen : null;
  for (const watcher of watchers.choice) watcher();
}

function thing({ kind, id }) {
  switch (kind) {
    case "corridor": return corridors[id];
    case "pad": return pads.get(id);
    case "zone": return zones.get(id);
    case "gate": return gates.get(id);
    case "drone": return drones.get(id);
    case "sortie": return sorties.get(id);
    case "finding": return data.review.findings[id];
    default: return undefined;
  }
}

function isChosen(kind, id) {
  return state.chosen !== null && state.chosen.kind === kind && state.chosen.id === id;
}

// Drones in use come first, so that the clearest colours go to them.
const painted = [...data.drones].sort((one, other) => Number(other.sorties.length > 0) - Number(one.sorties.length > 0));
const paint = new Map(painted.map((drone, index) => [drone.id, index]));

function colourOf(drone) {
  return `d${((paint.get(drone) || 0) % 4) + 1}`;
}

// Colours repeat after four drones; the dashes then tell them apart.
function dashOf(drone) {
  const index = paint.get(drone) || 0;
  return index < 3 ? "" : index < 8 ? "10 3 2 3" : "2 3";
}

const holds = (spans, t) => spans === null || spans.some(([from, to]) => from <= t && t <= to);

const inFlight = (sortie, t) => sortie.departs <= t && t <= sortie.returns;

const nameOf = (id) => (pads.has(id) ? pads.get(id).name : id);

const sortiesOf = (corridor) =>
  data.sorties.filter((sortie) => sortie.legs.some((leg) => leg.line === corridors.indexOf(corridor)));

// Where a sortie is at a time: its leg, place, height and heading; at a pad while it hands over.
function position(sortie, t) {
  const started = sortie.legs.filter((leg) => leg.waypoints[0][3] <= t);
  const leg = started[started.length - 1] || sortie.legs[0];
  const points = leg.waypoints;
  const next = points.findIndex((point) => point[3] > t);
  if (next <= 0) {
    const at = next === 0 ? points[0] : points[points.length - 1];
    return { leg, lon: at[0], lat: at[1], alt: at[2], heading: headingAt(points, points.length - 1), landed: true };
  }
  const [a, b] = [points[next - 1], points[next]];
  const part = b[3] > a[3] ? (t - a[3]) / (b[3] - a[3]) : 1;
  const between = (index) => a[index] + part * (b[index] - a[index]);
  return { leg, lon: between(0), lat: between(1), alt: between(2), heading: headingAt(points, next), landed: false };
}

// The heading of the piece that ends at a waypoint, degrees from north; straight up and down keep the nearest one.
function headingAt(points, index) {
  const order = [index, ...points.keys()].filter((end) => end > 0);
  for (const end of order) {
    const [a, b] = [points[end - 1], points[end]];
    const east = (b[0] - a[0]) * Math.cos((a[1] * Math.PI) / 180);
    const north = b[1] - a[1];
    if (east || north) return (Math.atan2(east, north) * 180) / Math.PI;
  }
  return 0;
}

const sum = (values) => values.reduce((total, value) => total + (value || 0), 0);

// Where a sortie leads that ends at another hub than the one it left; nothing where it comes back.
function onTo(sortie) {
  const from = sortie.legs[0].from;
  const to = sortie.legs[sortie.legs.length - 1].to;
  return from === to ? "" : `, from ${from} on to ${to}`;
}

const lowestCharge = (sortie) => Math.min(...sortie.legs.map((leg) => leg.soc_end));

// The corridors that belong to what is chosen; null when the choice singles none out.
function chosenCorridors() {
  if (!state.chosen) return null;
  const { kind, id } = state.chosen;
  const of = (list) => new Set(list.flatMap((sortie) => sortie.legs.map((leg) => leg.line)));
  if (kind === "corridor") return new Set([id]);
  if (kind === "sortie") return of([sorties.get(id)]);
  if (kind === "drone") return of(data.sorties.filter((sortie) => sortie.drone === id));
  if (kind === "gate") return new Set(corridors.flatMap((corridor, index) => (corridor.gates.includes(id) ? [index] : [])));
  if (kind === "pad") return new Set(corridors.flatMap((corridor, index) => (corridor.ends.includes(id) ? [index] : [])));
  return null;
}
