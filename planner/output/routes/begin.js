// Puts everything together once the page has been read.

function chooseTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

let settling = 0;

// Names are placed again when things have come to rest, not on every frame.
function settle() {
  clearTimeout(settling);
  settling = setTimeout(placeLabels, 60);
}

function refresh() {
  map.invalidateSize({ pan: false });
  widenLeg();
  drawScale();
  drawProfile();
  placeLabels();
}

// ---------------------------------------------------------------- the state in the address

function writeAddress() {
  const leg = shown();
  const parts = new URLSearchParams(leg && !single ? { from: leg.from, to: leg.to } : {});
  if (state.chosen) parts.set(state.chosen.kind, state.chosen.id);
  keepAddress(parts);
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const index = legs.findIndex((leg) => leg.from === parts.get("from") && leg.to === parts.get("to"));
  choose("leg", single ? 0 : index < 0 ? null : index);
  for (const kind of ["zone", "pad", "gate"]) if (parts.has(kind)) { choose(kind, parts.get(kind)); return; }
}

// ---------------------------------------------------------------- figures and notes

function drawBar() {
  const { plan } = data;
  const title = single ? `${legs[0].from} → ${legs[0].to}` : plan.name;
  document.title = `${title}: Skyferry legs`;
  show(byId("title"), title);
  const load = data.kind.payload_kg === null ? "" : `, ${brief(data.kind.payload_kg)} kg on board`;
  show(byId("hours"), `${single ? `${plan.name} · ` : ""}${longDate(plan.date)}, take-off ${clockTime(0, false)} ${zoneName()} · ${data.kind.name}${load}`);
}

function tile(title, figure, small) {
  return el("div", { class: "kpi" }, el("h2", null, title), el("p", { class: "figure" }, figure), el("p", { class: "small" }, small));
}

function drawFigures() {
  show(byId("kpis"), single ? figuresOfOne(legs[0]) : figuresOfAll());
}

function figuresOfOne(leg) {
  if (!flies(leg)) return [tile("Way", el("b", { class: "bad" }, "none"), leg.detail), tile("Straight", el("b", null, km(leg.straight_m)), "")];
  const extra = leg.distance_m - leg.straight_m;
  return [
    tile("Length", el("b", null, km(leg.distance_m)), "over the ground"),
    tile("More than straight", el("b", null, km(Math.max(0, extra))), `straight: ${km(leg.straight_m)}`),
    tile("Time", el("b", null, minutes(leg.duration_s)), "take-off to the end of the hand-over"),
    tile("Energy", el("b", { class: belowReserve(leg) ? "bad" : null }, `${num(leg.energy_wh)} Wh`), chargeWords(leg)),
    tile("Turns", el("b", null, num(leg.turns.filter((turn) => turn.bends).length)), leg.allowed ? "allowed at that time" : "not allowed at that time"),
  ];
}

function figuresOfAll() {
  const flown = legs.filter(flies);
  const straight = flown.filter((leg) => !bends(leg));
  const counts = new Map();
  for (const leg of flown) for (const id of new Set(leg.turns.flatMap((turn) => turn.zones))) counts.set(id, (counts.get(id) || 0) + 1);
  const [most] = [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  const longest = [...flown].sort((one, other) => (other.distance_m - other.straight_m) - (one.distance_m - one.straight_m))[0];
  return [
    tile("Pairs", el("b", null, num(legs.length)), tn("{count} pad, each pair one way", "{count} pads, each pair one way", data.pads.length)),
    tile("With a way", [el("b", null, num(flown.length)), el("span", null, ` / ${num(legs.length)}`)], flown.length < legs.length ? `${num(legs.length - flown.length)} without` : "every pair is joined"),
    tile("Bent", [el("b", null, num(flown.length - straight.length))], `${num(straight.length)} straight`),
    tile("Bends most legs", most ? [el("b", null, num(most[1])), " ", el("span", null, "legs")] : "none", most ? [link("zone", most[0]), ` ${zones.has(most[0]) ? zones.get(most[0]).name : ""}`] : ""),
    tile("Longest detour", longest ? [el("b", null, `+${km(Math.max(0, longest.distance_m - longest.straight_m))}`)] : "none", longest ? link("leg", legs.indexOf(longest), `${longest.from} → ${longest.to}`) : ""),
  ];
}

function drawSources() {
  show(byId("sources"), el("header", { class: "card-head" }, el("h2", null, "Sources and ages")),
    el("div", { class: "scroll" }, el("table", null,
      el("thead", null, el("tr", null, el("th", null, "What"), ["Number", "Verified", "Sourced", "Assumed", "Unknown", "Newest"].map((word) => el("th", { class: "n" }, word)))),
      el("tbody", null, data.sources.map((row) => el("tr", null,
        el("td", null, sourceKind(row)), el("td", { class: "n" }, num(row.count)),
        ["verified", "sourced", "assumed", "unknown"].map((level) => el("td", { class: `n ${row.confidence[level] ? level : "zero"}` }, num(row.confidence[level] || 0))),
        el("td", { class: "n" }, row.newest || "no date")))))),
    weatherUsed(),
    el("p", { class: "note" }, data.inputs.map((file) => file.path).join(" · "), ` · ${data.plan.version}`));
}

function drawLimits() {
  const wind = weatherAt(0).wind_mps > 0 ? "The way back takes another time, for the wind." : null;
  show(byId("limits"), el("header", { class: "card-head" }, el("h2", null, "What this does not show")),
    el("ul", { class: "dots" },
      [`Zones, gates and permits as they hold in the ${num(duration / 60)} minutes after ${clockTime(0, false)} ${zoneName()}; other hours may bend legs otherwise.`,
        wind,
        ...windLeftOut(),
        `Centre lines keep ${brief(data.policy.half_width_m)} m for the corridor and ${brief(data.policy.clearance_m)} m of clearance from every closed zone, at ${data.policy.levels_amsl_m.map(brief).join(", ")} m AMSL.`,
        data.terrain_model ? "Buildings and masts are zones only where the data name them." : "No terrain model: hills are zones of their own, and the ground between pads is not known.",
        "Zones in the profile have the lowest floor and the highest ceiling that their data allow.",
        "No traffic, no separation from other flights, no reserve for the way on to an alternate: a leg shown here has not been checked as part of a plan.",
        "Illustrative, not for navigation."].filter(Boolean).map((line) => el("li", null, line))));
}

function drawTabs() {
  const parts = [["map-card", "Map"], ["detail", "Leg"], ["profile", "Heights"], ...(single ? [] : [["pairs", "Pairs"]]), ["limits", "Limits"]];
  show(byId("tabs"), parts.map(([id, word]) => el("a", { href: `#${id}`, onclick: (event) => { event.preventDefault(); byId(id).scrollIntoView(); } }, word)));
}

// ---------------------------------------------------------------- begin

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches && event.target.matches("input");
  if (event.key === "Escape") {
    if (typing && byId("filter").value) { byId("filter").value = ""; listPairs(); }
    else if (state.chosen) choose(null);
    else if (!single) choose("leg", null);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (single || (event.target.closest && event.target.closest(".leaflet-container, .detail"))) return;
    nextPair(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "/" && !typing && !single) byId("filter").focus();
  else return;
  event.preventDefault();
}

function begin() {
  map.options.zoomAnimation = map.options.zoomAnimation && !calm.matches;
  document.body.classList.toggle("single", single);
  listenToFrame(fitShown, widenLeg);
  drawBar(); drawFigures(); drawPairs(); drawSources(); drawLimits(); drawTabs();
  drawWind(); drawCredit(); drawKey();
  drawGround(); drawZones(); drawWays(); drawGates(); drawPads(); makeLabels(); greyByHours();
  watchers.choice.push((kind) => { if (kind === "leg") { drawLeg(); drawProfile(); } }, markChosen, showDetail, markRow, (kind) => { if (kind === "leg") fitShown(); }, settle, writeAddress);
  map.invalidateSize({ pan: false });
  fit();
  readAddress();
  refresh();
  fitShown();
  markRow("leg");
}

begin();
