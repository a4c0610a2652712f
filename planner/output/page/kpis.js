// The bar at the top and the key figures below it.

const VERDICTS = { PASS: ["pass", "✓", () => t("PASS")], FAIL: ["fail", "✕", () => t("FAIL")], NOT_CHECKED: ["warn", "?", () => t("NOT CHECKED")] };

function drawBar() {
  const plan = data.plan;
  document.title = t("{name}: Skyferry plan", plan);
  show(byId("title"), plan.name);
  show(byId("hours"), `${longDate(plan.date)}, ${clockTime(0, false)}–${clockTime(duration, false)} ${zoneName()}`);
  show(byId("digest"), t("plan {digest}", { digest: plan.digest.replace(/^sha256:/, "").slice(0, 9) }));
  byId("digest").setAttribute("title", plan.digest);
  drawColouring();
  show(byId("languages"), choices(t("Language"), LANGUAGES, language, speak));
}

function tile(className, title, figure, small, ...rest) {
  return el("div", { class: `kpi ${className}` }, el("h2", null, title), el("p", { class: "figure" }, figure), rest, el("p", { class: "small" }, small));
}

function drawKpis() {
  show(byId("kpis"), verdictTile(), costTile(), servedTile(), marginTile(), chargeTile(), windTile());
}

function verdictTile() {
  const [kind, mark, word] = VERDICTS[data.review.verdict];
  const { PASS, FAIL, NOT_CHECKED } = data.review.counts;
  const failed = t("{count} fail", { count: num(FAIL) });
  const counts = [t("{count} pass", { count: num(PASS) }), " · ", FAIL ? el("b", { class: "bad" }, failed) : failed, " · ", t("{count} not checked", { count: num(NOT_CHECKED) })];
  return tile("verdict", t("Verdict"), el("span", { class: `badge ${kind}` }, `${mark} ${word()}`), counts);
}

function costTile() {
  const { totals, bound } = data;
  const title = t("Cost, and what is proven");
  const cost = el("b", null, `${totals.currency} ${num(totals.cost, 2)}`);
  if (bound.lower === null) return tile("cost", title, cost, [t("no bound known"), bound.rules && [": ", told(bound.rules)]]);
  const gap = bound.gap === null ? "" : ` · ${t("gap {share}", { share: percent(bound.gap) })}`;
  const share = totals.cost > 0 ? Math.min(1, Math.max(0, bound.lower / totals.cost)) : 0;
  const filled = el("div", { class: "fill" });
  filled.style.width = `${96 * share}%`;
  const proven = bound.proven ? t("proven cheapest") : t("proven: ≥ {bound}", { bound: num(bound.lower, 2) });
  return tile("cost", title, cost, [proven + gap, bound.rules && [" · ", told(bound.rules)]], el("div", { class: "gap" }, filled, el("div", { class: "tick" })));
}

function servedTile() {
  const { served, unserved } = data.totals;
  return tile("served", t("Orders served"), [el("b", null, num(served)), el("span", null, ` / ${num(served + unserved)}`)], unserved ? t("{count} unserved", { count: num(unserved) }) : t("none unserved"));
}

function marginTile() {
  const finding = data.review.findings[data.review.tightest];
  if (!finding) return tile("margin", t("Tightest margin"), t("none measured"), t("the review holds no margin"));
  return tile(`margin ${finding.verdict === "FAIL" ? "bad" : ""}`, t("Tightest margin"),
    [el("b", null, signed(finding.margin, finding.unit)), " ", el("span", { class: "subject" }, told(finding.subject))],
    [told(plain(finding.rule)), `: ${limitOf(finding)}`]);
}

// The sortie that lands with the least: with the chance of the ledgers where the record has them, else as planned.
function chargeTile() {
  const low = data.lowest;
  const reserve = t("reserve {share}", { share: percent(data.policy.reserve_share, 0) });
  if (!low) return tile("charge", t("Lowest charge on landing"), t("no flights"), reserve);
  const title = low.likely === null ? t("Lowest charge on landing") : t("Lowest charge, {quantile}", { quantile: quantile(low.chance) });
  const share = low.likely === null ? low.planned : low.likely;
  return tile(`charge ${share < data.policy.reserve_share ? "bad" : ""}`, title, [el("b", null, percent(share)), " ", el("span", null, low.drone)], `${reserve} · ${low.sortie}`);
}

function windTile() {
  const [first, ...rest] = data.weather;
  const speeds = data.weather.map((period) => period.wind_mps);
  const [least, most] = [Math.min(...speeds), Math.max(...speeds)];
  const bearing = rest.length ? "" : `${degrees(first.wind_from_deg)} `;
  const figure = most > 0 ? [el("b", null, bearing + (least < most ? `${brief(least)}–${brief(most)}` : brief(most))), el("span", null, " m/s")] : [el("b", null, t("calm"))];
  const changes = rest.map((period) => clockTime(period.from, false));
  const when = rest.length ? t("changes at {times}", { times: changes.length > 2 ? `${changes.slice(0, 2).join(", ")} …` : changes.join(", ") }) : t("all day");
  const where = first.by_place ? t("mean of all places") : first.height_m === null ? t("at every height") : t("at {height} m, more above", { height: brief(first.height_m) });
  return tile("winds", t("Wind used"), figure, `${when}, ${where}`);
}

function drawFailing() {
  const index = data.review.findings.findIndex((finding) => finding.verdict === "FAIL");
  byId("failing").hidden = index < 0;
  if (index < 0) return;
  const finding = data.review.findings[index];
  show(byId("failing"), el("b", null, "✕ ", told(plain(finding.rule))), " ", told(finding.subject), ": ", finding.detail ? told(finding.detail) : limitOf(finding), " ",
    el("button", { type: "button", class: "link", onclick: () => visit(index) }, t("Show on the map"), " ▸"));
}
