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

function bandWords(band) {
  const low = band.lower_m === null ? "ground" : `${brief(band.lower_m)} m`;
  return `${low} to ${band.upper_m === null ? "unlimited" : `${brief(band.upper_m)} m`}`;
}

// ---------------------------------------------------------------- what is known at a place

// The floor or cap at a place, as far as one is known.
function stepAt(steps, m) {
  const found = steps.find(([from, to]) => from <= m && m <= to);
  return found ? found[2] : null;
}

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
  const inner = width - PROFILE.left - PROFILE.right;
  const x = (m) => PROFILE.left + (inner * m) / length;
  const floor = PROFILE.top + PROFILE.heights;
  const charge = { top: floor + PROFILE.gap, height: PROFILE.charge };
  const power = { top: charge.top + charge.height + PROFILE.gap, height: PROFILE.power };
  const end = power.top + power.height;
  const height = end + PROFILE.bottom;
  const box = svg("svg", { class: "profile", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: "0", "aria-label": `Profile from ${leg.from} to ${leg.to}: ${leg.reason}; charge from ${percent(leg.profile.rows[0][3], 0)} to ${percent(leg.soc_end, 0)}` });
  drawHeights(box, leg, x, width, floor);
  drawCharge(box, leg, x, width, charge);
  drawPower(box, leg, x, width, power);
  const tick = stepFor(length / 1000, Math.max(2, Math.floor(inner / 90)));
  for (let km = 0; km <= length / 1000 + 1e-9; km += tick) {
    box.append(svg("line", { x1: x(km * 1000), x2: x(km * 1000), y1: end, y2: end + 4, class: "tick" }),
      svg("text", { x: x(km * 1000), y: end + 15, class: "axis middle" }, brief(Math.round(km * 100) / 100)));
  }
  box.append(svg("text", { x: PROFILE.left, y: height - 6, class: "axis pad" }, shortened(leg.from, 26)), svg("text", { x: width - PROFILE.right, y: height - 6, class: "axis end pad" }, shortened(leg.to, 26)));
  pointAlong(box, leg, x, { length, inner, top: PROFILE.top, end });
  return box;
}

function drawHeights(box, leg, x, width, floor) {
  const { path, ground, bands, cap } = leg.profile;
  const heights = [...path.map(([, height]) => height), ...(ground || []).map(([, height]) => height).filter((height) => height !== null)];
  const low = Math.min(0, ...heights);
  const step = stepFor((Math.max(...heights) - low) * 1.5, 4);
  const high = Math.max(step, Math.ceil(((Math.max(...heights) - low) * 1.4) / step) * step) + low;
  const y = (height) => PROFILE.top + (PROFILE.heights * (high - height)) / (high - low);
  const clip = (height) => Math.min(high, Math.max(low, height));

  for (const band of bands) {
    const zone = zones.get(band.zone);
    if (!zone) continue;
    const top = y(clip(band.upper_m === null ? high : band.upper_m));
    const bottom = y(clip(band.lower_m === null ? low : band.lower_m));
    if (bottom - top < 0.5) continue;
    box.append(svg("rect", { x: x(band.from_m), y: top, width: Math.max(1, x(band.to_m) - x(band.from_m)), height: bottom - top, class: `zone ${kindOf(zone)} ${holds(zone.spans) ? "" : "inactive"}` }, svg("title", null, `${zone.id} ${zone.name}: ${bandWords(band)}`)));
  }
  const named = bands.filter((band) => zones.has(band.zone) && x(band.to_m) - x(band.from_m) > 9 * band.zone.length + 8);
  for (let height = Math.ceil(low / step) * step; height <= high + 1e-6; height += step) {
    box.append(svg("line", { x1: PROFILE.left, x2: width - PROFILE.right, y1: y(height), y2: y(height), class: "grid" }),
      svg("text", { x: PROFILE.left - 6, y: y(height) + 4, class: "axis end" }, num(height)));
  }
  if (ground) {
    const known = ground.filter(([, height]) => height !== null);
    if (known.length) box.append(svg("path", { class: "ground", d: `M${x(known[0][0])} ${floor}${known.map(([m, height]) => `L${x(m)} ${y(clip(height))}`).join("")}L${x(known[known.length - 1][0])} ${floor}Z` }));
  } else {
    const ends = [path[0], path[path.length - 1]];
    box.append(svg("path", { class: "ground-unknown", d: `M${x(0)} ${y(ends[0][1])}L${x(ends[1][0])} ${y(ends[1][1])}` }));
  }
  for (const crossing of leg.crossings) {
    const m = crossing.along_m;
    box.append(svg("line", { x1: x(m), x2: x(m), y1: PROFILE.top - 4, y2: floor, class: "crossing" }),
      svg("text", { x: Math.min(width - 60, Math.max(60, x(m))), y: PROFILE.top - 12, class: "axis middle strong" }, `${crossing.from} → ${crossing.to}${crossing.gate ? `, gate ${crossing.gate}` : ""}`));
  }
  named.forEach((band, index) => {
    const top = y(clip(band.upper_m === null ? high : band.upper_m));
    if (y(clip(band.lower_m === null ? low : band.lower_m)) - top < 16) return;
    const beside = named.slice(0, index).some((other) => other.from_m < band.to_m && band.from_m < other.to_m);
    box.append(svg("text", { x: (x(band.from_m) + x(band.to_m)) / 2, y: top + (beside ? 26 : 13), class: `axis middle band-name ${kindOf(zones.get(band.zone))}` }, band.zone));
  });
  const line = path.map(([m, height], index) => `${index ? "L" : "M"}${x(m)} ${y(height)}`).join("");
  box.append(svg("path", { class: "flown-casing", d: line }));
  for (const kind of ["cap", "floor"]) {
    const d = leg.profile[kind].filter(([, , height]) => low <= height && height <= high).map(([from, to, height]) => `M${x(from)} ${y(height)}H${x(to)}`).join("");
    if (d) box.append(svg("path", { class: `limit ${kind}`, d }));
  }
  const least = cap.filter(([, , height]) => height <= high).sort((one, other) => one[2] - other[2] || (other[1] - other[0]) - (one[1] - one[0]))[0];
  if (least) box.append(svg("text", { x: Math.max(PROFILE.left + 34, x(least[1]) - 4), y: y(least[2]) - 4, class: "axis end limit-name" }, `cap ${brief(least[2])} m`));
  box.append(svg("path", { class: "flown", d: line }));
  let last = -Infinity;
  let lift = 0;
  leg.turns.forEach((turn, index) => {
    const at = x(turn.along_m);
    lift = at - last < 17 ? lift + 17 : 0;
    last = at;
    box.append(svg("circle", { cx: at, cy: y(turn.level_amsl_m) - lift, r: 8, class: "turn-dot" }), svg("text", { x: at, y: y(turn.level_amsl_m) - lift + 4, class: "turn-number" }, String(index + 1)));
  });
}

// Charge from 0 to 100, never cut short; what lies below the reserve is hatched.
function drawCharge(box, leg, x, width, { top, height }) {
  const { rows } = leg.profile;
  const y = (share) => top + height * (1 - Math.min(1, Math.max(0, share)));
  const [left, right] = [PROFILE.left, width - PROFILE.right];
  const reserve = data.policy.reserve_share;
  box.append(svg("text", { x: left, y: top - 7, class: "axis strong" }, "Charge, % of full packs"));
  box.append(svg("rect", { x: left, y: y(reserve), width: right - left, height: y(0) - y(reserve), class: "reserve" }));
  for (const share of [0, 0.5, 1]) {
    box.append(svg("line", { x1: left, x2: right, y1: y(share), y2: y(share), class: "grid" }), svg("text", { x: left - 6, y: y(share) + 4, class: "axis end" }, num(share * 100)));
  }
  if (reserve > 0) box.append(svg("line", { x1: left, x2: right, y1: y(reserve), y2: y(reserve), class: "reserve-line" }));
  const line = rows.map(([m, , , charge], index) => `${index ? "L" : "M"}${x(m)} ${y(charge)}`).join("");
  box.append(svg("path", { class: "flown-casing", d: line }), svg("path", { class: "flown", d: line }));
  const last = rows[rows.length - 1];
  box.append(svg("circle", { cx: x(last[0]), cy: y(last[3]), r: 3.5, class: belowReserve(leg) ? "landed bad" : "landed" }));
  const words = `${percent(last[3], 0)} at the end`;
  const above = Math.min(...[0, 7 * words.length].map((back) => y(at(leg, Math.max(0, last[0] * (1 - back / (right - left)))).charge)));
  box.append(svg("text", { x: right - 8, y: above - 6 > top + 8 ? above - 6 : y(last[3]) + 16, class: `axis end strong ${belowReserve(leg) ? "bad" : ""}` }, words));
  box.append(svg("text", { x: left + 6, y: y(reserve) - 4, class: "axis reserve-name" }, `reserve ${percent(reserve, 0)}`));
}

// Power holds from row to row; climb and descent are at the pads, where the leg does not get on.
function drawPower(box, leg, x, width, { top, height }) {
  const { rows } = leg.profile;
  const most = Math.max(1, ...rows.map(([, , , , watts]) => watts));
  const y = (watts) => top + height * (1 - watts / most);
  const [left, right] = [PROFILE.left, width - PROFILE.right];
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

// A round step that cuts a span into about so many parts.
function stepFor(span, parts) {
  const rough = Math.max(span, 1e-6) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

function shortened(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}
