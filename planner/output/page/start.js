// Puts everything together once the page has been read.

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
  drawTimeline();
  drawProfile();
}

// ---------------------------------------------------------------- words

const TABS = [["map-card", () => t("Map")], ["profile", () => t("Profile")], ["flown", () => t("Time")], ["unserved", () => t("Orders")], ["limits", () => t("Limits")]];

// What the page's own markup says, by id and attribute; without an attribute, its text.
const SAID = [
  ["kpis", "aria-label", () => t("Key figures")], ["map-card", "aria-label", () => t("Map")], ["profile", "aria-label", () => t("Height and charge")],
  ["detail", "aria-label", () => t("What is selected")], ["tabs", "aria-label", () => t("Parts of the page")],
  ["theme", "aria-label", () => t("Switch between light and dark")], ["theme", "title", () => t("Light or dark")], ["print", null, () => t("Print")],
  ["zoom-in", "aria-label", () => t("Zoom in")], ["zoom-out", "aria-label", () => t("Zoom out")],
  ["zoom-fit", "aria-label", () => t("Show all that is flown")], ["zoom-fit", "title", () => t("Show all that is flown")],
  ["legend-button", null, () => t("Legend")], ["slider", "aria-label", () => t("Time of day")],
];

function sayFrame() {
  for (const [id, attribute, words] of SAID) {
    if (attribute) byId(id).setAttribute(attribute, words());
    else show(byId(id), words());
  }
  show(byId("tabs"), TABS.map(([id, words]) => el("a", { href: `#${id}`, onclick: (event) => { event.preventDefault(); byId(id).scrollIntoView(); } }, words())));
}

// All that is words, again in the language chosen; what was opened or scrolled to stays where it is.
function sayEverything() {
  sayFrame(); drawBar(); drawKpis(); drawFailing(); drawUnserved(); drawMargins(); drawFlown(); drawSources(); drawFilings(); drawLimits();
  drawWind(); drawCredit(); drawLegend(); showLayers(); showSpan(); sayPlay(); showTime(); showDetail(); drawProfile(); speakAgain(); sayHours();
}

function speak(tag) {
  useLanguage(tag);
  sayEverything();
  settle();
  writeAddress();
}

// ---------------------------------------------------------------- begin

// What is drawn from the side before anything is chosen: of those in the air then the longest, else the first flight.
function firstFlight(time) {
  const length = (sortie) => sum(sortie.legs.map((leg) => leg.distance_m));
  const out = data.sorties.filter((sortie) => inFlight(sortie, time)).sort((one, other) => length(other) - length(one));
  const sortie = out[0] || inTime(data.sorties)[0];
  return sortie ? { sortie, leg: null } : null;
}

function showAddress() {
  const { t: time, view: asked, chosen } = readAddress();
  state.t = time;
  state.flight = firstFlight(time);
  sayEverything();
  colourBy(colouring);
  setTime(time);
  choose(...chosen);
  if (asked) useView(asked);
}

function begin() {
  map.options.zoomAnimation = map.options.zoomAnimation && !calm.matches;
  useLanguage(data.language);
  listenToFrame(fit, widthCorridors);
  listenToLights();
  listenToPrint();
  byId("theme").addEventListener("click", () => { theme = document.documentElement.dataset.theme; writeAddress(); });
  byId("play").addEventListener("click", () => play(!state.playing));
  drawHistogram();
  drawGround(); drawZones(); drawCorridors(); drawGates(); drawPads(); drawFindings(); drawDrones(); makeLabels();
  watchers.time.push(showTime, drawWind, moveDrones, greyByHours, moveCross, moveNow, showMoving, settle, writeAddress);
  watchers.choice.push(turnTo, markChoice, markTimeline, showDetail, drawProfile, settle, writeAddress);
  map.invalidateSize({ pan: false });
  fit();
  showAddress();
  window.addEventListener("hashchange", showAddress);
  refresh();
}

// The card of figures follows the time where it can be seen, and while a choice is played where nothing hides behind it.
function showMoving() {
  if (view === "figures" && (!state.playing || !state.chosen)) showDetail();
}

begin();
