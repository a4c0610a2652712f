// The state of the page in its address, so that a link shows what was looked at: docs/formats.md tells the grammar.

const KINDS_IN_ADDRESS = ["corridor", "pad", "zone", "gate", "drone", "sortie", "finding"];
let theme = null;
let writing = 0;

function chooseTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

// Written when things have come to rest: a browser takes no more than a few addresses a second.
function writeAddress() {
  clearTimeout(writing);
  if (!state.playing) writing = setTimeout(() => keepAddress(addressOf()), 250);
}

function addressOf() {
  const parts = new URLSearchParams({ t: String(Math.round(state.t)) });
  if (state.chosen) parts.set(state.chosen.kind, String(state.chosen.id));
  if (language !== "en" || data.language !== "en") parts.set("lang", language);
  if (theme) parts.set("theme", theme);
  if (off.size) parts.set("off", LAYERS.filter((layer) => off.has(layer)).join(","));
  if (colouring !== "drone") parts.set("colour", colouring);
  if (view !== "profile") parts.set("view", view);
  if (listing !== "chart") parts.set("list", listing);
  return parts;
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const t = Number(parts.get("t") || NaN);
  useLanguage(parts.get("lang") || data.language);
  theme = ["dark", "light"].includes(parts.get("theme")) ? parts.get("theme") : null;
  if (theme) chooseTheme(theme === "dark");
  off.clear();
  for (const layer of (parts.get("off") || "").split(",")) if (LAYERS.includes(layer)) off.add(layer);
  colouring = parts.get("colour") === "margin" ? "margin" : "drone";
  listing = parts.get("list") === "table" ? "table" : "chart";
  return { t: Number.isFinite(t) ? t : busiest(), view: parts.get("view") === "figures" ? "figures" : null, chosen: chosenIn(parts) };
}

function chosenIn(parts) {
  for (const kind of KINDS_IN_ADDRESS) {
    if (!parts.has(kind)) continue;
    const id = parts.get(kind);
    return [kind, kind === "corridor" || kind === "finding" ? Number(id) : id];
  }
  return [null];
}
