// What the review measured, the least room first.

const SHOWN_MARGINS = 9;

function drawMargins() {
  const { margins, findings } = data.review;
  const widest = Math.max(0.1, ...margins.map((index) => Math.min(1, Math.abs(findings[index].share || 0))));
  const rest = margins.slice(SHOWN_MARGINS);
  show(byId("margins"), cardHead(t("Margins, worst first")),
    margins.length ? marginTable(margins.slice(0, SHOWN_MARGINS), widest) : el("p", { class: "empty" }, t("The review holds no margins.")),
    rest.length ? unfolded(tn("{count} further margin", "{count} further margins", rest.length), () => marginTable(rest, widest)) : null,
    el("p", { class: "note" }, t("Bar: margin as a share of its limit, cut at 100 %. Amber: under 10 % (dashed line). Red: broken.")));
}

function marginTable(indexes, widest) {
  const row = (index) => {
    const finding = data.review.findings[index];
    const [head, rest] = subjectParts(finding);
    const node = el("tr", { class: finding.verdict === "FAIL" ? "bad" : toneOf(finding.share) },
      el("td", null, el("button", { type: "button", class: "link", onclick: () => visit(index) }, head || t("plan")), el("span", { class: "quiet" }, rest, rest ? " · " : "", told(plain(finding.rule)))),
      el("td", { class: "n limit" }, limitOf(finding)),
      el("td", { class: "n" }, el("b", null, signed(finding.margin, finding.unit))),
      el("td", null, shareBar(finding, widest)));
    node.dataset.finding = index;
    node.addEventListener("click", (event) => { if (!event.target.closest("button")) visit(index); });
    return node;
  };
  return tableOf([[t("Where and what")], [t("Plan / limit"), true], [t("Margin"), true], [t("% of limit")]], indexes.map(row), { class: "margins" });
}

// The flight that a subject begins with, and the rest of it.
function subjectParts({ subject, sortie, leg }) {
  if (sortie === null || leg === null || language !== "en") return [told(subject), ""];
  const head = `${sortie} leg ${leg + 1}`;
  return subject.startsWith(head) ? [head, subject.slice(head.length)] : [subject, ""];
}

function limitOf({ measured, required, unit }) {
  if (measured === null && required === null) return "–";
  if (required === null) return amount(measured, unit);
  return `${measured === null ? "?" : amount(measured, unit).replace(`\u00a0${unit}`, "")} / ${amount(required, unit)}`;
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
