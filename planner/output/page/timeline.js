// The day from left to right: what each drone does, who holds each pad, who crosses each gate, and the time of the page.

const TIMELINE = { left: 168, right: 16, top: 22, row: 22, lane: 11, group: 20, narrow: 5400 };
let timeline = null;

// ---------------------------------------------------------------- what stands on a row

// A pad is held from the start of a descent until the next climb has ended; where a sortie begins or ends, for the
// turnaround of the pad before the take-off or after the landing. The check counts slots in the same way.
function holdsOf(pad) {
  const found = allLegs.flatMap((leg) => {
    const last = leg.times.length - 1;
    const next = leg.sortie.legs[leg.index + 1];
    const made = [];
    if (leg.from === pad.id && leg.index === 0) made.push([leg.times[0] - pad.turnaround_s, leg.times[Math.min(1, last)], leg.sortie]);
    if (leg.to === pad.id) made.push([leg.times[Math.max(0, last - 1)], next ? next.times[1] : leg.times[last] + pad.turnaround_s, leg.sortie]);
    return made;
  }).sort(([one], [other]) => one - other);
  return found.reduce((kept, hold) => {
    const before = kept.findLast((one) => one[2].drone === hold[2].drone && hold[0] <= one[1]);
    if (before) before[1] = Math.max(before[1], hold[1]);
    else kept.push(hold);
    return kept;
  }, []);
}

// Each hold on the first lane that is free then; holds that only touch by the rounding of a record do not overlap.
function lanesOf(held) {
  const ends = [];
  return held.map(([from, to, sortie]) => {
    const free = ends.findIndex((end) => end <= from + 1);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = to;
    return { from, to, sortie, lane };
  });
}

// When something is shut within the plan.
function shutSpans(spans) {
  if (spans === null) return [];
  const shut = [];
  let since = 0;
  for (const [from, to] of [...spans].sort(([one], [other]) => one - other)) {
    if (from > since) shut.push([since, from]);
    since = Math.max(since, to);
  }
  if (since < duration) shut.push([since, duration]);
  return shut;
}

// Packs are swapped between two sorties of a drone where the record tells more charge at the next take-off.
function swapsOf(drone) {
  const flown = drone.sorties.map((id) => sorties.get(id)).filter((sortie) => sortie.legs.length).sort((one, other) => one.departs - other.departs);
  return flown.slice(0, -1).filter((sortie, index) => flown[index + 1].legs[0].soc_start > sortie.legs[sortie.legs.length - 1].soc_end + 1e-6)
    .map((sortie) => [sortie.returns, sortie.returns + drone.swap_s]);
}

function timelineRows() {
  const used = data.pads.filter((pad) => usedPads.has(pad.id));
  const crossings = (gate) => allLegs.flatMap((leg) => leg.crossings.filter((crossing) => crossing.gate === gate.id).map((crossing) => ({ crossing, sortie: leg.sortie })));
  return [
    { title: t("Drones"), rows: data.drones.filter((drone) => drone.sorties.length).map((drone) => ({ kind: "drone", thing: drone, words: drone.type, lanes: 1, height: TIMELINE.row })) },
    { title: t("Pads"), rows: used.map((pad) => {
      const held = lanesOf(holdsOf(pad));
      const lanes = Math.max(pad.slots > 4 ? 1 : pad.slots, ...held.map(({ lane }) => lane + 1));
      return { kind: "pad", thing: pad, words: tn("{count} slot", "{count} slots", pad.slots), held, lanes, height: Math.max(TIMELINE.row, 4 + 9 * lanes), shut: shutSpans(pad.spans) };
    }) },
    { title: t("Gates"), rows: data.gates.map((gate) => ({ kind: "gate", thing: gate, words: gate.capacity_per_hour === null ? "" : t("{count} an hour", { count: num(gate.capacity_per_hour) }), lanes: 1, height: TIMELINE.row, crossings: crossings(gate), shut: shutSpans(gate.spans) })) },
  ].filter(({ rows: listed }) => listed.length);
}

// ---------------------------------------------------------------- the drawing

// The hours shown: all of the plan, or on a narrow page 90 minutes with the time of the page among them.
function timelineSpan() {
  if (!narrow.matches || duration <= TIMELINE.narrow) return [0, duration];
  const from = Math.min(duration - TIMELINE.narrow, Math.max(0, Math.floor((state.t - 1800) / 1800) * 1800));
  return [from, from + TIMELINE.narrow];
}

function drawTimeline(paper = null) {
  const box = byId("timeline-chart");
  if (!box) return;
  const [from, to] = timelineSpan();
  const width = paper || Math.max(320, box.clientWidth - (narrow.matches ? 0 : 12));
  const left = narrow.matches ? 78 : TIMELINE.left;
  const x = (t) => left + ((width - left - TIMELINE.right) * (Math.min(to, Math.max(from, t)) - from)) / (to - from);
  const groups = timelineRows();
  const height = 8 + groups.reduce((total, group) => total + TIMELINE.group + sum(group.rows.map((row) => row.height)), 0);
  const axis = svg("svg", { class: "timeline axis-strip", width, height: TIMELINE.top, viewBox: `0 0 ${width} ${TIMELINE.top}`, "aria-hidden": "true" });
  const words = t("Timeline of {drones}, with who holds each pad and crosses each gate", { drones: tn("{count} drone", "{count} drones", data.drones.filter((drone) => drone.sorties.length).length) });
  const chart = svg("svg", { class: "timeline", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": words }, svg("title", null, words));
  drawHours(axis, chart, x, [from, to], height, width);
  let y = 4;
  for (const { title, rows: listed } of groups) {
    chart.append(svg("text", { x: 0, y: y + 13, class: "group" }, title));
    y += TIMELINE.group;
    for (const row of listed) {
      drawRow(chart, row, y, { x, from, to, left });
      chart.append(svg("line", { x1: left, x2: width - TIMELINE.right, y1: y + row.height, y2: y + row.height, class: "grid" }));
      y += row.height;
    }
  }
  timeline = { x, from, to, now: el("div", { class: "now-line" }) };
  timeline.now.style.height = `${TIMELINE.top + height}px`;
  show(box, axis, chart, timeline.now);
  moveNow();
  markTimeline();
}

function drawHours(axis, chart, x, [from, to], height, width) {
  const step = [600, 900, 1800, 3600, 7200, 14400, 43200, 86400].find((seconds) => ((x(to) - x(from)) * seconds) / (to - from) >= 62) || 86400;
  const first = Math.ceil((from + data.plan.start_of_day_s) / step) * step - data.plan.start_of_day_s;
  for (let t = first; t <= to; t += step) {
    axis.append(svg("text", { x: Math.min(width - 20, x(t)), y: 12, class: "axis middle" }, clockTime(t, false)));
    chart.append(svg("line", { x1: x(t), x2: x(t), y1: 0, y2: height, class: "grid" }));
  }
}

function drawRow(chart, row, y, frame) {
  const { kind, thing: one } = row;
  const room = narrow.matches ? 0 : Math.floor((frame.left - 16 - 7.6 * [...one.id].length) / 6);
  const name = svg("g", { class: "row-name", tabindex: "0", role: "button", "aria-label": `${one.id}. ${row.words}` },
    svg("rect", { x: 0, y, width: frame.left - 6, height: row.height, class: "plate" }),
    svg("text", { x: 0, y: y + row.height / 2 + 4, class: "row-id" }, shortened(one.id, Math.floor(frame.left / 8.6))),
    room > 4 ? svg("text", { x: frame.left - 8, y: y + row.height / 2 + 4, class: "axis end" }, shortened(row.words, room)) : null);
  acts(name, () => choose(kind, one.id));
  chart.append(name);
  for (const [from, to] of row.shut || []) drawSpan(chart, frame, from, to, { y: y + 2, height: row.height - 4, class: "shut" }, t("closed"));
  if (kind === "drone") drawDroneRow(chart, one, y, frame);
  else if (kind === "pad") for (const hold of row.held) drawHold(chart, row, hold, y, frame);
  else for (const { crossing, sortie } of row.crossings) drawDiamond(chart, crossing, sortie, y, frame);
}

const within = (from, to, frame) => to > frame.from && from < frame.to;

function drawSpan(chart, frame, from, to, attributes, words) {
  if (!within(from, to, frame)) return;
  const [left, right] = [frame.x(from), frame.x(to)];
  chart.append(svg("rect", { x: left, width: Math.max(1, right - left), ...attributes }));
  if (words && right - left > 8 + 6.5 * words.length) chart.append(svg("text", { x: left + 5, y: attributes.y + attributes.height / 2 + 4, class: "axis" }, words));
}

function drawDroneRow(chart, drone, y, frame) {
  for (const [from, to] of swapsOf(drone)) drawSpan(chart, frame, from, to, { y: y + 4, height: TIMELINE.row - 8, class: "swap" }, t("swap"));
  for (const id of drone.sorties) {
    const sortie = sorties.get(id);
    if (within(sortie.departs, sortie.returns, frame)) chart.append(flightBar(sortie, y, frame));
  }
}

function flightBar(sortie, y, frame) {
  const [left, right] = [frame.x(sortie.departs), frame.x(sortie.returns)];
  const stops = [...sortie.legs.map((leg) => leg.from), sortie.legs[sortie.legs.length - 1].to].join(" → ");
  const words = `${sortie.id}: ${clockTime(sortie.departs)}–${clockTime(sortie.returns)}, ${stops}`;
  const bar = svg("g", { class: `flight ${colourOf(sortie.drone)}`, tabindex: "0", role: "button", "aria-label": words },
    svg("title", null, words), svg("rect", { x: left, y: y + 2, width: Math.max(2, right - left), height: TIMELINE.row - 4, rx: 2 }),
    right - left > 8 + 7 * sortie.id.length ? svg("text", { x: left + 5, y: y + TIMELINE.row / 2 + 4 }, sortie.id) : null);
  bar.dataset.sortie = sortie.id;
  acts(bar, () => visitSortie(sortie));
  return bar;
}

function drawHold(chart, row, { from, to, sortie, lane }, y, frame) {
  if (!within(from, to, frame)) return;
  const height = (row.height - 4) / row.lanes;
  const over = lane >= row.thing.slots ? "over" : "";
  const words = `${row.thing.id}, ${sortie.id}: ${clockTime(from)}–${clockTime(to)}`;
  const bar = svg("rect", { x: frame.x(from), width: Math.max(1.5, frame.x(to) - frame.x(from)), y: y + 2 + lane * height + 0.5, height: height - 1, class: `hold ${colourOf(sortie.drone)} ${over}` }, svg("title", null, words));
  bar.dataset.sortie = sortie.id;
  bar.addEventListener("click", () => visitSortie(sortie));
  chart.append(bar);
}

function drawDiamond(chart, crossing, sortie, y, frame) {
  if (!within(crossing.t, crossing.t, frame)) return;
  const mark = svg("path", { class: `diamond ${colourOf(sortie.drone)}`, d: `M${frame.x(crossing.t)} ${y + 5}l5 6l-5 6l-5-6Z` },
    svg("title", null, `${sortie.id}: ${clockTime(crossing.t)} ${crossing.from} → ${crossing.to}`));
  mark.dataset.sortie = sortie.id;
  mark.addEventListener("click", () => { setTime(crossing.t); choose("sortie", sortie.id); });
  chart.append(mark);
}

// What can be clicked can be reached by the keyboard.
function acts(node, act) {
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

function visitSortie(sortie) {
  if (!inFlight(sortie, state.t)) setTime(sortie.departs);
  choose("sortie", sortie.id);
}

// ---------------------------------------------------------------- time and choice

function moveNow() {
  if (!timeline) return;
  if (narrow.matches && timelineSpan()[0] !== timeline.from) { drawTimeline(); return; }
  timeline.now.style.transform = `translateX(${timeline.x(state.t)}px)`;
}

function markTimeline() {
  for (const node of document.querySelectorAll("[data-sortie]")) node.classList.toggle("chosen", isChosen("sortie", node.dataset.sortie));
}
