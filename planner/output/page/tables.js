// The figures and tables around the map.

const VERDICTS = { PASS: ["pass", "✓", "PASS"], FAIL: ["fail", "✕", "FAIL"], NOT_CHECKED: ["warn", "?", "NOT CHECKED"] };

function drawBar() {
  const plan = data.plan;
  document.title = `${plan.name}: Skyferry plan`;
  show(byId("title"), plan.name);
  show(byId("hours"), `${longDate(plan.date)}, ${clockTime(0, false)}–${clockTime(duration, false)} ${zoneName()}`);
  show(byId("digest"), `plan ${plan.digest.replace(/^sha256:/, "").slice(0, 9)}`);
  byId("digest").setAttribute("title", plan.digest);
}

// ---------------------------------------------------------------- key figures

function tile(className, title, figure, small, ...rest) {
  return el("div", { class: `kpi ${className}` }, el("h2", null, title), el("p", { class: "figure" }, figure), rest, el("p", { class: "small" }, small));
}

function drawKpis() {
  const { totals, policy } = data;
  const reserve = `reserve ${percent(policy.reserve_share, 0)}`;
  const low = [...data.sorties].sort((one, other) => lowestCharge(one) - lowestCharge(other))[0];
  show(byId("kpis"),
    verdictTile(), costTile(),
    tile("served", "Orders served", [el("b", null, num(totals.served)), el("span", null, ` / ${num(totals.served + totals.unserved)}`)], totals.unserved ? `${num(totals.unserved)} unserved` : "none unserved"),
    marginTile(),
    tile("charge", "Lowest charge on landing", low ? [el("b", null, percent(lowestCharge(low))), " ", el("span", null, low.drone)] : "no flights", low ? `${reserve} · sortie ${low.id}` : reserve),
    windTile());
}

function windTile() {
  const [first, ...rest] = data.weather;
  const speeds = data.weather.map((period) => period.wind_mps);
  const [least, most] = [Math.min(...speeds), Math.max(...speeds)];
  const bearing = rest.length ? "" : `${String(Math.round(first.wind_from_deg)).padStart(3, "0")}° `;
  const figure = most > 0 ? [el("b", null, bearing + (least < most ? `${brief(least)}–${brief(most)}` : brief(most))), el("span", null, " m/s")] : [el("b", null, "calm")];
  const when = rest.length ? `changes at ${rest.slice(0, 2).map((period) => clockTime(period.from, false)).join(", ")}${rest.length > 2 ? ` and ${plural(rest.length - 2, "time")} more` : ""}` : "all day";
  const where = first.by_place ? "mean of all places" : first.height_m === null ? "at every height" : `at ${brief(first.height_m)} m, more above`;
  return tile("winds", "Wind used", figure, `${when}, ${where}`);
}

function verdictTile() {
  const [kind, mark, word] = VERDICTS[data.review.verdict];
  const { PASS, FAIL, NOT_CHECKED } = data.review.counts;
  const counts = [`${PASS} pass · `, FAIL ? el("b", { class: "bad" }, `${FAIL} fail`) : "0 fail", ` · ${NOT_CHECKED} not checked`];
  return tile("verdict", "Verdict", el("span", { class: `badge ${kind}` }, `${mark} ${word}`), counts);
}

function costTile() {
  const { totals, bound } = data;
  const cost = el("b", null, `${totals.currency} ${num(totals.cost, 2)}`);
  if (bound.lower === null) return tile("cost", "Cost, and what is proven", cost, ["no bound known", bound.rules && `: ${bound.rules}`]);
  const gap = bound.gap === null ? "" : ` · gap ${percent(bound.gap)}`;
  const share = totals.cost > 0 ? Math.min(1, Math.max(0, bound.lower / totals.cost)) : 0;
  const filled = el("div", { class: "fill" });
  filled.style.width = `${96 * share}%`;
  const told = bound.proven ? `proven cheapest${gap}` : `proven: ≥ ${num(bound.lower, 2)}${gap}`;
  return tile("cost", "Cost, and what is proven", cost, [told, bound.rules && ` · ${bound.rules}`], el("div", { class: "gap" }, filled, el("div", { class: "tick" })));
}

function marginTile() {
  const finding = data.review.findings[data.review.tightest];
  if (!finding) return tile("margin", "Tightest margin", "none measured", "the review holds no margin");
  return tile(`margin ${finding.verdict === "FAIL" ? "bad" : ""}`, "Tightest margin",
    [el("b", null, signed(finding.margin, finding.unit)), " ", el("span", { class: "subject" }, finding.subject)],
    `${plain(finding.rule)}: ${limitOf(finding)}`);
}

function drawFailing() {
  const index = data.review.findings.findIndex((finding) => finding.verdict === "FAIL");
  byId("failing").hidden = index < 0;
  if (index < 0) return;
  const finding = data.review.findings[index];
  show(byId("failing"), el("b", null, `✕ ${plain(finding.rule)}`), ` ${finding.subject}: ${finding.detail || limitOf(finding)} `,
    el("button", { type: "button", class: "link", onclick: () => visit(index) }, "Show on the map ▸"));
}

// Choose a finding and bring its place and time into view.
function visit(index) {
  const finding = data.review.findings[index];
  if (finding.t !== null) setTime(finding.t);
  choose("finding", index);
  if (finding.at) map.setView(ll(finding.at), Math.max(map.getZoom(), 14), { animate: !calm.matches });
}

// ---------------------------------------------------------------- unserved orders

function drawUnserved() {
  const all = data.totals.served + data.totals.unserved;
  const item = (unserved) => {
    const order = orders.get(unserved.order);
    const numbers = Object.entries(unserved.numbers).map(([name, value]) => figure(name, value));
    return el("li", null,
      el("p", { class: "line" }, el("b", null, unserved.order), el("span", { class: "code" }, unserved.reason), el("span", { class: "space" }),
        order ? el("span", { class: "quiet" }, `${order.from} → ${order.to}, ${brief(order.mass_kg)} kg`) : null),
      el("p", null, unserved.detail),
      numbers.length ? el("p", { class: "numbers" }, numbers.join(" · ")) : null,
      unserved.fixes.map((fix) => el("p", { class: "fix" }, el("span", { class: `badge small ${fix.verified ? "pass" : "none"}` }, fix.verified ? "✓ FIX" : "NOT VERIFIED"), " ", fix.change)));
  };
  show(byId("unserved"), el("header", { class: "card-head" }, el("h2", null, "Unserved orders"), el("span", { class: "quiet" }, ` ${num(data.unserved.length)} / ${num(all)}`)),
    data.unserved.length ? el("ul", { class: "unserved" }, data.unserved.map(item)) : el("p", { class: "empty" }, "Every order is served."),
    data.unserved.length && !data.unserved.some((unserved) => unserved.fixes.length) ? el("p", { class: "note" }, "No changes were tried for these orders.") : null);
}

// ---------------------------------------------------------------- margins

const SHOWN_MARGINS = 9;

function drawMargins() {
  const { margins, findings } = data.review;
  const widest = Math.max(0.1, ...margins.map((index) => Math.min(1, Math.abs(findings[index].share || 0))));
  const rest = margins.slice(SHOWN_MARGINS);
  show(byId("margins"), el("header", { class: "card-head" }, el("h2", null, "Margins, worst first")),
    margins.length ? marginTable(margins.slice(0, SHOWN_MARGINS), widest) : el("p", { class: "empty" }, "The review holds no margins."),
    rest.length ? el("details", null, el("summary", null, `${plural(rest.length, "further margin")}`), marginTable(rest, widest)) : null,
    el("p", { class: "note" }, "Bar: margin as a share of its limit, cut at 100 %. Amber: under 10 % (dashed line). Red: broken."));
}

function marginTable(indexes, widest) {
  const row = (index) => {
    const finding = data.review.findings[index];
    const place = el("button", { type: "button", class: "link", onclick: () => visit(index) }, finding.subject || "plan");
    return el("tr", { class: toneOf(finding), "data-finding": index },
      el("td", null, place, el("span", { class: "quiet" }, plain(finding.rule))),
      el("td", { class: "n limit" }, limitOf(finding)),
      el("td", { class: "n" }, el("b", null, signed(finding.margin, finding.unit))),
      el("td", null, shareBar(finding, widest)));
  };
  return el("table", { class: "margins" },
    el("thead", null, el("tr", null, el("th", null, "Where and what"), el("th", { class: "n" }, "Plan / limit"), el("th", { class: "n" }, "Margin"), el("th", null, "% of limit"))),
    el("tbody", null, indexes.map(row)));
}

function limitOf({ measured, required, unit }) {
  if (measured === null && required === null) return "–";
  if (required === null) return amount(measured, unit);
  return `${measured === null ? "?" : amount(measured, "")} / ${amount(required, unit)}`;
}

function toneOf(finding) {
  if (finding.verdict === "FAIL") return "bad";
  return finding.share !== null && finding.share < 0.1 ? "near" : "good";
}

function shareBar(finding, widest) {
  const share = finding.share;
  if (share === null) return el("span", { class: "quiet" }, "–");
  const length = (part) => (44 * Math.min(1, part)) / Math.max(widest, 0.1);
  const negative = share < 0;
  return svg("svg", { class: "share", width: 60, height: 14, viewBox: "-10 0 60 14", role: "img", "aria-label": percent(share) },
    svg("rect", { x: negative ? -Math.min(9, length(-share)) : 0, y: 3, width: Math.max(1.5, negative ? Math.min(9, length(-share)) : length(share)), height: 8 }),
    svg("path", { d: "M0 0V14", class: "zero" }), svg("path", { d: `M${length(0.1)} 1V13`, class: "tenth" }));
}

// ---------------------------------------------------------------- sorties

function sortieTable(list) {
  const line = (sortie) => {
    const distance = sum(sortie.legs.map((leg) => leg.distance_m));
    const stops = sortie.legs.slice(0, -1).map((leg) => leg.to);
    const row = el("tr", { "data-sortie": sortie.id, class: isChosen("sortie", sortie.id) ? "chosen" : "" },
      el("td", null, droneTag(sortie.drone)),
      el("td", null, link("sortie", sortie.id)),
      el("td", { class: "n" }, clockTime(sortie.departs)), el("td", { class: "n" }, clockTime(sortie.returns)),
      el("td", null, [sortie.legs[0].from, ...stops, sortie.legs[sortie.legs.length - 1].to].join(" → ")),
      el("td", null, sortie.orders.join(", ")),
      el("td", { class: "n" }, km(distance)),
      el("td", { class: "n" }, `${num(sum(sortie.legs.map((leg) => leg.energy_wh)))} Wh`),
      el("td", { class: "n" }, chargeBar(lowestCharge(sortie)), percent(lowestCharge(sortie))));
    row.addEventListener("click", (event) => {
      if (event.target.closest("button")) return;
      if (!inFlight(sortie, state.t)) setTime(sortie.departs);
      choose("sortie", sortie.id);
    });
    return row;
  };
  return el("div", { class: "scroll" }, el("table", { class: "sorties" },
    el("thead", null, el("tr", null, ["Drone", "Sortie"].map((word) => el("th", null, word)), ["Departs", "Returns"].map((word) => el("th", { class: "n" }, word)), ["Stops", "Orders"].map((word) => el("th", null, word)), ["Length", "Energy", "Lowest charge"].map((word) => el("th", { class: "n" }, word)))),
    el("tbody", null, list.map(line))));
}

function chargeBar(share) {
  const reserve = data.policy.reserve_share;
  return svg("svg", { class: `charge ${share < reserve ? "bad" : ""}`, width: 52, height: 10, viewBox: "0 0 52 10", "aria-hidden": "true" },
    svg("rect", { x: 0, y: 2, width: 50, height: 6, class: "track" }), svg("rect", { x: 0, y: 2, width: 50 * Math.max(0, share), height: 6, class: "fill" }),
    svg("path", { d: `M${50 * reserve} 0V10`, class: "tick" }));
}

function drawSorties() {
  const ordered = [...data.sorties].sort((one, other) => one.departs - other.departs || (one.id < other.id ? -1 : 1));
  show(byId("sorties"), el("header", { class: "card-head" }, el("h2", null, "Sorties"),
    el("span", { class: "quiet" }, ` ${plural(ordered.length, "sortie")}, ${km(data.totals.distance_m)}, ${num(data.totals.energy_wh / 1000, 2)} kWh, ${minutes(data.totals.flight_s)} in the air`)),
    ordered.length ? sortieTable(ordered) : el("p", { class: "empty" }, "No sortie is flown: nothing could be served."));
}

function markSortie() {
  for (const row of document.querySelectorAll("tr[data-sortie]")) row.classList.toggle("chosen", isChosen("sortie", row.dataset.sortie));
}

// ---------------------------------------------------------------- sources and limits

function drawSources() {
  const levels = ["verified", "sourced", "assumed", "unknown"];
  const row = (source) => el("tr", null,
    el("td", null, source.kind), el("td", { class: "n" }, num(source.count)),
    levels.map((level) => el("td", { class: `n ${source.confidence[level] ? level : "zero"}` }, num(source.confidence[level]))),
    el("td", null, source.oldest ? (source.oldest === source.newest ? source.oldest : `${source.oldest} to ${source.newest}`) : "no date"),
    el("td", { class: "n" }, source.oldest_age_d === null ? "unknown" : age(source.oldest_age_d), source.undated && source.oldest ? el("span", { class: "quiet" }, ` (${source.undated} undated)`) : null));
  show(byId("sources"), el("header", { class: "card-head" }, el("h2", null, "Sources and ages")),
    el("div", { class: "scroll" }, el("table", null,
      el("thead", null, el("tr", null, el("th", null, "What"), el("th", { class: "n" }, "Items"), levels.map((level) => el("th", { class: "n" }, level[0].toUpperCase() + level.slice(1))), el("th", null, "Dates of sources"), el("th", { class: "n" }, "Oldest"))),
      el("tbody", null, data.sources.map(row)))),
    weatherUsed(),
    el("p", { class: "note" }, data.ground.attribution ? `Coast: ${data.ground.attribution}` : "Coast: none given."),
    data.inputs.length ? el("details", null, el("summary", null, plural(data.inputs.length, "input file")),
      el("table", { class: "files" }, el("tbody", null, data.inputs.map((input) => el("tr", null, el("td", null, input.path), el("td", null, el("code", { title: input.sha256 }, input.sha256.slice(0, 16)))))))) : null,
    el("p", { class: "note" }, `Plan ${data.plan.digest} · made by ${data.plan.version}, seed ${data.plan.seed}`));
}

function drawFilings() {
  const row = (filing) => el("tr", null,
    el("td", { class: filing.latest ? "nowrap" : "" }, filing.latest || "no lead time known", filing.latest || !filing.indicative ? null : el("div", { class: "quiet" }, `once ${filing.indicative}`)),
    el("td", null, filing.title, el("div", { class: "quiet" }, filing.rule, filing.count > 1 ? ` · the first of ${num(filing.count)}` : "")),
    el("td", null, filing.authority), el("td", { class: filing.reply ? "nowrap" : "" }, filing.reply || "not told"), el("td", { class: "quiet" }, filing.source));
  byId("filings").hidden = !data.filings.length;
  show(byId("filings"), el("header", { class: "card-head" }, el("h2", null, "To file before these flights")),
    el("div", { class: "scroll" }, el("table", null,
      el("thead", null, el("tr", null, ["Latest", "What", "With", "Reply by", "Source"].map((word) => el("th", null, word)))),
      el("tbody", null, data.filings.map(row)))));
}

const NOT_SHOWN = [
  "Radio link and satellite navigation quality along the corridors.",
  "Cranes, wires and buildings that are not among the zones.",
  "Flights of others: no traffic service was asked.",
  "Whether an authority will let it fly: the verdict is against the rules listed, not a permission.",
];

function drawLimits() {
  const unchecked = data.review.findings.filter((finding) => finding.verdict === "NOT_CHECKED");
  const law = unchecked.filter((finding) => finding.rule.startsWith("law.") && finding.rule !== "law.ledger");
  const open = unchecked.filter((finding) => !law.includes(finding));
  const item = (finding) => el("li", null, el("b", null, plain(finding.rule)), finding.detail ? `: ${finding.detail}` : "");
  show(byId("limits"), el("header", { class: "card-head" }, el("h2", null, "What this does not show")),
    open.length ? [el("h3", null, `Not checked by the review (${num(open.length)})`), el("ul", { class: "dots" }, open.map(item))] : null,
    law.length ? [el("h3", null, "Of the law on both sides"),
      el("p", { class: "note" }, `${plural(law.length, "rule")} without data or a figure on one side, or for somebody to declare. A gap is never clear.`),
      el("details", null, el("summary", null, "The rules, one by one"), el("ul", { class: "dots" }, law.map(item)))] : null,
    open.length ? el("h3", null, "Not in the data") : null,
    el("ul", { class: "dots" }, [...NOT_SHOWN, windLeftOut()].map((text) => el("li", null, text))));
}
