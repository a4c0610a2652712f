// On paper: after the summary one page for each corridor, made when the page is printed and taken away afterwards.

const SHEET = { width: 690, map: 330, mapWidth: 400, most: 300 };

function listenToPrint() {
  window.addEventListener("beforeprint", () => {
    drawTimeline(SHEET.width);
    const listed = [...corridors.keys()].slice(0, SHEET.most);
    show(byId("sheets"), listed.map(sheet), corridors.length > listed.length ? el("p", { class: "note" }, tn("and {count} more", "and {count} more", corridors.length - listed.length)) : null);
  });
  window.addEventListener("afterprint", () => { show(byId("sheets")); drawTimeline(); });
}

function sheet(index) {
  const corridor = corridors[index];
  const legs = legsOf(index);
  const flight = legs.length ? { sortie: legs[0].sortie, leg: legs[0].index } : null;
  return el("article", { class: "sheet" },
    el("header", null, el("h1", null, `${corridor.ends[0]} – ${corridor.ends[1]}`), el("p", null, corridor.ids.join(", ")),
      el("p", { class: "quiet" }, `${data.plan.name} · ${longDate(data.plan.date)} · ${data.plan.digest}`)),
    el("div", { class: "sheet-top" }, sheetMap(corridor), sheetFacts(corridor, index)),
    flight ? sheetProfile(flight) : null,
    legs.length ? [el("h3", null, tn("{count} flight", "{count} flights", legs.length)), legTable(legs)] : null,
    el("footer", null, `${data.plan.version} · WGS 84 · ${t("illustrative, not for navigation")} · ${t("{number} of {count}", { number: index + 1, count: corridors.length })}`));
}

function sheetFacts(corridor, index) {
  const found = data.review.margins.map((number) => data.review.findings[number]).filter((finding) => finding.corridor === index && finding.margin !== null);
  const entered = [...new Set(legsOf(index).flatMap((leg) => leg.zones).map((entry) => (entry.permit ? `${entry.zone} (${entry.permit})` : entry.zone)))];
  return el("div", { class: "sheet-facts" },
    rows(
      [t("Length"), t("{length} along the ground", { length: km(corridor.distance_m) })],
      [t("Width"), t("{width} m, and {clear} m clear on each side", { width: brief(2 * corridor.half_width_m), clear: brief(data.policy.clearance_m) })],
      [t("Height"), `${corridor.levels_amsl_m.map(brief).join(", ")} m AMSL`],
      [t("Jurisdictions"), corridor.jurisdictions.join(" → ")],
      [t("Gates"), corridor.gates.join(", ") || t("none; stays on one side")],
      [t("Energy"), energyWords(corridor)],
      [t("Lowest charge"), percent(corridor.lowest_charge)],
      [t("Enters"), entered.join(", ")]),
    found.length ? [el("h3", null, t("Worst margins of the plan on this corridor")), el("ul", { class: "dots" }, found.slice(0, 6).map((finding) => el("li", null, el("b", null, plain(finding.rule)), ` ${limitOf(finding)}: ${signed(finding.margin, finding.unit)}`)))] : null);
}

function sheetProfile(flight) {
  const [shown, crossed] = [side, cross];
  side = sideOf(flight);
  const drawn = el("div", { class: "sheet-profile" }, el("h3", null, t("Sortie {id}, leg {number}", { id: flight.sortie.id, number: flight.leg + 1 })), profileChart(SHEET.width));
  [side, cross] = [shown, crossed];
  return drawn;
}

// A small map around one corridor, drawn by itself: the large one shows one place at a time.
function sheetMap(corridor) {
  const lons = corridor.line.map(([lon]) => lon);
  const lats = corridor.line.map(([, lat]) => lat);
  const middle = [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
  const squeeze = Math.cos((middle[1] * Math.PI) / 180);
  const span = Math.max((Math.max(...lons) - Math.min(...lons)) * squeeze * (SHEET.map / SHEET.mapWidth), Math.max(...lats) - Math.min(...lats), 0.004);
  const scale = SHEET.map / (span * 1.35);
  const at = ([lon, lat]) => [SHEET.mapWidth / 2 + (lon - middle[0]) * squeeze * scale, SHEET.map / 2 - (lat - middle[1]) * scale];
  const seen = ([x, y]) => x > 4 && y > 10 && x < SHEET.mapWidth - 4 && y < SHEET.map - 4;
  const outline = (area) => area.flatMap((polygon) => polygon.map((ring) => `${lineThrough(ring.map(at))}Z`)).join("");
  const words = t("Map of corridor {ids}", { ids: corridor.ids.join(", ") });
  const box = svg("svg", { class: "sheet-map", width: SHEET.mapWidth, height: SHEET.map, viewBox: `0 0 ${SHEET.mapWidth} ${SHEET.map}`, role: "img", "aria-label": words }, svg("title", null, words));
  data.ground.land.forEach((area, number) => box.append(svg("path", { class: `land side-${number % 2}`, d: outline(area) })));
  for (const zone of data.zones.filter((one) => !one.whole_side)) box.append(svg("path", { class: `zone ${kindOf(zone)}`, d: outline(zone.area), "fill-rule": "evenodd" }));
  for (const line of data.ground.boundary) box.append(svg("path", { class: "boundary", d: lineThrough(line.map(at)) }));
  box.append(svg("path", { class: "sheet-area", d: outline(corridor.area) }), svg("path", { class: "line d1", d: lineThrough(corridor.line.map(at)) }));
  const named = (thing, mark) => {
    const [x, y] = at(thing.at);
    if (!seen([x, y])) return;
    mark.setAttribute("x", x - mark.getAttribute("width") / 2);
    mark.setAttribute("y", y - mark.getAttribute("height") / 2);
    const late = x > SHEET.mapWidth * 0.75;
    box.append(mark, svg("text", { x: late ? x - 10 : x + 10, y: y + 4, class: `sheet-name ${late ? "end" : ""}` }, thing.id));
  };
  for (const gate of data.gates) if (corridor.gates.includes(gate.id)) named(gate, SIGNS.gate());
  for (const pad of data.pads) if (corridor.ends.includes(pad.id)) named(pad, SIGNS[roleOf(pad)]());
  for (const zone of data.zones.filter((one) => !one.whole_side && !one.terrain)) {
    const [x, y] = at(zone.at);
    if (seen([x, y])) box.append(svg("text", { x, y, class: `sheet-zone ${kindOf(zone)}` }, zone.id));
  }
  return box;
}
