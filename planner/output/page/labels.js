// Names on the map: each is tried at a few places around its thing, the most telling first, and left out when none is free.

const GAP_PX = 3;
const labels = [];

// What has its place before any name, and takes it in the list of taken boxes that it is given.
const placedFirst = [];

function addLabel(at, priority, node, options = {}) {
  const pane = map.getPane("names");
  node.classList.add("label");
  pane.append(node);
  labels.push({ at, priority, node, reach: 11, ...options });
}

function bandOf(zone) {
  return el("span", { class: "band" }, el("span", { class: "over" }, zone.upper), el("span", null, zone.lower));
}

function makeLabels() {
  for (const [index, finding] of data.review.findings.entries()) {
    if (!finding.at || finding.margin === null) continue;
    if (finding.verdict === "FAIL") addLabel(finding.at, 0, el("div", { class: "name fault" }, signed(finding.margin, finding.unit)));
    else if (index === data.review.tightest) {
      const when = finding.t === null ? "" : ` ${clockTime(finding.t)}`;
      addLabel(finding.at, 1, el("div", { class: "name closest" }, `${signed(finding.margin, finding.unit)}${when}`));
    }
  }
  for (const gate of data.gates) addLabel(gate.at, 2, padName(gate, "of-gate"), { reach: 13, gate });
  for (const pad of data.pads) addLabel(pad.at, usedPads.has(pad.id) ? 3 : 6, padName(pad, "of-pad"), { quiet: !usedPads.has(pad.id) });
  for (const zone of data.zones) {
    if (zone.whole_side) continue;
    const node = zone.terrain
      ? el("div", { class: "name plate terrain" }, el("b", null, `▲ ${zone.name}`), el("span", { class: "band" }, zone.upper))
      : el("div", { class: `name plate ${kindOf(zone)}` }, el("b", null, zone.id), bandOf(zone), el("span", { class: "hours" }, told(zone.hours)));
    addLabel(zone.at, zone.terrain ? 7 : 5, node, { zone, reach: 0 });
  }
  for (const side of data.jurisdictions) addLabel(null, 8, el("div", { class: "name place" }, side.name, " ", chinese(side)), { area: side.area, reach: 0 });
}

// The hours on zones, again, once the page speaks another language.
function sayHours() {
  for (const { node, zone } of labels) if (zone && !zone.terrain) show(node.querySelector(".hours"), told(zone.hours));
}

function padName(thing, kind) {
  return el("div", { class: `name ${kind}` }, el("b", null, thing.id), el("span", { class: "long" }, " ", thing.name, " ", chinese(thing)));
}

// ---------------------------------------------------------------- placing

function placeLabels() {
  const full = map.getZoom() >= FULL_LABELS_ZOOM && !narrow.matches;
  byId("map-frame").classList.toggle("ids-only", !full);
  const size = map.getSize();
  const flown = linePoints(size);
  const taken = [...furnitureBoxes(), ...markBoxes()];
  for (const place of placedFirst) place(taken);
  const ordered = labels.map((label) => ({ label, priority: urgency(label) })).sort((one, other) => one.priority - other.priority);
  for (const { label } of ordered) placeLabel(label, { taken, flown, size, full });
}

function urgency(label) {
  const chosen = state.chosen;
  const mine = chosen && ((chosen.kind === "zone" && label.zone && label.zone.id === chosen.id));
  return mine ? 2 : label.priority;
}

// First the whole name, then the id alone; and at a place off the corridors before one across them.
function placeLabel(label, { taken, flown, size, full }) {
  const { node } = label;
  node.classList.remove("away");
  const hours = label.zone || label.gate;
  if (hours) node.classList.toggle("inactive", !holds(hours.spans, state.t));
  for (const short of full && !label.quiet ? [false, true] : [true]) {
    node.classList.toggle("short", short);
    const box = { w: node.offsetWidth, h: node.offsetHeight };
    const free = spotsFor(label, box, size).filter((place) => fits(place, box, taken, size));
    const spot = free.find((place) => !flown.some((point) => holdsPoint(place, box, point))) || (label.area ? null : free[0]);
    if (!spot) continue;
    taken.push({ x: spot.x - GAP_PX, y: spot.y - GAP_PX, w: box.w + 2 * GAP_PX, h: box.h + 2 * GAP_PX });
    L.DomUtil.setPosition(node, map.containerPointToLayerPoint([spot.x, spot.y]).round());
    return;
  }
  node.classList.add("away");
}

function holdsPoint(spot, box, point) {
  return point.x > spot.x && point.x < spot.x + box.w && point.y > spot.y && point.y < spot.y + box.h;
}

const LINE_STEP_PX = 8;

// Points along the corridors in the frame, close enough together that no name slips between them.
function linePoints(size) {
  const points = [];
  for (const corridor of corridors) {
    const line = corridor.line.map((point) => map.latLngToContainerPoint(ll(point)));
    for (let index = 1; index < line.length; index += 1) {
      const [a, b] = [line[index - 1], line[index]];
      const steps = Math.min(400, Math.ceil(a.distanceTo(b) / LINE_STEP_PX));
      for (let step = 0; step <= steps; step += 1) {
        const point = { x: a.x + ((b.x - a.x) * step) / Math.max(1, steps), y: a.y + ((b.y - a.y) * step) / Math.max(1, steps) };
        if (point.x > 0 && point.y > 0 && point.x < size.x && point.y < size.y) points.push(point);
      }
    }
  }
  return points;
}

function fits(spot, box, taken, size) {
  if (spot.x < 4 || spot.y < 4 || spot.x + box.w > size.x - 4 || spot.y + box.h > size.y - 4) return false;
  return taken.every((other) => spot.x >= other.x + other.w || other.x >= spot.x + box.w || spot.y >= other.y + other.h || other.y >= spot.y + box.h);
}

function spotsFor(label, box, size) {
  if (label.zone) return zoneSpots(label, box, size);
  if (label.area) return insideSpots(label.area, box, size);
  const at = map.latLngToContainerPoint(ll(label.at));
  return around(at, label.reach, label.reach, box);
}

// To the right, to the left, below, above, then the four corners.
function around(at, dx, dy, box) {
  const middle = at.y - box.h / 2;
  const centre = at.x - box.w / 2;
  const [right, left, low, high] = [at.x + dx, at.x - dx - box.w, at.y + dy, at.y - dy - box.h];
  return [[right, middle], [left, middle], [centre, low], [centre, high], [right, low], [left, low], [right, high], [left, high]].map(([x, y]) => ({ x, y }));
}

// Inside a zone when it is wide enough, else beside it.
function zoneSpots(label, box, size) {
  const bounds = zoneLayers.get(label.zone.id).getBounds();
  const a = map.latLngToContainerPoint(bounds.getNorthWest());
  const b = map.latLngToContainerPoint(bounds.getSouthEast());
  const [width, height] = [b.x - a.x, b.y - a.y];
  if (width < 14 || b.x < 0 || b.y < 0 || a.x > size.x || a.y > size.y) return [];
  const at = map.latLngToContainerPoint(ll(label.zone.at));
  const inside = { x: at.x - box.w / 2, y: at.y - box.h / 2 };
  if (width >= 70) return [inside, ...insideSpots(label.zone.area, box, size)];
  const centre = L.point((a.x + b.x) / 2, (a.y + b.y) / 2);
  return label.zone.terrain ? [inside] : around(centre, width / 2 + 4, height / 2 + 4, box);
}

// Places inside an area and inside the frame, the most central ones first.
function insideSpots(area, box, size) {
  const steps = 13;
  const shapes = area.map((polygon) => polygon.map((ring) => ring.map((point) => map.latLngToContainerPoint(ll(point)))));
  const found = [];
  const partly = [];
  for (let row = 1; row < steps; row += 1) {
    for (let column = 1; column < steps; column += 1) {
      const spot = { x: (size.x * column) / steps, y: (size.y * row) / steps };
      const corners = [[0, 0], [-1, -1], [1, -1], [-1, 1], [1, 1]].map(([dx, dy]) => ({ x: spot.x + (dx * box.w) / 2, y: spot.y + (dy * box.h) / 2 }));
      const within = corners.filter((corner) => shapes.some((polygon) => isInside(corner, polygon)));
      if (within.length === corners.length) found.push(spot);
      else if (within.includes(corners[0])) partly.push(spot);
    }
  }
  if (!found.length) found.push(...partly);
  const mean = { x: sum(found.map((spot) => spot.x)) / found.length, y: sum(found.map((spot) => spot.y)) / found.length };
  const off = (spot) => (spot.x - mean.x) ** 2 + (spot.y - mean.y) ** 2;
  return found.sort((one, other) => off(one) - off(other)).map((spot) => ({ x: spot.x - box.w / 2, y: spot.y - box.h / 2 }));
}

function isInside(spot, polygon) {
  let inside = false;
  for (const ring of polygon) {
    for (let index = 0, last = ring.length - 1; index < ring.length; last = index, index += 1) {
      const [a, b] = [ring[index], ring[last]];
      if (a.y > spot.y !== b.y > spot.y && spot.x < ((b.x - a.x) * (spot.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    }
  }
  return inside;
}

function furnitureBoxes() {
  const frame = byId("map-frame").getBoundingClientRect();
  return [...document.querySelectorAll(".furniture:not(.corner), .scale, .credit")].map((node) => node.getBoundingClientRect()).filter((box) => box.width)
    .map((box) => ({ x: box.left - frame.left - 2, y: box.top - frame.top - 2, w: box.width + 4, h: box.height + 4 }));
}

function markBoxes() {
  const frame = byId("map-frame").getBoundingClientRect();
  const marks = map.getContainer().querySelectorAll(".mark .sign");
  return [...marks].map((node) => node.getBoundingClientRect()).map((box) => ({ x: box.left - frame.left, y: box.top - frame.top, w: box.width, h: box.height }));
}
