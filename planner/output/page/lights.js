// Whatever belongs to what the pointer or the focus is on lights up: on the map, in the timeline and in the tables.

const LAMPS = "[data-sortie], [data-corridor], [data-finding]";
let burning = "";

// The sorties and corridors that a thing of the page stands for.
function belonging({ sortie, corridor, finding }) {
  if (corridor !== undefined) {
    const line = Number(corridor);
    return { corridors: new Set([line]), sorties: new Set(legsOf(line).map((leg) => leg.sortie.id)) };
  }
  if (sortie !== undefined) {
    const legs = sorties.has(sortie) ? sorties.get(sortie).legs : [];
    return { corridors: new Set(legs.map((leg) => leg.line)), sorties: new Set([sortie]) };
  }
  const named = data.review.findings[Number(finding)];
  return { corridors: corridorsOfFinding(named) || new Set(), sorties: new Set(named.sortie === null ? [] : [named.sortie]) };
}

function light(node) {
  const lamp = node && node.closest ? node.closest(LAMPS) : null;
  const key = lamp ? JSON.stringify(lamp.dataset) : "";
  if (key === burning) return;
  burning = key;
  const { corridors: lines, sorties: flights } = lamp ? belonging(lamp.dataset) : { corridors: new Set(), sorties: new Set() };
  corridorLayers.forEach(({ lines: drawn, area }, index) => {
    for (const layer of [area, ...drawn]) layer.getElement().classList.toggle("lit", lines.has(index));
  });
  for (const other of document.querySelectorAll("[data-sortie]")) other.classList.toggle("lit", flights.has(other.dataset.sortie));
  for (const other of document.querySelectorAll("tr[data-corridor]")) other.classList.toggle("lit", lines.has(Number(other.dataset.corridor)));
  for (const row of document.querySelectorAll("tr[data-finding]")) {
    const { sortie, corridor } = data.review.findings[Number(row.dataset.finding)];
    row.classList.toggle("lit", corridor === null ? flights.has(sortie) : lines.has(corridor));
  }
}

function listenToLights() {
  document.addEventListener("pointerover", (event) => light(event.target));
  document.addEventListener("focusin", (event) => light(event.target));
  document.addEventListener("focusout", () => light(null));
  document.addEventListener("pointerleave", () => light(null));
}
