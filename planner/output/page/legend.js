// The legend of the map, whose entries switch what they stand for on and off.

const LAYERS = ["prohibited", "authorisation", "conditional", "free", "terrain", "corridors", "gates", "pads", "names"];
const off = new Set();
let colouring = "drone";

function switchLayer(layer) {
  if (!off.delete(layer)) off.add(layer);
  showLayers();
  for (const watcher of watchers.choice) watcher();
}

function showLayers() {
  for (const layer of LAYERS) byId("map-frame").classList.toggle(`without-${layer}`, off.has(layer));
  for (const button of document.querySelectorAll("#legend [data-layer]")) button.setAttribute("aria-pressed", String(!off.has(button.dataset.layer)));
}

// Corridors by the drone that flies them, or by the least room that the plan leaves on them.
function colourBy(what) {
  colouring = what === "margin" ? "margin" : "drone";
  byId("map-frame").classList.toggle("by-margin", colouring === "margin");
  drawLegend();
  drawColouring();
}

function drawColouring() {
  show(byId("colouring"), choices(t("Colour corridors"), [["drone", t("By drone"), t("Colour corridors by drone")], ["margin", t("By margin"), t("Colour corridors by margin")]], colouring,
    (what) => { colourBy(what); writeAddress(); }));
}

function layerButton(layer, mark, words) {
  const button = el("button", { type: "button", class: "item switch", "aria-pressed": String(!off.has(layer)), title: t("Show or hide"), onclick: () => switchLayer(layer) }, mark, el("span", null, words));
  button.dataset.layer = layer;
  return button;
}

const ZONE_WORDS = [
  ["prohibited", () => t("Prohibited")], ["authorisation", () => t("Authorisation required")], ["conditional", () => t("Conditional")],
  ["free", () => t("No restriction")], ["terrain", () => t("High ground")],
];
const PAD_WORDS = [
  ["hub", () => t("Hub")], ["delivery", () => t("Delivery pad")], ["charging", () => t("Charging pad")],
  ["alternate", () => t("Alternate")], ["unreachable", () => t("Unreachable pad")],
];

function drawLegend() {
  const present = new Set(data.zones.filter((zone) => !zone.whole_side).map(kindOf));
  const roles = new Set(data.pads.map(roleOf));
  const item = (mark, ...text) => el("span", { class: "item" }, mark, el("span", null, text));
  const tightest = data.review.findings[data.review.tightest];
  const hours = data.zones.some((zone) => zone.spans) || data.gates.some((gate) => gate.spans);
  show(byId("legend"),
    el("div", { class: "items" },
      ZONE_WORDS.filter(([kind]) => present.has(kind)).map(([kind, words]) => layerButton(kind, swatch(kind), words())),
      corridors.length ? layerButton("corridors", swatch("corridor"), t("Corridor, {width} m", { width: brief(2 * data.policy.half_width_m) })) : null,
      data.gates.length ? layerButton("gates", SIGNS.gate(), t("Gate")) : null,
      layerButton("pads", SIGNS.delivery(), t("Pads")), layerButton("names", el("b", { class: "letters", "aria-hidden": "true" }, "Aa"), t("Names"))),
    el("div", { class: "items" },
      hours ? item(swatch("authorisation inactive"), t("Not active"), " ", el("span", { id: "legend-time" }, clockTime(state.t, false))) : null,
      data.ground.boundary.length ? item(swatch("boundary"), t("Boundary"), language === "en" ? [" ", el("span", { lang: "zh-Hans" }, "边界 "), el("span", { lang: "zh-Hant" }, "邊界")] : null) : null,
      PAD_WORDS.filter(([role]) => roles.has(role)).map(([role, words]) => item(SIGNS[role](), words())),
      tightest && tightest.at && tightest.verdict !== "FAIL" ? item(SIGNS.closest(), t("Tightest margin")) : null,
      data.review.counts.FAIL ? item(SIGNS.fault(), t("Rule broken")) : null),
    colouring === "margin" ? el("div", { class: "items" },
      item(swatch("margin bad"), t("Margin below zero")), item(swatch("margin near"), t("Under 10 % of the limit")),
      item(swatch("margin good"), t("10 % or more, or no margin told: the review names the worst place of each rule"))) : null,
    wholeSides());
}

function wholeSides() {
  const whole = data.zones.filter((zone) => zone.whole_side);
  if (!whole.length) return null;
  return el("p", { class: "whole" }, t("Over a whole side, not drawn:"), " ", whole.map((zone, index) => [
    index ? " · " : "",
    el("button", { type: "button", class: "link", onclick: () => choose("zone", zone.id) }, zone.id),
    ` ${t("{name}, {lower} to {upper}", zone)}`,
  ]));
}
