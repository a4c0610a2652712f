// The table of pairs: filter, order, and the keys that go from one to the next.

const COLUMNS = [
  { title: "From", value: (leg) => leg.from, cell: (leg) => leg.from },
  { title: "To", value: (leg) => leg.to, cell: (leg) => leg.to },
  { title: "km", number: true, label: "km flown", value: (leg) => leg.distance_m, cell: (leg) => num(leg.distance_m / 1000, 2) },
  { title: "straight", number: true, label: "km straight", always: true, value: (leg) => leg.straight_m, cell: (leg) => num(leg.straight_m / 1000, 2) },
  { title: "s", number: true, label: "seconds with the hand-over", value: (leg) => leg.duration_s, cell: (leg) => num(leg.duration_s) },
  { title: "Wh", number: true, label: "watt hours", value: (leg) => leg.energy_wh, cell: (leg) => num(leg.energy_wh) },
  { title: "Why", value: (leg) => leg.reason || leg.detail, cell: whyCell },
];

const order = { column: null, down: false };
let listed = [];

function whyCell(leg) {
  if (!flies(leg)) return [el("b", { class: "bad" }, "No way: "), leg.detail];
  return [sentence(leg.reason),
    leg.allowed ? null : [" ", el("b", { class: "late" }, "Not allowed then: "), leg.detail],
    belowReserve(leg) ? [" ", el("b", { class: "late" }, leg.soc_end < 0 ? "More than full packs hold" : "Lands below the reserve")] : null];
}

function drawPairs() {
  const card = byId("pairs");
  card.hidden = single;
  if (single) return;
  const box = el("input", { type: "search", id: "filter", placeholder: "Filter: pad, zone, gate, reason", "aria-label": "Filter the pairs", autocomplete: "off", spellcheck: "false" });
  box.addEventListener("input", listPairs);
  const body = el("tbody", { id: "rows" });
  legs.forEach((leg, index) => body.append(pairRow(leg, index)));
  show(card,
    el("header", { class: "card-head" }, el("h2", null, "Pairs"), el("span", { class: "quiet", id: "count", "aria-live": "polite" }), el("span", { class: "space" }), box),
    el("div", { class: "scroll", id: "pairs-scroll" }, el("table", { class: "pairs" },
      el("thead", null, el("tr", null, COLUMNS.map(headCell))), body)));
  listPairs();
}

function headCell(column, index) {
  return el("th", { class: column.number ? "n" : null, scope: "col", "data-column": index },
    el("button", { type: "button", class: "sort", title: column.label ? `Order by ${column.label}` : null, onclick: () => orderBy(index) }, column.title));
}

function pairRow(leg, index) {
  const cells = COLUMNS.map((column, number) => {
    const told = flies(leg) || column.always || !column.number ? column.cell(leg) : "–";
    const first = number === 0 ? el("button", { type: "button", class: "link", "aria-label": `Show the leg from ${leg.from} to ${leg.to}`, onclick: (event) => { event.stopPropagation(); choose("leg", index); } }, told) : told;
    return el("td", { class: column.number ? "n" : number === COLUMNS.length - 1 ? "why-cell" : null, "data-unit": column.number ? column.title : null }, first);
  });
  const row = el("tr", { "data-leg": index, class: flies(leg) ? null : "none" }, cells);
  row.addEventListener("click", () => choose("leg", index));
  return row;
}

function filterBy(text) {
  byId("filter").value = text;
  listPairs();
  byId("filter").focus();
}

function orderBy(index) {
  order.down = order.column === index ? !order.down : false;
  order.column = index;
  listPairs();
}

const words = legs.map((leg) => {
  const told = [leg.from, leg.to, nameOf(leg.from), nameOf(leg.to), leg.reason, leg.detail, ...zonesOf(leg), ...enteredBy(leg), flies(leg) ? "" : "no way", ...[leg.from, leg.to].map((id) => (pads.has(id) ? pads.get(id).name_zh : ""))];
  return told.join(" ").toLowerCase();
});

// Show the pairs that hold every word of the filter, in the order asked for.
function listPairs() {
  const asked = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  listed = [...legs.keys()].filter((index) => asked.every((word) => words[index].includes(word)));
  if (order.column !== null) listed.sort(compare(COLUMNS[order.column]));
  const found = new Set(listed);
  const body = byId("rows");
  const all = new Map([...body.children].map((row) => [Number(row.dataset.leg), row]));
  for (const index of listed) body.append(all.get(index));
  for (const [index, row] of all) row.hidden = !found.has(index);
  for (const head of document.querySelectorAll("#pairs th")) {
    const on = Number(head.dataset.column) === order.column;
    if (on) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  const ways = listed.filter((index) => flies(legs[index])).length;
  show(byId("count"), listed.length === legs.length ? tn("{count} pair", "{count} pairs", legs.length) : `${num(listed.length)} of ${tn("{count} pair", "{count} pairs", legs.length)}`, listed.length > ways ? `, ${num(listed.length - ways)} without a way` : "");
}

// Pairs without a figure come last, whichever way the others go.
function compare(column) {
  const key = (index) => column.value(legs[index]);
  return (one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined) || one - other;
    const way = column.number ? a - b : a < b ? -1 : a > b ? 1 : 0;
    return (order.down ? -way : way) || one - other;
  };
}

function markRow(kind) {
  for (const row of document.querySelectorAll("#rows tr.chosen")) { row.classList.remove("chosen"); row.removeAttribute("aria-current"); }
  const row = state.leg === null ? null : document.querySelector(`#rows tr[data-leg="${state.leg}"]`);
  if (!row) return;
  row.classList.add("chosen");
  row.setAttribute("aria-current", "true");
  if (kind === "leg") intoView(row);
}

// Scroll the table only, never the page.
function intoView(row) {
  const box = byId("pairs-scroll");
  const head = box.querySelector("thead").offsetHeight;
  const [top, bottom] = [row.offsetTop - head, row.offsetTop + row.offsetHeight];
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}

function nextPair(step) {
  if (single || !listed.length) return;
  const now = listed.indexOf(state.leg);
  const next = now < 0 ? (step > 0 ? 0 : listed.length - 1) : Math.min(listed.length - 1, Math.max(0, now + step));
  choose("leg", listed[next]);
  const button = document.querySelector(`#rows tr[data-leg="${listed[next]}"] button`);
  if (button && document.activeElement !== byId("filter")) button.focus({ preventScroll: true });
}
