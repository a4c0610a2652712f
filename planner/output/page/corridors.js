// What is flown, on the map: corridors, ways out, and the places that the review names.

const corridorLayers = [];
const SEGMENT_PX = 13;

// Drones that share a corridor take turns along it, at most three colours; the panel names them all.
function coloursOf(corridor) {
  return [...new Set(corridor.drones.map(([drone]) => colourOf(drone)))].slice(0, 3);
}

function drawCorridors() {
  corridors.forEach((corridor, index) => {
    const colours = coloursOf(corridor);
    const alone = corridor.drones.length === 1 ? dashOf(corridor.drones[0][0]) : "";
    const tone = toneOf(leastRoom(index));
    const area = shape(corridor.area, "areas", `area ${colours[0]} ${tone}`);
    const casing = stroke(corridor.line, "lines", "line-casing");
    const lines = colours.map((colour, turn) => {
      const line = stroke(corridor.line, "lines", `line ${colour} ${tone}`);
      const node = line.getElement();
      if (colours.length > 1) {
        node.style.strokeDasharray = `${SEGMENT_PX} ${SEGMENT_PX * (colours.length - 1)}`;
        node.style.strokeDashoffset = String(-SEGMENT_PX * turn);
      } else if (alone) node.style.strokeDasharray = alone;
      return line;
    });
    const hit = stroke(corridor.line, "lines", "hit", true);
    hit.getElement().dataset.corridor = index;
    hit.on("click", (event) => { L.DomEvent.stop(event); choose("corridor", index); });
    reachable(hit.getElement(), () => t("Corridor {ids} between {from} and {to}", { ids: corridor.ids.join(", "), from: nameOf(corridor.ends[0]), to: nameOf(corridor.ends[1]) }), () => choose("corridor", index));
    corridorLayers.push({ area, casing, lines, hit });
  });
}

const waysOutDrawn = [];

// The ways out of the sortie looked at, and a ring round the pad from above which the packs leave least.
function drawWaysOut() {
  for (const layer of waysOutDrawn.splice(0)) layer.remove();
  if (!state.chosen || state.chosen.kind !== "sortie") return;
  const known = sorties.get(state.chosen.id).legs.filter((leg) => leg.way_out);
  const least = Math.min(...known.map((leg) => leg.way_out.margin_wh));
  for (const leg of known) {
    waysOutDrawn.push(stroke(leg.way_out.line, "lines", "way-out"));
    if (leg.way_out.margin_wh !== least) continue;
    const options = { pane: "lines", renderer: rendererOf("lines"), className: "tightest-point", radius: 11, interactive: false };
    waysOutDrawn.push(L.circleMarker(ll(leg.way_out.line[0]), options).addTo(map));
  }
}

function markChoice() {
  const chosen = chosenCorridors();
  drawWaysOut();
  corridorLayers.forEach((layers, index) => {
    const dim = chosen !== null && !chosen.has(index);
    const on = chosen !== null && chosen.has(index);
    for (const layer of [layers.area, layers.casing, ...layers.lines]) {
      layer.getElement().classList.toggle("dim", dim);
      layer.getElement().classList.toggle("chosen", on);
      if (on && layer !== layers.area) layer.bringToFront();
    }
  });
  if (chosen !== null) for (const layers of corridorLayers) layers.hit.bringToFront();
  for (const [id, layer] of zoneLayers) layer.getElement().classList.toggle("chosen", isChosen("zone", id));
  dimDrones(chosen);
}

function drawFindings() {
  data.review.findings.forEach((finding, index) => {
    if (!finding.at) return;
    const named = { rule: plain(finding.rule), subject: finding.subject };
    if (finding.verdict === "FAIL") marker(finding.at, "faults", SIGNS.fault(), 20, () => t("Fails {rule}: {subject}", named), "finding", index);
    else if (index === data.review.tightest) marker(finding.at, "faults", SIGNS.closest(), 20, () => t("Tightest margin: {rule}, {subject}", named), "finding", index);
  });
}

// Choose a finding and bring its place and time into view.
function visit(index) {
  const finding = data.review.findings[index];
  if (finding.t !== null) setTime(finding.t);
  choose("finding", index);
  if (finding.at) map.setView(ll(finding.at), Math.max(map.getZoom(), 14), { animate: !calm.matches });
}
