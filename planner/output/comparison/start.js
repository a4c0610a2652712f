// Puts everything together once the page has been read.

function chooseTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

let settling = 0;

// Names are placed again when things have come to rest, not on every frame.
function settle() {
  clearTimeout(settling);
  settling = setTimeout(placeLabels, 60);
}

function refresh() {
  map.invalidateSize({ pan: false });
  widthCorridors();
  drawScale();
  placeLabels();
}

// ---------------------------------------------------------------- the state in the address

function writeAddress() {
  const parts = new URLSearchParams();
  if (state.shown !== "both") parts.set("plan", state.shown);
  if (language !== data.language) parts.set("lang", language);
  if (state.chosen) parts.set(state.chosen.kind, String(state.chosen.id));
  keepAddress(parts);
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  useLanguage(parts.get("lang") || data.language);
  if (parts.has("theme")) chooseTheme(parts.get("theme") === "dark");
  const chosen = ["corridor", "order", "change", "zone", "pad", "gate"].find((kind) => parts.has(kind));
  return () => {
    showPlan(parts.get("plan"));
    if (chosen) choose(chosen, ["zone", "pad", "gate"].includes(chosen) ? parts.get(chosen) : Number(parts.get(chosen)));
    else choose(null);
  };
}

// ---------------------------------------------------------------- words that stand in the page itself

const SPOKEN = {
  theme: () => t("Switch between light and dark"), "zoom-in": () => t("Zoom in"), "zoom-out": () => t("Zoom out"),
  "zoom-fit": () => t("Show all that is flown"), kpis: () => t("Key figures"), "map-card": () => t("Map"), detail: () => t("What is selected"),
};

function drawFrame() {
  const title = t("A compared with B");
  document.title = `${title}: ${compared.a.name}`;
  show(byId("title"), title);
  show(byId("hours"), compared.a.name === compared.b.name ? compared.a.name : `${compared.a.name} · ${compared.b.name}`);
  show(byId("print"), t("Print"));
  show(byId("legend-button"), t("Legend"));
  for (const [id, words] of Object.entries(SPOKEN)) byId(id).setAttribute("aria-label", words());
  show(byId("languages"), choices(t("Language"), LANGUAGES, language, speak));
  const parts = [["map-card", t("Map")], ["figures", t("Figures")], ["orders", t("Orders")], ["corridors", t("Corridors")], ["limits", t("Limits")]];
  show(byId("tabs"), parts.map(([id, word]) => el("a", { href: `#${id}`, onclick: (event) => { event.preventDefault(); byId(id).scrollIntoView(); } }, word)));
  drawCredit();
}

function drawWords() {
  drawFrame(); drawHeads(); drawKpis(); drawMade(); drawFigures(); drawOrders(); drawChanges(); drawLimits(); drawKey(); drawWhich();
}

function speak(tag) {
  useLanguage(tag);
  drawWords();
  speakAgain();
  showDetail();
  refresh();
  writeAddress();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const plans = { a: "a", b: "b", 0: "both" };
  if (event.key === "Escape") choose(null);
  else if (Object.hasOwn(plans, event.key)) showPlan(plans[event.key]);
  else return;
  event.preventDefault();
}

// ---------------------------------------------------------------- begin

function begin() {
  map.options.zoomAnimation = map.options.zoomAnimation && !calm.matches;
  listenToFrame(fit, widthCorridors);
  const rest = readAddress();
  drawGround(); drawZones(); drawCorridors(); drawGates(); drawPads(); makeLabels(); markWhose();
  for (const [id, layer] of zoneLayers) layer.getElement().classList.toggle("inactive", !holds(zones.get(id).spans));
  watchers.choice.push(markCorridors, markRows, showDetail, visit, settle, writeAddress);
  map.invalidateSize({ pan: false });
  fit();
  drawWords();
  refresh();
  rest();
}

begin();
