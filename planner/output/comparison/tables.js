// What the two plans come to, and what moved from A to B, in tables.

const FIGURES = {
  cost: () => t("Cost"), bound: () => t("Bound"), gap: () => t("Gap"), served: () => t("Orders served"), unserved: () => t("Unserved orders"),
  sorties: () => t("Sorties"), drones: () => t("Drones in use"), distance_m: () => t("Flown"), flight_s: () => t("In the air"), energy_wh: () => t("Energy"),
  held_s: () => t("Held back"), lowest_soc: () => t("Lowest charge"), least_margin_wh: () => t("Least energy margin"),
  tightest_margin: () => t("Tightest margin, of its limit"), pass: () => t("Checks passed"), fail: () => t("Checks failed"), not_checked: () => t("Not checked"),
};
const MOVES = {
  only_in_a: () => t("Only in A"), only_in_b: () => t("Only in B"), lost: () => t("No longer served"), gained: () => t("Now served"),
  moved: () => t("Moved"), reason: () => t("Other reason"),
};
const CHANGES = {
  dropped: () => t("Dropped"), added: () => t("Added"), rerouted: () => t("Other line"), levels: () => t("Other levels"),
  flights: () => t("Other number of flights"),
};

const planTag = (which) => el("span", { class: `plan-tag ${which}` }, which === "both" ? "A B" : which.toUpperCase());

// A figure in the units people read it in; A, B and their difference in the same one.
function inUnits(value, { unit, a, b }) {
  if (value === null) return t("unknown");
  const size = Math.max(Math.abs(value), Math.abs(a), Math.abs(b));
  switch (unit) {
    case "share": return percent(value);
    case "m": return `${num(value / 1000, 2)} km`;
    case "s": return size < 60 ? `${num(value, 1)} s` : `${num(value / 60, 1)} min`;
    case "Wh": return size < 1e4 ? `${num(value)} Wh` : `${num(value / 1000, 1)} kWh`;
    case "": return num(value);
    default: return `${unit} ${num(value, 2)}`;
  }
}

function turnOf(figure) {
  const { delta, unit } = figure;
  if (delta === null) return t("unknown");
  if (delta === 0) return "=";
  const sign = delta > 0 ? "+" : "−";
  if (unit === "share") return t("{sign}{count} points", { sign, count: num(100 * Math.abs(delta), 1) });
  const size = inUnits(Math.abs(delta), figure);
  // Less than the last figure told is neither more nor less.
  if (!/[1-9]/.test(size)) return "≈";
  return /^[A-Z]{3} /.test(size) ? `${size.slice(0, 4)}${sign}${size.slice(4)}` : sign + size;
}

function relative({ share, unit }) {
  return share === null || unit === "share" || unit === "" || Math.abs(share) < 0.0005 ? "" : `${share > 0 ? "+" : "−"}${percent(Math.abs(share))}`;
}

function turnWord({ better }) {
  return better === null ? null : el("span", { class: `turn ${better ? "better" : "worse"}` }, better ? t("better") : t("worse"));
}

// ---------------------------------------------------------------- heads and key figures

function drawHeads() {
  const line = (which) => {
    const head = compared[which];
    return el("p", null, planTag(which), " ", el("b", null, head.name), ` · ${span(head)} · `, el("code", { title: head.digest }, head.digest.slice(0, 19)));
  };
  show(byId("heads"), line("a"), line("b"));
}

function span({ start, end }) {
  const [day, from] = [start.slice(0, 10), start.slice(11, 16)];
  const until = end.slice(0, 10) === day ? end.slice(11, 16) : `${end.slice(0, 10)} ${end.slice(11, 16)}`;
  return `${longDate(day)} ${from}–${until} UTC${start.slice(23)}`;
}

function tile(kind, title, figure, small) {
  return el("div", { class: `kpi ${kind}` }, el("h2", null, title), el("p", { class: "figure" }, figure), el("p", { class: "small" }, small));
}

function drawKpis() {
  const of = (name) => compared.figures.filter((figure) => figure.name === name);
  const turned = (figure) => tile("", FIGURES[figure.name](), [el("b", null, turnOf(figure)), turnWord(figure)],
    `${inUnits(figure.a, figure)} → ${inUnits(figure.b, figure)}${relative(figure) ? ` (${relative(figure)})` : ""}`);
  show(byId("kpis"), verdictTile(), of("cost").length === 1 ? of("cost").map(turned) : tile("", FIGURES.cost(), el("b", null, t("two currencies")), of("cost").map((figure) => inUnits(figure.a === null ? figure.b : figure.a, figure)).join(" → ")),
    ["served", "tightest_margin", "lowest_soc", "energy_wh"].flatMap(of).map(turned));
}

function verdictTile() {
  const badge = (which) => {
    const { verdict } = compared[which];
    const [kind, word] = { PASS: ["pass", t("✓ PASS")], FAIL: ["fail", t("✗ FAIL")], NOT_CHECKED: ["warn", t("? NOT CHECKED")] }[verdict] || ["warn", t("unknown")];
    return [planTag(which), el("span", { class: `badge small ${kind}` }, word)];
  };
  return tile("verdict", t("Verdict"), [badge("a"), badge("b")], compared.same ? t("A and B are one and the same plan") : t("{alike} of {all} orders are served alike", { alike: num(compared.orders.alike), all: num(compared.orders.alike + compared.orders.moved.length) }));
}

function drawFigures() {
  const known = compared.figures.filter((figure) => figure.a !== null || figure.b !== null);
  const row = (figure) => el("tr", null, el("td", null, FIGURES[figure.name]()),
    el("td", { class: "n" }, inUnits(figure.a, figure)), el("td", { class: "n" }, inUnits(figure.b, figure)),
    el("td", { class: "n" }, turnOf(figure), relative(figure) ? el("span", { class: "quiet" }, ` ${relative(figure)}`) : null), el("td", null, turnWord(figure)));
  const tightest = ["a", "b"].filter((which) => compared.tightest[which]).map((which) => {
    const { rule, subject, margin, unit } = compared.tightest[which];
    return el("p", { class: "note" }, planTag(which), " ", mixed(t("tightest: {rule}, {subject}, {margin}"), { rule: told(plain(rule)), subject: told(subject), margin: signed(margin, unit) }));
  });
  show(byId("figures"), cardHead(t("Figures")), tableOf([[t("Figure"), false], ["A", true], ["B", true], [t("B less A"), true], ["", false]], known.map(row)), tightest);
}

// ---------------------------------------------------------------- what they were made from

function drawMade() {
  const { inputs, made } = compared;
  const stateOf = ({ a, b }) => (a === null ? t("only in B") : b === null ? t("only in A") : t("differs"));
  show(byId("made"), cardHead(t("Made from"), inputs.differ.length ? tn("{count} file differs", "{count} files differ", inputs.differ.length) : tn("the same file", "the same {count} files", inputs.alike)),
    inputs.differ.length ? tableOf([[t("File"), false], ["", false], ["A", false], ["B", false]], inputs.differ.map((file) => el("tr", null, el("td", null, file.path), el("td", null, stateOf(file)),
      ["a", "b"].map((which) => el("td", null, file[which] === null ? "–" : el("code", { title: file[which] }, file[which].slice(0, 10))))))) : null,
    made.length ? tableOf([[t("Made otherwise"), false], ["A", false], ["B", false]], made.map((one) => el("tr", null, el("td", null, one.what), el("td", null, one.a || "–"), el("td", null, one.b || "–")))) : null,
    inputs.differ.length || made.length ? null : el("p", { class: "empty" }, t("Both were made from the same files, in the same way.")));
}

const MOST_ROWS = 300;

// A table of which the first rows are drawn, and the rest when somebody asks for it.
function longTable(heads, items, row, attributes) {
  const rest = items.slice(MOST_ROWS);
  const more = () => tableOf(heads, rest.map((item, index) => row(item, index + MOST_ROWS)), attributes);
  return [tableOf(heads, items.slice(0, MOST_ROWS).map(row), attributes), rest.length ? unfolded(t("{count} more", { count: num(rest.length) }), more) : null];
}

// ---------------------------------------------------------------- orders

const clock = (moment) => (moment === null ? t("unknown") : moment.slice(11, 16));

function fate(item) {
  if (item === null) return el("span", { class: "quiet" }, t("not asked for"));
  if (item.reason) return [el("span", { class: "code" }, item.reason), " ", el("span", { class: "quiet" }, told(item.detail))];
  return [el("b", null, item.t ? clock(item.t) : t("leaves {time}", { time: clock(item.departs) })), ` ${item.drone} · ${item.sortie}`, item.company.length ? el("span", { class: "quiet" }, ` ${t("with {orders}", { orders: item.company.join(", ") })}`) : null];
}

function laterWords(seconds) {
  if (seconds === null) return "";
  if (seconds === 0) return "=";
  return (seconds > 0 ? "+" : "−") + inUnits(Math.abs(seconds), { unit: "s", a: 0, b: 0 });
}

function drawOrders() {
  const { moved, alike } = compared.orders;
  const row = (item, index) => chosenRow("order", index, data.order_lines[index],
    el("td", null, link("order", index, item.order)), el("td", { class: "move" }, MOVES[item.move]()),
    el("td", null, fate(item.a)), el("td", null, fate(item.b)), el("td", { class: "n" }, laterWords(item.later_s)));
  const { sorties } = compared;
  show(byId("orders"), cardHead(t("Orders that moved"), t("{moved} of {all}; the others are served, or left out, alike", { moved: num(moved.length), all: num(moved.length + alike) })),
    moved.length ? longTable([[t("Order"), false], ["", false], ["A", false], ["B", false], [t("Later"), true]], moved, row, { class: "orders" }) : el("p", { class: "empty" }, t("No order moved.")),
    el("p", { class: "note" }, t("Sorties: {alike} alike, {changed} with the same orders flown otherwise, {a} only in A, {b} only in B.", { alike: num(sorties.alike.length), changed: num(sorties.changed.length), a: num(sorties.only_a.length), b: num(sorties.only_b.length) })));
}

// ---------------------------------------------------------------- corridors

function linesTold(lines) {
  if (!lines.length) return "–";
  return lines.map((line, index) => [index ? el("br") : null, tn("{count} flight", "{count} flights", line.flights), ` · ${km(line.distance_m)} · ${line.levels_amsl_m.map(brief).join("/")} m AMSL `, el("code", null, line.corridors.join(", "))]);
}

function drawChanges() {
  const { moved, alike } = compared.corridors;
  const row = (item, index) => chosenRow("change", index, data.change_lines[index],
    el("td", null, link("change", index, item.ends.join(" – "))), el("td", { class: "move" }, CHANGES[item.move]()),
    el("td", null, linesTold(item.a)), el("td", null, linesTold(item.b)), el("td", { class: "n" }, item.move === "rerouted" && item.longer_m !== null ? signed(item.longer_m, "m") : ""));
  show(byId("corridors"), cardHead(t("Corridors"), t("{moved} not alike, {alike} alike", { moved: num(moved.length), alike: num(alike) })),
    moved.length ? longTable([[t("Between"), false], ["", false], ["A", false], ["B", false], [t("Longer"), true]], moved, row, { class: "changes" }) : el("p", { class: "empty" }, t("Both fly the same corridors.")));
}

// ---------------------------------------------------------------- rows that light the map

function link(kind, id, ...words) {
  return el("button", { type: "button", class: "link", onclick: () => choose(kind, id) }, words);
}

function chosenRow(kind, index, lines, ...cells) {
  const row = el("tr", { class: isChosen(kind, index) ? "chosen" : null }, cells);
  row.dataset[kind] = index;
  for (const [type, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) row.addEventListener(type, () => light(new Set(on ? lines : [])));
  row.addEventListener("click", (event) => { if (!event.target.closest("button")) choose(kind, index); });
  return row;
}

function markRows() {
  for (const kind of ["order", "change"]) for (const row of document.querySelectorAll(`tr[data-${kind}]`)) row.classList.toggle("chosen", isChosen(kind, Number(row.dataset[kind])));
}

function drawLimits() {
  show(byId("limits"), cardHead(t("What this does not show")),
    el("ul", { class: "dots" }, [
      t("Which of the two is better: a lower cost counts only where the same orders are served, and says nothing of the day."),
      t("Times: the map shows all that is flown in a day at once; zones are drawn as they hold at any time of it."),
      t("Hand-overs of plans of different days are compared by the clock of each day."),
      t("Heights of corridors stand in the table; two lines in one place may be flown at different levels."),
      t("Both plans were checked anew on the files as they are now; where those changed since, the review says so."),
      t("Illustrative, not for navigation."),
    ].map((text) => el("li", null, text))));
}
