// The flight looked at from the side, heights above charge over one axis, and one crosshair with the time of the page.

const PROFILE = { left: 38, top: 34, heights: 132, gap: 42, charge: 64, distances: 24, way: 14 };
let side = null;
let cross = null;

function drawProfile() {
  const card = byId("profile");
  side = state.flight && state.flight.sortie.legs.length ? sideOf(state.flight) : null;
  if (!side) {
    cross = null;
    const why = data.summed ? t("With so many sorties the page tells sums for each corridor, and no flight by itself.") : t("No flight to draw.");
    show(card, el("header", { class: "card-head" }, el("h2", null, t("Height and charge")), viewChoice()), el("p", { class: "empty" }, why));
    return;
  }
  const stops = [side.parts[0].leg.from, ...side.parts.map((part) => part.leg.to)].join(" → ");
  show(card, profileHead(), el("div", { class: "under-head" }, el("b", null, stops), el("p", { class: "readout", id: "readout", "aria-live": "polite" })), chartBox(Math.max(300, card.clientWidth - 30)), profileNotes(), unfolded(t("The same as a table"), profileTable));
  moveCross();
}

function profileHead() {
  const { sortie, parts } = side;
  const { leg } = state.flight;
  const load = Math.max(...parts.map((part) => part.leg.payload_kg));
  return el("header", { class: "card-head" },
    droneTag(sortie.drone), el("h2", null, link("sortie", sortie.id), leg === null ? "" : ` ${t("leg {number}", { number: leg + 1 })}`),
    el("span", { class: "quiet" }, `${km(side.length)} · ${minutes(sum(parts.map((part) => part.leg.duration_s)))} · ${brief(load)} kg`),
    el("span", { class: "space" }), viewChoice());
}

// ---------------------------------------------------------------- the drawing

function chartBox(width) {
  const chart = profileChart(width);
  return el("div", { class: "chart-box" }, chart, cross.hair, cross.height, cross.charge);
}

function profileChart(width) {
  const right = width > 520 ? 104 : 14;
  const edges = [PROFILE.left, width - right];
  const x = (m) => edges[0] + ((edges[1] - edges[0]) * m) / side.length;
  const ways = waysOutOf(side);
  const scale = heightScale([...side.path, ...side.ground.filter(([, height]) => height !== null)].map(([, height]) => height), PROFILE.top, PROFILE.heights);
  const chargeTop = scale.base + PROFILE.gap;
  const end = chargeTop + PROFILE.charge;
  const height = end + PROFILE.distances + PROFILE.way * ways.length;
  const box = svg("svg", { class: "profile", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: "0", "aria-label": profileWords() });
  box.append(svg("title", null, profileWords()));
  box.append(svg("text", { x: 0, y: 11, class: "axis strong" }, t("Altitude, m AMSL")));
  drawGrid(box, gridOf(scale), scale.y, edges, (value) => num(value));
  const active = (band) => { const zone = zones.get(band.zone); return zone.spans === null || zone.spans.some(([from, to]) => from <= band.leg.times[band.leg.times.length - 1] && to >= band.leg.times[0]); };
  drawBands(box, side.bands, x, scale, active);
  drawTerrain(box, side.ground, x, scale);
  drawStops(box, x, scale, end);
  drawBandNames(box, side.bands, x, scale);
  drawFloorsAndCaps(box, side.limits, x, scale);
  drawPath(box, lineThrough(side.path.map(([m, level]) => [x(m), scale.y(level)])));
  drawBreaches(box, x, scale);
  drawLevels(box, x, scale);
  drawRoom(box, x, scale);
  drawCrossings(box, x, edges, end);
  drawFaults(box, x, scale);
  drawCharge(box, x, edges, chargeTop, ways, end + PROFILE.distances);
  drawDistances(box, side.length, x, end, edges[1] - edges[0]);
  if (right > 14) drawEndNames(box, scale, edges[1]);
  cross = crosshair(box, x, scale, chargeTop, edges, end);
  return box;
}

function profileWords() {
  const { sortie, parts } = side;
  const first = parts[0].leg;
  const last = parts[parts.length - 1].leg;
  return t("Flight {sortie} from {from} to {to} from the side: up to {height} m AMSL, charge from {first} to {last}", {
    sortie: sortie.id, from: first.from, to: last.to, height: brief(Math.max(...side.path.map(([, height]) => height))), first: percent(first.soc_start, 0), last: percent(last.soc_end, 0) });
}

// Stops on the way: a thin line through both charts with the id of the pad.
function drawStops(box, x, scale, end) {
  for (const part of side.parts.slice(1)) {
    box.append(svg("line", { x1: x(part.start), x2: x(part.start), y1: PROFILE.top, y2: end, class: "stop" }),
      svg("text", { x: x(part.start), y: scale.base + 12, class: "axis middle" }, shortened(part.leg.from, 14)));
  }
}

function drawBreaches(box, x, scale) {
  for (const outline of [...breaches(side.path, side.limits.cap, 1), ...breaches(side.path, side.limits.floor, -1)]) {
    box.append(svg("path", { class: "breach", d: `${lineThrough(outline.map(([m, height]) => [x(m), scale.cut(height)]))}Z` }));
  }
}

// Rings where the level changes, with the new one.
function drawLevels(box, x, scale) {
  let told = -Infinity;
  side.path.forEach(([m, height], index) => {
    const [before, after] = [side.path[index - 1], side.path[index + 1]];
    if (!before || !after || (before[1] === height && after[1] === height)) return;
    if ((before[0] === m && before[1] === height) || height === Math.min(before[1], height, after[1])) return;
    box.append(svg("circle", { cx: x(m), cy: scale.y(height), r: 3, class: "level" }));
    if (after[1] !== height || x(m) - told < 70) return;
    told = x(m);
    const rising = before[1] < height;
    box.append(svg("text", { x: x(m) + 5, y: scale.y(height) - 7, class: "axis level-name" }, `${rising ? "▲" : "▼"} ${brief(height)} m`));
  });
}

// The least room between the level parts and a floor or cap, as a bar with its length.
function drawRoom(box, x, scale) {
  const least = nearestLimit(side);
  if (!least || least.room < -0.05 || !scale.holds(least.limit)) return;
  const at = x(least.m);
  const words = least.kind === "cap" ? t("{room} m below the cap", { room: brief(least.room) }) : t("{room} m above the floor", { room: brief(least.room) });
  const late = at > x(side.length * 0.6);
  box.append(svg("line", { x1: at, x2: at, y1: scale.y(least.height), y2: scale.y(least.limit), class: "room" }),
    svg("text", { x: at + (late ? -4 : 4), y: Math.max(scale.y(least.height), scale.y(least.limit)) + 14, class: `axis room-name ${late ? "end" : ""}` }, words));
}

function drawCrossings(box, x, edges, end) {
  let told = -Infinity;
  for (const part of side.parts) {
    for (const crossing of part.leg.crossings) {
      const at = x(part.start + alongAt(part.leg, crossing.t));
      const words = `${crossing.gate} ${clockTime(crossing.t)}`;
      const room = 6.4 * words.length;
      box.append(svg("line", { x1: at, x2: at, y1: PROFILE.top - 6, y2: end, class: "crossing" }, svg("title", null, `${crossing.from} → ${crossing.to}`)));
      if (at - told < room) continue;
      told = at;
      box.append(svg("text", { x: Math.min(edges[1] - room / 2, Math.max(edges[0] + room / 2, at)), y: PROFILE.top - 10, class: "axis middle strong" }, words));
    }
  }
}

// What the review found broken on this flight, where it was measured.
function drawFaults(box, x, scale) {
  data.review.findings.forEach((finding, index) => {
    if (finding.verdict !== "FAIL" || finding.sortie !== side.sortie.id || finding.t === null) return;
    const place = placeAt(side, finding.t);
    if (!place) return;
    const mark = SIGNS.fault();
    mark.setAttribute("x", x(place.m) - 10);
    mark.setAttribute("y", scale.cut(finding.alt_amsl_m) - 10);
    mark.addEventListener("click", () => visit(index));
    box.append(mark);
  });
}

// Names of the lines at their right end, kept apart.
function drawEndNames(box, scale, right) {
  const last = (steps) => (steps.length ? steps[steps.length - 1][2] : null);
  const ground = [...side.ground].reverse().find(([, height]) => height !== null);
  const level = side.path[side.path.length - 2];
  const names = [
    [last(side.limits.cap), t("cap {height} m", { height: brief(last(side.limits.cap)) }), ""], [level[1], t("path {height} m", { height: brief(level[1]) }), "flown-name"],
    [last(side.limits.floor), t("floor {height} m", { height: brief(last(side.limits.floor)) }), ""], [ground ? ground[1] : null, t("terrain"), ""],
  ].filter(([height]) => height !== null && scale.holds(height)).sort(([one], [other]) => other - one);
  apart(names.map(([height]) => scale.y(height)), 13).forEach((at, index) => {
    box.append(svg("text", { x: right + 8, y: at + 4, class: `axis ${names[index][2]}` }, names[index][1]));
  });
}

// Heights of labels from the top down, moved so that none is nearer to the one above than `least`.
function apart(wanted, least) {
  const placed = [];
  for (const at of wanted) placed.push(placed.length ? Math.max(at, placed[placed.length - 1] + least) : at);
  return placed;
}

// ---------------------------------------------------------------- charge

// The share of full packs that the sortie lands with if it takes some energy all in all, by the scale of its own trip.
function chargeAfter(sortie, wh) {
  return sortie.charge_per_wh === null ? null : sortie.legs[0].soc_start - sortie.charge_per_wh * wh;
}

// What the ledger tells of the landing: in half of all cases, and with its chance.
function landings(sortie) {
  if (!sortie.ledger || sortie.charge_per_wh === null) return null;
  const parts = new Map(sortie.ledger.parts);
  const given = parts.get("trip") + parts.get("contingency");
  return { trip: parts.get("trip"), given, chance: sortie.ledger.chance, median: chargeAfter(sortie, sortie.ledger.median_wh), sure: chargeAfter(sortie, given) };
}

function waysOutOf({ sortie, parts }) {
  return parts.filter(({ leg }) => leg.way_out && sortie.charge_per_wh !== null)
    .map((part) => ({ part, at: part.start + part.length, way: part.leg.way_out, lands: chargeAfter(sortie, part.leg.way_out.needed_wh) }));
}

function drawCharge(box, x, edges, top, ways, foot) {
  const y = (share) => top + PROFILE.charge * (1 - Math.min(1, Math.max(0, share)));
  const reserve = data.policy.reserve_share;
  box.append(svg("text", { x: 0, y: top - 9, class: "axis strong" }, t("State of charge, %")));
  drawReserve(box, reserve, y, edges);
  drawGrid(box, [0, 0.5, 1], y, edges, (share) => num(share * 100));
  const rows = side.charge.length ? side.charge : side.parts.flatMap(({ leg, start, length }) => [[start, 0, leg.soc_start], [start + length, 0, leg.soc_end]]);
  const ends = side.whole ? landings(side.sortie) : null;
  if (ends) drawBandOfCharge(box, x, y, rows, ends);
  drawPath(box, lineThrough(rows.map(([m, , charge]) => [x(m), y(charge)])));
  drawWaysOutBars(box, x, y, ways, foot);
  drawLandings(box, x, y, rows[rows.length - 1], ends, edges[1]);
}

// From the charge as planned to what is left with the chance of the ledger. The record tells both for the landing; on
// the way there the band is as wide as the energy used so far has it.
function drawBandOfCharge(box, x, y, rows, { trip, given }) {
  const first = side.sortie.legs[0].soc_start;
  const low = rows.map(([m, , charge]) => [x(m), y(first - ((first - charge) * given) / trip)]);
  const planned = rows.map(([m, , charge]) => [x(m), y(charge)]);
  box.append(svg("path", { class: "charge-band", d: `${lineThrough([...planned, ...[...low].reverse()])}Z` }), svg("path", { class: "charge-low", d: lineThrough(low) }));
}

function drawLandings(box, x, y, [m, , planned], ends, right) {
  const labels = ends ? [[ends.median, quantile(0.5)], [ends.sure, quantile(ends.chance)]] : [[planned, t("planned")]];
  for (const [share] of labels.slice(-1)) box.append(svg("circle", { cx: x(m), cy: y(share), r: 3.5, class: `landed ${share < data.policy.reserve_share ? "bad" : ""}` }));
  const beside = PROFILE.left + 60 < right && box.viewBox.baseVal.width - right > 60;
  apart(labels.map(([share]) => y(share)), 13).forEach((at, index) => {
    const [share, name] = labels[index];
    const low = share < data.policy.reserve_share ? "bad" : "";
    box.append(svg("text", { x: beside ? right + 8 : right - 6, y: beside ? at + 4 : at - 8 + 13 * index, class: `axis strong flown-name ${beside ? "" : "end"} ${low}` }, `${name} ${percent(share)}`));
  });
}

// From above each pad: down to what is left at the alternate, which a line below names.
function drawWaysOutBars(box, x, y, ways, foot) {
  const whole = box.viewBox.baseVal.width;
  ways.forEach(({ part, at, way, lands }, index) => {
    const line = foot + PROFILE.way * index + 8;
    const words = t("from above {pad} to {alternate}: {charge} left", { pad: part.leg.to, alternate: way.alternate, charge: percent(lands) });
    const room = 6.4 * [...words].length;
    const beside = whole - x(at) > room ? [x(at) + 6, ""] : x(part.start) > room ? [x(part.start) - 6, "end"] : null;
    const [place, end] = beside || (x(at) > room ? [x(at) - 6, "end"] : [2, ""]);
    box.append(svg("path", { class: "reach", d: `M${x(at)} ${y(part.leg.soc_end)}V${y(lands)}M${x(at) - 4} ${y(lands)}h8` }),
      svg("path", { class: "reach-line", d: beside ? `M${x(part.start)} ${line}H${x(at)}M${x(at)} ${line - 4}v8` : `M${x(at)} ${line - 4}v8` }),
      svg("text", { x: place, y: line + 4, class: `axis reach-name ${end}` }, words));
  });
}

function profileNotes() {
  const notes = [];
  const ends = side.whole ? landings(side.sortie) : null;
  if (ends) notes.push(t("Line: as planned. Dashed: left with a chance of {chance}, as the record tells it for the landing; on the way in proportion to the energy used.", { chance: percent(ends.chance) }));
  if (!side.charge.length) notes.push(t("This record holds no profile: charge at both ends of each leg only, no floors, caps or terrain."));
  else if (!side.ground.some(([, height]) => height !== null)) notes.push(t("The record knows no ground along the way."));
  return el("p", { class: "note" }, notes.join(" "));
}

// ---------------------------------------------------------------- crosshair

function crosshair(box, x, scale, chargeTop, edges, end) {
  const y = (share) => chargeTop + PROFILE.charge * (1 - Math.min(1, Math.max(0, share)));
  // Elements of their own above the drawing: moving them does not draw its patterns anew.
  const made = { hair: el("div", { class: "hair" }), height: el("div", { class: "cross-dot" }), charge: el("div", { class: "cross-dot" }), x, scale, y };
  made.hair.style.top = `${PROFILE.top - 4}px`;
  made.hair.style.height = `${end - PROFILE.top + 4}px`;
  const follow = (event) => {
    if (event.type === "pointermove" && event.pointerType === "touch" && !event.pressure) return;
    const frame = box.getBoundingClientRect();
    const place = ((event.clientX - frame.left) * (box.viewBox.baseVal.width / frame.width) - edges[0]) / (edges[1] - edges[0]);
    const m = Math.min(side.length, Math.max(0, place * side.length));
    const part = partAt(side, m);
    if (state.playing) play(false);
    setTime(timeAt(part.leg, m - part.start));
  };
  box.addEventListener("pointermove", follow);
  box.addEventListener("pointerdown", follow);
  return made;
}

// Put the crosshair where the flight is at the time of the page; away when it is not in the air.
function moveCross() {
  if (!cross) return;
  const place = placeAt(side, state.t);
  for (const node of [cross.hair, cross.height, cross.charge]) node.classList.toggle("away", !place);
  if (!place) { show(byId("readout"), t("not in the air at {time}", { time: clockTime(state.t) })); return; }
  const { leg } = place.part;
  const height = position(side.sortie, state.t).alt;
  const charge = chargeAt(leg, state.t);
  const at = cross.x(place.m);
  cross.hair.style.transform = `translateX(${at}px)`;
  cross.height.style.transform = `translate(${at}px, ${cross.scale.y(height)}px)`;
  cross.charge.classList.toggle("away", charge === null);
  if (charge !== null) cross.charge.style.transform = `translate(${at}px, ${cross.y(charge)}px)`;
  show(byId("readout"), `${num(place.m / 1000, 2)} km: ${num(height)} m${charge === null ? "" : ` · ${percent(charge)}`}`);
}

// ---------------------------------------------------------------- the same as a table

function profileTable() {
  const heads = [["km"], [t("Time")], ["m AMSL"], [t("Floor")], [t("Cap")], [t("Ground")], [t("Charge")]].map(([word]) => [word, true]);
  const lines = side.parts.flatMap((part) => part.leg.times.map((time, index) => {
    const m = part.start + part.leg.track.along_m[index];
    const over = side.bands.filter((band) => band.leg === part.leg && band.from_m <= m && m <= band.to_m);
    const ground = (part.leg.track.ground || []).find(([along, height]) => along >= part.leg.track.along_m[index] - 0.2 && height !== null);
    return el("tr", null,
      [num(m / 1000, 2), clockTime(time), brief(part.leg.heights[index]), knownHeight(stepAt(side.limits.floor, m)), knownHeight(stepAt(side.limits.cap, m)), knownHeight(ground ? ground[1] : null), chargeWords(part.leg, time)]
        .map((word) => el("td", { class: "n" }, word)),
      el("td", null, over.map((band) => `${band.zone} (${bandWords(band)})`).join(", ") || "–"));
  }));
  return tableOf([...heads, [t("Zones above or below"), false]], lines, { class: "profile-table" });
}

function chargeWords(leg, time) {
  const charge = chargeAt(leg, time);
  return charge === null ? "–" : percent(charge);
}

const knownHeight = (height) => (height === null ? "–" : brief(height));
