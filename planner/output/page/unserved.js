// The orders left out: why, with the figures behind it, and what was tried to have them served.

const SHOWN_UNSERVED = 60;

function drawUnserved() {
  const { served, unserved } = data.totals;
  const rest = unserved - SHOWN_UNSERVED;
  show(byId("unserved"), cardHead(t("Unserved orders"), ` ${num(unserved)} / ${num(served + unserved)}`),
    unserved > SHOWN_UNSERVED ? el("p", { class: "numbers" }, data.reasons.map(([reason, count]) => `${reason} ${num(count)}`).join(" · ")) : null,
    data.unserved.length ? el("ul", { class: "unserved" }, data.unserved.slice(0, SHOWN_UNSERVED).map(unservedItem)) : el("p", { class: "empty" }, t("Every order is served.")),
    rest > 0 ? el("p", { class: "note" }, tn("and {count} more", "and {count} more", rest)) : null,
    data.unserved.some((item) => !item.fixes.length) ? el("p", { class: "note" }, mixed(t("Where no fix is told, none was tried: {command} looks for changes that help, plans and checks them."), { command: el("code", null, "skyferry explain PLAN ORDER") })) : null);
}

function unservedItem(item) {
  const order = orders.get(item.order);
  const numbers = Object.entries(item.numbers).map(([name, value], index) => [index ? " · " : "", figure(name, value)]);
  return el("li", null,
    el("p", { class: "line" }, el("b", null, item.order), el("span", { class: "code" }, item.reason), el("span", { class: "space" }),
      order ? el("span", { class: "quiet" }, `${order.from} → ${order.to}, ${brief(order.mass_kg)} kg`) : null),
    el("p", null, inEnglish(item.detail) ? [t(item.meaning), " "] : null, told(item.detail)),
    numbers.length ? el("p", { class: "numbers" }, numbers) : null,
    item.fixes.map(fixLine));
}

// Only what was planned anew and checked is called a fix.
function fixLine(fix) {
  return el("p", { class: "fix" }, el("span", { class: `badge small ${fix.verified ? "pass" : "none"}` }, fix.verified ? `✓ ${t("FIX")}` : t("NO FIX")), " ",
    fix.verified ? null : `${t("tried:")} `, told(fix.change));
}
