// The data of the page, what is looked at just now, and where each drone is at a time.

const data = JSON.parse(byId("data").textContent);

// Legs name what they have in common by its number; here each gets it in its place.
for (const sortie of data.sorties) {
  sortie.legs.forEach((leg, index) => {
    leg.sortie = sortie;
    leg.index = index;
    leg.track = data.tracks[leg.track];
    leg.limits = data.limits[leg.limits];
    leg.zones = data.entries[leg.entries];
    leg.waypoints = leg.track.line.map(([lon, lat], point) => [lon, lat, leg.heights[point], leg.times[point]]);
  });
}

const zones = new Map(data.zones.map((zone) => [zone.id, zone]));
const gates = new Map(data.gates.map((gate) => [gate.id, gate]));
const pads = new Map(data.pads.map((pad) => [pad.id, pad]));
const drones = new Map(data.drones.map((drone) => [drone.id, drone]));
const orders = new Map(Object.entries(data.orders));
const sorties = new Map(data.sorties.map((sortie) => [sortie.id, sortie]));
const corridors = data.corridors;
const duration = data.plan.duration_s;
const allLegs = data.sorties.flatMap((sortie) => sortie.legs);
const usedPads = new Set(corridors.flatMap((corridor) => corridor.ends));

// Everything that the page can be asked to show; it is changed through setTime and choose only. A flight is a sortie
// and one of its legs, or null for all of them: what is drawn from the side.
const state = { t: 0, chosen: null, flight: null, playing: false };
const watchers = { time: [], choice: [] };

function setTime(t) {
  state.t = Math.min(duration, Math.max(0, t));
  for (const watcher of watchers.time) watcher();
}

// What is chosen: a kind (corridor, pad, zone, gate, drone, sortie, finding) and its id.
function choose(kind, id) {
  const chosen = kind === null ? null : { kind, id };
  state.chosen = chosen && thing(chosen) ? chosen : null;
  state.flight = flightOf(state.chosen) || state.flight;
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

// ---------------------------------------------------------------- flights

// The flight that belongs to what is chosen: the one in the air then, else the next, else the last.
function flightOf(chosen) {
  if (chosen === null) return null;
  const { kind, id } = chosen;
  if (kind === "sortie") return { sortie: sorties.get(id), leg: null };
  if (kind === "finding") {
    const { sortie, leg } = data.review.findings[id];
    return sorties.has(sortie) ? { sortie: sorties.get(sortie), leg } : null;
  }
  if (kind === "drone") {
    const sortie = nearest(drones.get(id).sorties.map((one) => sorties.get(one)), (one) => [one.departs, one.returns]);
    return sortie ? { sortie, leg: null } : null;
  }
  if (kind !== "corridor") return null;
  const leg = nearest(legsOf(id), (one) => [one.times[0], one.times[one.times.length - 1]]);
  return leg ? { sortie: leg.sortie, leg: leg.index } : null;
}

function nearest(flights, spanOf) {
  const inTime = [...flights].sort((one, other) => spanOf(one)[0] - spanOf(other)[0]);
  return inTime.find((flight) => spanOf(flight)[1] >= state.t) || inTime[inTime.length - 1];
}

const legsOf = (line) => allLegs.filter((leg) => leg.line === line);

const inFlight = (sortie, t) => sortie.departs <= t && t <= sortie.returns;

const holds = (spans, t) => spans === null || spans.some(([from, to]) => from <= t && t <= to);

// Where a sortie is at a time: its leg, place, height and heading; at a pad while it hands over.
function position(sortie, t) {
  const started = sortie.legs.filter((leg) => leg.times[0] <= t);
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

const lowestCharge = (sortie) => Math.min(...sortie.legs.map((leg) => leg.soc_end));

// ---------------------------------------------------------------- what belongs to what is chosen

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
  return kind === "finding" ? corridorsOfFinding(data.review.findings[id]) : null;
}

function corridorsOfFinding(finding) {
  if (finding.corridor !== null) return new Set([finding.corridor]);
  return sorties.has(finding.sortie) ? new Set(sorties.get(finding.sortie).legs.map((leg) => leg.line)) : null;
}

// ---------------------------------------------------------------- colours

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

// The least room that the plan leaves on a corridor, as a share of its limit: of the worst findings of the review in
// metres or energy, and of what each leg and its way out keep above the reserve. Null where nothing is known.
function leastRoom(line) {
  const found = data.review.margins.map((index) => data.review.findings[index]).filter((finding) => finding.corridor === line && finding.share !== null);
  const told = found.filter((finding) => finding.verdict === "FAIL" || ["m", "Wh"].includes(finding.unit)).map((finding) => finding.share);
  const kept = legsOf(line).flatMap((leg) => (leg.reserve_wh > 0 && leg.way_out ? [leg.way_out.margin_wh / leg.reserve_wh] : []));
  return told.length + kept.length ? Math.min(...told, ...kept) : null;
}

function toneOf(share) {
  return share === null ? "untold" : share < 0 ? "bad" : share < 0.1 ? "near" : "good";
}
