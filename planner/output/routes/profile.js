// The leg from the side: heights, charge and power over one axis, with the same numbers as on the map.

const PROFILE = { left: 44, right: 14, top: 26, heights: 132, gap: 24, charge: 50, power: 26, bottom: 38 };

function drawProfile() {
  const card = byId("profile");
  const leg = shown();
  if (!leg || !flies(leg)) {
    show(card, el("header", { class: "card-head" }, el("h2", null, "Profile")),
      el("p", { class: "empty" }, leg ? "No leg, no profile." : "Choose a pair to see its leg from the side."));
    return;
  }
  show(card,
    el("header", { class: "card-head" }, el("h2", null, "Profile"), el("span", { class: "quiet" }, `metres AMSL over kilometres flown · ${leg.profile.ground ? "ground: the highest the terrain model allows" : "ground known at the pads only, dashed between them"}`)),
    el("p", { class: "readout", id: "readout", "aria-live": "polite" }),
    profileOf(leg, Math.max(280, card.clientWidth - 30)),
    el("details", null, el("summary", null, "The same as a table"), el("div", { class: "scroll" }, profileTable(leg))));
  readAt(leg, null);
}

const HEADS = ["km flown", "s", "m AMSL", "floor", "cap", "W", "charge"];

function profileTable(leg) {
  const { rows, bands } = leg.profile;
  const line = ([m, t, height, charge, power, phase]) => el("tr", null,
    el("td", { class: "n" }, num(m / 1000, 2)), el("td", { class: "n" }, num(t)), el("td", { class: "n" }, brief(height)),
    el("td", { class: "n" }, heightWords(stepAt(leg.profile.floor, m))), el("td", { class: "n" }, heightWords(stepAt(leg.profile.cap, m))),
    el("td", { class: "n" }, num(power)), el("td", { class: "n" }, percent(charge)), el("td", null, PHASES[phase] || phase),
    el("td", null, bands.filter((band) => band.from_m <= m && m <= band.to_m).map((band) => `${band.zone} (${bandWords(band)})`).join(", ") || "–"));
  return el("table", null,
    el("thead", null, el("tr", null, HEADS.map((word) => el("th", { class: "n" }, word)), el("th", null, "Then"), el("th", null, "Zones above or below"))),
    el("tbody", null, rows.map(line)));
}

const PHASES = { climb: "climbs", cruise: "flies level", descent: "comes down", hover: "hands over", ground: "on the ground" };

const WHEN = { climb: "in climb", cruise: "in level flight", descent: "coming down", hover: "handing over", ground: "on the ground" };

function heightWords(height) {
  return height === null ? "–" : brief(height);
}

// ---------------------------------------------------------------- what is known at a place

// Everything at a place: the row it lies in, with time and charge between two rows.
function at(leg, m) {
  const { rows } = leg.profile;
  const next = Math.max(1, rows.findIndex(([along]) => along >= m && along > 0));
  const [a, b] = [rows[next - 1], rows[next]];
  const part = b[0] > a[0] ? (m - a[0]) / (b[0] - a[0]) : 1;
  const between = (index) => a[index] + part * (b[index] - a[index]);
  return { m, t: between(1), height: between(2), charge: between(3), power: a[4], floor: stepAt(leg.profile.floor, m), cap: stepAt(leg.profile.cap, m) };
}

// Tell what is at a place of the leg; without a place, how to ask.
function readAt(leg, m) {
  const box = byId("readout");
  if (!box) return;
  if (m === null) { show(box, "Point at the profile, or go along it with ← and →, to read it."); return; }
  const now = at(leg, m);
  const limits = now.floor === null && now.cap === null ? "no floor or cap" : [now.floor === null ? "" : `floor ${brief(now.floor)} m`, now.cap === null ? "" : `cap ${brief(now.cap)} m`].filter(Boolean).join(", ");
  show(box, el("b", null, `${num(m / 1000, 2)} km`), ` · ${minutes(now.t)} after take-off · `, el("b", null, `${brief(Math.round(now.height))} m AMSL`), `, ${limits} · ${num(now.power)} W · charge `, el("b", null, percent(now.charge)));
}

// ---------------------------------------------------------------- the drawing

function profileOf(leg, width) {
  const { path } = leg.profile;
  const length = Math.max(1, path[path.length - 1][0]);
  const edges = [PROFILE.left, width - PROFILE.right];
  const inner = edges[1] - edges[0];
  const x = (m) => PROFILE.left + (inner * m) / length;
  const floor = PROFILE.top + PROFILE.heights;
  const charge = { top: floor + PROFILE.gap, height: PROFILE.charge };
  const power = { top: charge.top + charge.height + PROFILE.gap, height: PROFILE.power };
  const end = power.top + power.height;
  const height = end + PROFILE.bottom;
  const box = svg("svg", { class: "profile", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: "0", "aria-label": `Profile from ${leg.from} to ${leg.to}: ${leg.reason}; charge from ${percent(leg.profile.rows[0][3], 0)} to ${percent(leg.soc_end, 0)}` });
  drawHeights(box, leg, x, edges);
  drawCharge(box, leg, x, edges, charge);
  drawPower(box, leg, x, edges, power);
  drawDistances(box, length, x, end, inner);
  box.append(svg("text", { x: PROFILE.left, y: height - 6, class: "axis pad" }, shortened(leg.from, 26)), svg("text", { x: edges[1], y: height - 6, class: "axis end pad" }, shortened(leg.to, 26)));
  pointAlong(box, leg, x, { length, inner, top: PROFILE.top, end });
  return box;
}

function drawHeights(box, leg, x, edges) {
  const { path, ground, bands, cap } = leg.profile;
  const scale = heightScale([...path, ...(ground || [])].map(([, height]) => height).filter((height) => height !== null), PROFILE.top, PROFILE.heights);
  drawBands(box, bands, x, scale, (band) => holds(zones.get(band.zone).spans));
  drawGrid(box, gridOf(scale), scale.y, edges, (height) => num(height));
  if (ground) drawTerrain(box, ground, x, scale);
  else box.append(svg("path", { class: "ground-unknown", d: lineThrough([path[0], path[path.length - 1]].map(([m, height]) => [x(m), scale.y(height)])) }));
  for (const crossing of leg.crossings) {
    const at = x(crossing.along_m);
    box.append(svg("line", { x1: at, x2: at, y1: PROFILE.top - 4, y2: scale.base, class: "crossing" }),
      svg("text", { x: Math.min(edges[1] - 46, Math.max(60, at)), y: PROFILE.top - 12, class: "axis middle strong" }, `${crossing.from} → ${crossing.to}${crossing.gate ? `, gate ${crossing.gate}` : ""}`));
  }
  drawBandNames(box, bands, x, scale);
  drawFloorsAndCaps(box, leg.profile, x, scale);
  const least = cap.filter(([, , height]) => height <= scale.high).sort((one, other) => one[2] - other[2] || (other[1] - other[0]) - (one[1] - one[0]))[0];
  if (least) box.append(svg("text", { x: Math.max(PROFILE.left + 34, x(least[1]) - 4), y: scale.y(least[2]) - 4, class: "axis end limit-name" }, `cap ${brief(least[2])} m`));
  drawPath(box, lineThrough(path.map(([m, height]) => [x(m), scale.y(height)])));
  let last = -Infinity;
  let lift = 0;
  leg.turns.forEach((turn, index) => {
    const at = x(turn.along_m);
    lift = at - last < 17 ? lift + 17 : 0;
    last = at;
    box.append(svg("circle", { cx: at, cy: scale.y(turn.level_amsl_m) - lift, r: 8, class: "turn-dot" }), svg("text", { x: at, y: scale.y(turn.level_amsl_m) - lift + 4, class: "turn-number" }, String(index + 1)));
  });
}

function drawCharge(box, leg, x, edges, { top, height }) {
  const { rows } = leg.profile;
  const y = (share) => top + height * (1 - Math.min(1, Math.max(0, share)));
  const [left, right] = edges;
  box.append(svg("text", { x: left, y: top - 7, class: "axis strong" }, "Charge, % of full packs"));
  drawReserve(box, data.policy.reserve_share, y, edges);
  drawGrid(box, [0, 0.5, 1], y, edges, (share) => num(share * 100));
  drawPath(box, lineThrough(rows.map(([m, , , charge]) => [x(m), y(charge)])));
  const last = rows[rows.length - 1];
  box.append(svg("circle", { cx: x(last[0]), cy: y(last[3]), r: 3.5, class: belowReserve(leg) ? "landed bad" : "landed" }));
  const words = `${percent(last[3], 0)} at the end`;
  const above = Math.min(...[0, 7 * words.length].map((back) => y(at(leg, Math.max(0, last[0] * (1 - back / (right - left)))).charge)));
  box.append(svg("text", { x: right - 8, y: above - 6 > top + 8 ? above - 6 : y(last[3]) + 16, class: `axis end strong ${belowReserve(leg) ? "bad" : ""}` }, words));
}

// Power holds from row to row; climb and descent are at the pads, where the leg does not get on.
function drawPower(box, leg, x, [left, right], { top, height }) {
  const { rows } = leg.profile;
  const most = Math.max(1, ...rows.map(([, , , , watts]) => watts));
  const y = (watts) => top + height * (1 - watts / most);
  const peak = rows.find(([, , , , watts]) => watts === most);
  box.append(svg("text", { x: left, y: top - 7, class: "axis strong" }, "Power at the packs, W"),
    svg("text", { x: right, y: top - 7, class: "axis end" }, `most ${num(most)} W, ${WHEN[peak[5]]}`));
  box.append(svg("line", { x1: left, x2: right, y1: y(0), y2: y(0), class: "grid" }), svg("text", { x: left - 6, y: y(0) + 4, class: "axis end" }, "0"));
  const d = rows.slice(0, -1).map(([m, , , , watts], index) => `${index ? "L" : "M"}${x(m)} ${y(watts)}H${x(rows[index + 1][0])}`).join("");
  box.append(svg("path", { class: "power", d: `M${x(0)} ${y(0)}${d.replace("M", "L")}V${y(0)}` }));
}

// The crosshair: by pointer, or by the arrow keys once the drawing has the focus.
function pointAlong(box, leg, x, { length, inner, top, end }) {
  const hair = svg("line", { class: "hair", y1: top - 4, y2: end, x1: -9, x2: -9 });
  box.append(hair);
  let place = null;
  const move = (m) => {
    place = m === null ? null : Math.min(length, Math.max(0, m));
    const at = place === null ? -9 : x(place);
    hair.setAttribute("x1", at);
    hair.setAttribute("x2", at);
    readAt(leg, place);
  };
  const under = (event) => {
    const frame = box.getBoundingClientRect();
    move(((event.clientX - frame.left) * (box.viewBox.baseVal.width / frame.width) - PROFILE.left) * (length / inner));
  };
  box.addEventListener("pointermove", under);
  box.addEventListener("pointerdown", under);
  box.addEventListener("pointerleave", () => move(null));
  box.addEventListener("blur", () => move(null));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    move((place === null ? (step > 0 ? 0 : length) : place + step * (event.shiftKey ? 1000 : 100)));
    event.preventDefault();
  });
}
