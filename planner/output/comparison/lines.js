// What both plans fly, on one map: grey is common, A is a solid line, B a dashed one over it.

const corridorLayers = [];
const ORDER = ["both", "a", "b"];

function drawCorridors() {
  const numbered = [...corridors.entries()].sort(([, one], [, other]) => ORDER.indexOf(one.of) - ORDER.indexOf(other.of));
  for (const [index, corridor] of numbered) {
    const area = shape(corridor.area, "areas", `area of-${corridor.of}`);
    const casing = stroke(corridor.line, "lines", `line-casing of-${corridor.of}`);
    const line = stroke(corridor.line, "lines", `line of-${corridor.of}`);
    const hit = stroke(corridor.line, "lines", `hit of-${corridor.of}`, true);
    hit.on("click", (event) => { L.DomEvent.stop(event); choose("corridor", index); });
    hit.on("mouseover", () => light(new Set([index]))).on("mouseout", () => light(new Set()));
    hit.getElement().addEventListener("focus", () => light(new Set([index])));
    hit.getElement().addEventListener("blur", () => light(new Set()));
    reachable(hit.getElement(), () => corridorWords(corridor), () => choose("corridor", index));
    corridorLayers[index] = { area, casing, line, hit };
  }
}

function corridorWords(corridor) {
  return t("Corridor between {one} and {other}, {whose}", { one: corridor.ends[0], other: corridor.ends[1], whose: WHOSE[corridor.of]() });
}

const WHOSE = { both: () => t("flown by both"), a: () => t("only in A"), b: () => t("only in B") };

function light(lines) {
  corridorLayers.forEach(({ line }, index) => line.getElement().classList.toggle("lit", lines.has(index)));
}

function markCorridors() {
  const chosen = chosenCorridors();
  corridorLayers.forEach((layers, index) => {
    const on = chosen !== null && chosen.has(index);
    for (const layer of [layers.area, layers.casing, layers.line]) {
      layer.getElement().classList.toggle("dim", chosen !== null && !on);
      layer.getElement().classList.toggle("chosen", on);
      if (on && layer !== layers.area) layer.bringToFront();
    }
  });
  if (chosen !== null) for (const { hit } of corridorLayers) hit.bringToFront();
  for (const [id, layer] of zoneLayers) layer.getElement().classList.toggle("chosen", isChosen("zone", id));
}

// Zones, gates and pads that only one of the two airspaces has are hidden with its plan.
function markWhose() {
  for (const [id, layer] of zoneLayers) layer.getElement().classList.add(`of-${zones.get(id).of}`);
  for (const [id, { area, marker: made }] of gateLayers) for (const layer of [area, made]) layer.getElement().classList.add(`of-${gates.get(id).of}`);
  for (const label of labels) if (label.zone || label.gate) label.node.classList.add(`of-${(label.zone || label.gate).of}`);
}

function showPlan(which) {
  state.shown = ["a", "b"].includes(which) ? which : "both";
  for (const one of ["a", "b"]) byId("map-frame").classList.toggle(`only-${one}`, state.shown === one);
  drawWhich();
  settle();
  writeAddress();
}

function drawWhich() {
  show(byId("which"), choices(t("Plans on the map"), [["a", "A", t("Plan A only")], ["both", t("Both"), t("Both plans")], ["b", "B", t("Plan B only")]], state.shown, showPlan));
}

// Pan to what was chosen in a table, as far as it is not seen already.
function visit() {
  const chosen = chosenCorridors();
  if (!chosen || !chosen.size || !["order", "change"].includes(state.chosen.kind)) return;
  const around = L.latLngBounds([...chosen].flatMap((index) => corridors[index].line.map(ll)));
  if (!map.getBounds().contains(around)) map.fitBounds(around.pad(0.15), { animate: !calm.matches, maxZoom: 14 });
}

function drawKey() {
  const item = (mark, ...text) => el("span", { class: "item" }, mark, el("span", null, text));
  const counts = { both: 0, a: 0, b: 0 };
  for (const corridor of corridors) counts[corridor.of] += 1;
  const present = new Set(data.zones.filter((zone) => !zone.whole_side).map(kindOf));
  const roles = new Set(data.pads.map(roleOf));
  const words = { both: t("Flown by both"), a: t("Only in A"), b: t("Only in B") };
  show(byId("legend"),
    el("div", { class: "items" },
      ["a", "b", "both"].map((of) => item(lineSwatch(of), `${words[of]} (${num(counts[of])})`)),
      ZONE_WORDS.filter(([kind]) => present.has(kind)).map(([kind, word]) => item(swatch(kind), word())),
      data.ground.boundary.length ? item(swatch("boundary"), t("Boundary")) : null,
      PAD_WORDS.filter(([role]) => roles.has(role)).map(([role, word]) => item(SIGNS[role](), word())),
      data.gates.length ? item(SIGNS.gate(), t("Gate")) : null),
    wholeSides());
}

function lineSwatch(of) {
  return svg("svg", { class: "swatch", width: 30, height: 16, viewBox: "-15 -8 30 16", "aria-hidden": "true" }, svg("path", { d: "M-14 0H14", class: `line of-${of}` }));
}
