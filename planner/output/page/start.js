// Puts everything together once the page has been read.

function chooseTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

let settling = 0;

// Labels are placed again when things have come to rest, not on every frame.
function settle() {
  clearTimeout(settling);
  if (!state.playing) settling = setTimeout(placeLabels, 60);
}

function refresh() {
  map.invalidateSize({ pan: false });
  widthCorridors();
  drawScale();
  placeLabels();
}

// ---------------------------------------------------------------- the state in the address

function writeAddress() {
  if (state.playing) return;
  const parts = new URLSearchParams({ t: String(Math.round(state.t)) });
  if (state.chosen) parts.set(state.chosen.kind, String(state.chosen.id));
  history.replaceState(null, "", `#${parts}`);
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const t = Number(parts.get("t") || NaN);
  setTime(Number.isFinite(t) ? t : busiest());
  for (const kind of ["corridor", "pad", "zone", "gate", "drone", "sortie", "finding"]) {
    if (!parts.has(kind)) continue;
    const id = parts.get(kind);
    choose(kind, kind === "corridor" || kind === "finding" ? Number(id) : id);
    return;
  }
  choose(null);
}

// ---------------------------------------------------------------- begin

function begin() {
  map.options.zoomAnimation = map.options.zoomAnimation && !calm.matches;
  listenToFrame(fit, widthCorridors);
  byId("play").addEventListener("click", () => play(!state.playing));
  drawBar(); drawKpis(); drawFailing(); drawUnserved(); drawMargins(); drawSorties(); drawSources(); drawFilings(); drawLimits();
  drawWind(); drawCredit(); drawLegend(); drawHistogram();
  drawGround(); drawZones(); drawCorridors(); drawGates(); drawPads(); drawFindings(); drawDrones(); makeLabels();
  watchers.time.push(showTime, drawWind, moveDrones, greyByHours, () => { if (!state.playing || !state.chosen) showDetail(); }, settle);
  watchers.choice.push(markChoice, markSortie, showDetail, settle, writeAddress);
  fit();
  readAddress();
  refresh();
}

begin();
