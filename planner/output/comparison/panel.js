// The card of what was chosen on the map or in a table.

function heading(mark, ...title) {
  return el("header", { class: "card-head" }, mark, el("h2", null, title), el("span", { class: "space" }),
    el("button", { type: "button", class: "button close", "aria-label": t("Close"), onclick: () => choose(null) }, "✕"));
}

function showDetail() {
  const card = byId("detail");
  card.hidden = state.chosen === null;
  card.classList.toggle("open", state.chosen !== null);
  show(card, state.chosen ? DETAILS[state.chosen.kind](thing(state.chosen)) : null);
}

const inPlan = (of) => ({ both: t("in both"), a: t("only in A"), b: t("only in B") })[of];

const DETAILS = {
  zone: (zone) => [heading(swatch(kindOf(zone)), zone.id, " ", zone.name, " ", chinese(zone)),
    rows([t("Restriction"), el("b", null, zone.restriction)], [t("Heights"), t("{low} to {high}", { low: zone.lower, high: zone.upper })], [t("Hours"), told(zone.hours)], [t("Airspace"), inPlan(zone.of)])],
  pad: (pad) => [heading(SIGNS[roleOf(pad)](), pad.id, " ", pad.name, " ", chinese(pad)),
    rows([t("Roles"), pad.roles.join(", ") || t("not given")], [t("Ground"), `${brief(pad.elevation_amsl_m)} m AMSL`], [t("Hours"), told(pad.hours)], [t("Airspace"), inPlan(pad.of)])],
  gate: (gate) => [heading(SIGNS.gate(), gate.id, " ", gate.name, " ", chinese(gate)),
    rows([t("Band"), t("{low} to {high}", { low: gate.lower, high: gate.upper })], [t("Hours"), told(gate.hours)], [t("Airspace"), inPlan(gate.of)])],
  corridor: (corridor) => [heading(planTag(corridor.of), corridor.ends.join(" – ")),
    rows([t("Corridor"), el("code", null, corridor.ids.join(", "))], [t("Flown"), inPlan(corridor.of)], [t("Flights in A"), num(corridor.flights[0])], [t("Flights in B"), num(corridor.flights[1])],
      [t("Length"), km(corridor.distance_m)], [t("Width"), `${brief(2 * corridor.half_width_m)} m`], [t("Levels"), `${corridor.levels_amsl_m.map(brief).join(", ")} m AMSL`])],
  order: (item) => [heading(null, t("Order {id}", { id: item.order }), " ", MOVES[item.move]()),
    rows(["A", fate(item.a)], ["B", fate(item.b)], [t("Later"), laterWords(item.later_s)])],
  change: (item) => [heading(null, item.ends.join(" – "), " ", CHANGES[item.move]()),
    rows(["A", linesTold(item.a)], ["B", linesTold(item.b)])],
};
