// The weather used: on the map, in words, and what it leaves out.

function weatherAt(t) {
  return data.weather.filter((period) => period.from <= t).pop() || data.weather[0];
}

let windShown = null;

// The wind at the time shown; where it differs from place to place, the mean of them.
function drawWind() {
  const period = weatherAt(state.t);
  const key = `${period.from} ${language}`;
  if (key === windShown) return;
  windShown = key;
  const { wind_mps: speed, wind_from_deg: from } = period;
  const arrow = sign(26, svg("path", { d: "M0-10V9M-4 4L0 9.5L4 4", class: "ink-line" }));
  arrow.style.transform = `rotate(${from}deg)`;
  const where = period.by_place ? t("mean") : period.height_m === null ? null : t("at {height} m", { height: brief(period.height_m) });
  show(byId("wind"), speed > 0 ? arrow : null, el("span", null, el("b", null, speed > 0 ? degrees(from) : t("calm")), el("span", null, `${brief(speed)} m/s`), where ? el("span", null, where) : null));
  byId("wind").setAttribute("title", `${t("Weather used {hours}.", { hours: periodWords(period) })} ${period.words}. ${t("The arrow points downwind.")}`);
}

function periodWords(period) {
  return `${clockTime(period.from, false)}–${clockTime(period.to, false)}`;
}

function weatherUsed() {
  const item = (period) => el("li", null, data.weather.length > 1 ? [el("b", null, periodWords(period)), " "] : null, told(period.words));
  return [el("h3", null, t("Weather used")), el("ul", { class: "dots" }, data.weather.map(item))];
}

// What the wind of these pages leaves out, as far as the weather given does not tell it: whole sentences.
function windLeftOut() {
  const some = data.weather.some((period) => period.gust_mps !== null);
  return [
    data.weather.every((period) => period.by_place) ? null : t("Wind that changes from place to place: the weather given tells one for all."),
    data.weather.every((period) => period.height_m !== null) ? null : t("Wind that changes with height: the weather given tells one for all."),
    data.weather.length > 1 ? null : t("Wind that changes with time: the weather given tells one for all."),
    t("Turbulence near buildings and hills."),
    data.weather.every((period) => period.gust_mps !== null) ? null : some ? t("Gusts of some hours are not told.") : t("Gusts are not told."),
  ].filter(Boolean);
}

function coastWords() {
  return data.ground.attribution ? t("Coast: {source}", { source: data.ground.attribution }) : t("No coastline given: tints show jurisdictions");
}

function drawCredit() {
  show(byId("credit"), `${coastWords()} · WGS 84 · ${t("illustrative, not for navigation")}`);
}
