// Facts in a list, and how far each can be relied on.

function rows(...pairs) {
  const kept = pairs.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined && pair[1] !== "" && pair[1].length !== 0);
  return el("dl", { class: "rows" }, kept.map(([term, ...words]) => el("div", null, el("dt", null, term), el("dd", null, words))));
}

function list(items) {
  return items.flatMap((item, index) => (index ? [", ", item] : [item]));
}

const TRUST = { verified: () => t("verified"), sourced: () => t("sourced"), assumed: () => t("assumed"), unknown: () => t("unknown") };

function trusted(thing) {
  const dated = thing.source_date ? `, ${thing.source_date}` : `, ${t("no date")}`;
  return [thing.source ? `${thing.source}${dated} ` : `${t("not given")} `, el("span", { class: `trust ${thing.confidence}` }, TRUST[thing.confidence]())];
}

const SOURCE_KINDS = {
  pads: () => t("Pads"), gates: () => t("Gates"), permits: () => t("Permits"), jurisdictions: () => t("Jurisdictions"), drones: () => t("Figures of drones"),
};

function sourceKind({ kind, side }) {
  if (kind !== "zones") return SOURCE_KINDS[kind]();
  return t("Zones, {side}", { side: side || t("no side named") });
}
