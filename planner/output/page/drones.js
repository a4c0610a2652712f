// The drones on the map, each where it is at the time shown.

const MOST_TAGS = 40;

const droneMarkers = new Map();
let flying = new Map();

function drawDrones() {
  for (const drone of data.drones) {
    if (!drone.sorties.length) continue;
    const node = el("div", { class: `craft ${colourOf(drone.id)}` }, SIGNS.chevron(), el("span", { class: "tag" }, drone.id));
    const made = marker(pads.get(drone.home_pad).at, "drones", node, 22, () => t("Drone {id}", drone), "drone", drone.id);
    made.getElement().classList.add("grounded");
    // Drones need no order among themselves, and working one out on every frame costs more than moving them.
    made._updateZIndex = () => {};
    droneMarkers.set(drone.id, made);
  }
}

function moveDrones() {
  flying = new Map(data.sorties.filter((sortie) => inFlight(sortie, state.t)).map((sortie) => [sortie.drone, sortie]));
  byId("map-frame").classList.toggle("many-drones", flying.size > MOST_TAGS);
  for (const [id, made] of droneMarkers) {
    const sortie = flying.get(id);
    made.getElement().classList.toggle("grounded", !sortie);
    if (!sortie) continue;
    const at = position(sortie, state.t);
    made.setLatLng([at.lat, at.lon]);
    turnDrone(made, Math.round(at.heading));
  }
}

const headings = new Map();

function turnDrone(made, heading) {
  if (headings.get(made) === heading) return;
  headings.set(made, heading);
  made.getElement().querySelector(".sign").style.transform = `rotate(${heading}deg)`;
}

// Drones on other corridors than the chosen ones step back.
function dimDrones(chosen) {
  for (const [id, made] of droneMarkers) {
    const sortie = flying.get(id);
    made.getElement().classList.toggle("dim", Boolean(sortie) && chosen !== null && !sortie.legs.some((leg) => chosen.has(leg.line)));
  }
}

// The tags come before all names, so that two drones close together can both be read. All sizes are read before the
// first tag is moved: reading one after a move would lay out the page anew for each.
function placeTags(taken) {
  const frame = map.getSize();
  const tags = [...flying.keys()].filter(() => flying.size <= MOST_TAGS).map((id) => {
    const tag = droneMarkers.get(id).getElement().querySelector(".tag");
    return { tag, at: map.latLngToContainerPoint(droneMarkers.get(id).getLatLng()), box: { w: tag.offsetWidth, h: tag.offsetHeight } };
  });
  for (const { tag, at, box } of tags) {
    const spots = around(at, 13, 13, box);
    const spot = spots.find((place) => fits(place, box, taken, frame)) || spots[0];
    tag.style.left = `${spot.x - at.x + 11}px`;
    tag.style.top = `${spot.y - at.y + 11}px`;
    taken.push({ ...spot, ...box });
  }
}

placedFirst.push(placeTags);
