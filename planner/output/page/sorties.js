// What is flown, in the card below the map: as a timeline, and sortie by sortie as a table.

let listing = "chart";

function drawFlown() {
  const card = byId("flown");
  if (data.summed) { show(card, sumsTable()); return; }
  const totals = [tn("{count} sortie", "{count} sorties", data.sorties.length), km(data.totals.distance_m), `${num(data.totals.energy_wh / 1000, 2)} kWh`, t("{time} in the air", { time: minutes(data.totals.flight_s) })].join(", ");
  const title = listing === "chart" ? t("Drones, pads and gates") : t("Sorties");
  show(card, cardHead(title, totals, choices(t("Show as"), [["chart", t("Timeline")], ["table", t("Table")]], listing, (what) => { listing = what; drawFlown(); writeAddress(); })));
  if (!data.sorties.length) card.append(el("p", { class: "empty" }, t("No sortie is flown: nothing could be served.")));
  else if (listing === "table") card.append(sortieTable(inTime(data.sorties)));
  else {
    card.append(el("div", { class: "timeline-box", id: "timeline-chart" }));
    drawTimeline();
  }
}

const inTime = (listed) => [...listed].sort((one, other) => one.departs - other.departs || (one.id < other.id ? -1 : 1));

function sortieTable(listed) {
  const line = (sortie) => {
    const stops = [...sortie.legs.map((leg) => leg.from), sortie.legs[sortie.legs.length - 1].to];
    const row = el("tr", { class: isChosen("sortie", sortie.id) ? "chosen" : "" },
      el("td", null, droneTag(sortie.drone)),
      el("td", null, link("sortie", sortie.id)),
      el("td", { class: "n" }, clockTime(sortie.departs)), el("td", { class: "n" }, clockTime(sortie.returns)),
      el("td", null, stops.join(" → ")),
      el("td", null, sortie.orders.join(", ")),
      el("td", { class: "n" }, km(sum(sortie.legs.map((leg) => leg.distance_m)))),
      el("td", { class: "n" }, `${num(sum(sortie.legs.map((leg) => leg.energy_wh)))} Wh`),
      el("td", { class: "n" }, chargeBar(lowestCharge(sortie)), percent(lowestCharge(sortie))));
    row.dataset.sortie = sortie.id;
    row.addEventListener("click", (event) => { if (!event.target.closest("button")) visitSortie(sortie); });
    return row;
  };
  const heads = [[t("Drone")], [t("Sortie")], [t("Departs"), true], [t("Returns"), true], [t("Stops")], [t("Orders")], [t("Length"), true], [t("Energy"), true], [t("Lowest charge"), true]];
  return tableOf(heads, listed.map(line), { class: "sorties" });
}

function chargeBar(share) {
  const reserve = data.policy.reserve_share;
  return svg("svg", { class: `charge ${share < reserve ? "bad" : ""}`, width: 52, height: 10, viewBox: "0 0 52 10", "aria-hidden": "true" },
    svg("rect", { x: 0, y: 2, width: 50, height: 6, class: "track" }), svg("rect", { x: 0, y: 2, width: 50 * Math.max(0, share), height: 6, class: "fill" }),
    svg("path", { d: `M${50 * reserve} 0V10`, class: "tick" }));
}

// ---------------------------------------------------------------- sums

// From thousands of sorties on: flights on each corridor, hour by hour, the busiest first.
function sumsTable() {
  const hours = corridors.length ? corridors[0].hours.length : 0;
  const most = Math.max(1, ...corridors.flatMap((corridor) => corridor.hours));
  const ordered = [...corridors.keys()].sort((one, other) => corridors[other].flights - corridors[one].flights || one - other);
  const heads = [[t("Corridor")], [t("Flights"), true], [t("Length"), true], [t("Lowest charge"), true], ...Array.from({ length: hours }, (_, hour) => [clockTime(3600 * hour, false), true])];
  const line = (index) => {
    const corridor = corridors[index];
    const row = el("tr", null,
      el("td", null, link("corridor", index, `${corridor.ends[0]} – ${corridor.ends[1]}`)),
      el("td", { class: "n" }, num(corridor.flights)), el("td", { class: "n" }, km(corridor.distance_m)), el("td", { class: "n" }, percent(corridor.lowest_charge)),
      corridor.hours.map((count) => heatCell(count, most)));
    row.dataset.corridor = index;
    return row;
  };
  const words = [tn("{count} sortie", "{count} sorties", data.totals.sorties), km(data.totals.distance_m), `${num(data.totals.energy_wh / 1000, 2)} kWh`, t("{time} in the air", { time: minutes(data.totals.flight_s) })].join(", ");
  return [cardHead(t("Flights by corridor and hour"), words), tableOf(heads, ordered.map(line), { class: "sums" })];
}

function heatCell(count, most) {
  const cell = el("td", { class: "n heat" }, count ? num(count) : "–");
  cell.style.setProperty("--share", `${Math.round((60 * count) / most)}%`);
  return cell;
}
