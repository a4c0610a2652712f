// What the plan stands on: sources and their ages, what has to be filed, and what the page does not show.

function drawSources() {
  const levels = ["verified", "sourced", "assumed", "unknown"];
  const row = (source) => el("tr", null,
    el("td", null, sourceKind(source)), el("td", { class: "n" }, num(source.count)),
    levels.map((level) => el("td", { class: `n ${source.confidence[level] ? level : "zero"}` }, num(source.confidence[level]))),
    el("td", null, source.oldest ? (source.oldest === source.newest ? source.oldest : t("{first} to {last}", { first: source.oldest, last: source.newest })) : t("no date")),
    el("td", { class: "n" }, source.oldest_age_d === null ? t("unknown") : age(source.oldest_age_d), source.undated && source.oldest ? el("span", { class: "quiet" }, ` (${t("{count} undated", { count: num(source.undated) })})`) : null));
  const heads = [[t("What")], [t("Items"), true], [t("Verified"), true], [t("Sourced"), true], [t("Assumed"), true], [t("Unknown"), true], [t("Dates of sources")], [t("Oldest"), true]];
  show(byId("sources"), cardHead(t("Sources and ages")),
    tableOf(heads, data.sources.map(row)),
    weatherUsed(),
    el("p", { class: "note" }, data.ground.attribution ? t("Coast: {source}", { source: data.ground.attribution }) : t("Coast: none given.")),
    data.inputs.length ? unfolded(tn("{count} input file", "{count} input files", data.inputs.length), inputTable) : null,
    el("p", { class: "note" }, t("Plan {digest} · made by {version}, seed {seed}", data.plan)));
}

function inputTable() {
  return el("table", { class: "files" }, el("tbody", null, data.inputs.map((input) => el("tr", null,
    el("td", null, input.path), el("td", null, el("code", { title: input.sha256 }, input.sha256.slice(0, 16)))))));
}

function drawFilings() {
  const row = (filing) => el("tr", null,
    el("td", { class: filing.latest ? "nowrap" : "" }, filing.latest || t("no lead time known"), filing.latest || !filing.indicative ? null : el("div", { class: "quiet" }, t("once {time}", { time: filing.indicative }))),
    el("td", null, told(filing.title), el("div", { class: "quiet" }, filing.rule, filing.count > 1 ? ` · ${t("the first of {count}", { count: num(filing.count) })}` : "")),
    el("td", null, told(filing.authority)), el("td", { class: filing.reply ? "nowrap" : "" }, filing.reply || t("not told")), el("td", { class: "quiet" }, told(filing.source)));
  byId("filings").hidden = !data.filings.length;
  show(byId("filings"), cardHead(t("To file before these flights")),
    tableOf([t("Latest"), t("What"), t("With"), t("Reply by"), t("Source")].map((word) => [word]), data.filings.map(row)));
}

function drawLimits() {
  const unchecked = data.review.findings.filter((finding) => finding.verdict === "NOT_CHECKED");
  const law = unchecked.filter((finding) => finding.rule.startsWith("law.") && finding.rule !== "law.ledger");
  const open = unchecked.filter((finding) => !law.includes(finding));
  const item = (finding) => el("li", null, el("b", null, told(plain(finding.rule))), finding.detail ? [": ", told(finding.detail)] : "");
  const never = [
    t("Radio link and satellite navigation quality along the corridors."),
    t("Cranes, wires and buildings that are not among the zones."),
    data.review.findings.some((finding) => finding.rule === "air.traffic" && finding.verdict !== "NOT_CHECKED") ? null : t("Flights of others: no traffic service was asked."),
    t("Whether an authority will let it fly: the verdict is against the rules listed, not a permission."),
    data.summed ? t("Single flights: with so many sorties the page tells sums for each corridor.") : null,
    ...windLeftOut(),
    t("Positions are WGS 84, heights above mean sea level or ground as marked. Illustrative, not for navigation."),
  ];
  show(byId("limits"), cardHead(t("What this does not show")),
    open.length ? [el("h3", null, t("Not checked by the review ({count})", { count: num(open.length) })), el("ul", { class: "dots" }, open.map(item))] : null,
    law.length ? [el("h3", null, t("Of the law on both sides")),
      el("p", { class: "note" }, tn("{count} rule without data or a figure on one side, or for somebody to declare. A gap is never clear.", "{count} rules without data or a figure on one side, or for somebody to declare. A gap is never clear.", law.length)),
      unfolded(t("The rules, one by one"), () => el("ul", { class: "dots" }, law.map(item)))] : null,
    open.length ? el("h3", null, t("Not in the data")) : null,
    el("ul", { class: "dots" }, never.filter(Boolean).map((text) => el("li", null, text))));
}
