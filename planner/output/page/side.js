// What charts of flights from the side have in common: scales, grid, ground, zones, floors and caps. `x` takes metres
// flown to pixels; a scale of heights takes metres AMSL.

// The scale that leaves room above what is flown and the ground; heights off it are cut at its edge.
function heightScale(heights, top, height) {
  const low = Math.min(0, ...heights);
  const step = stepFor((Math.max(...heights) - low) * 1.5, 4);
  const high = Math.max(step, Math.ceil(((Math.max(...heights) - low) * 1.4) / step) * step) + low;
  const y = (value) => top + (height * (high - value)) / (high - low);
  return { low, high, step, y, base: top + height, cut: (value) => y(Math.min(high, Math.max(low, value))), holds: (value) => low <= value && value <= high };
}

function drawGrid(box, values, y, [left, right], words) {
  for (const value of values) {
    box.append(svg("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: "grid" }),
      svg("text", { x: left - 6, y: y(value) + 4, class: "axis end" }, words(value)));
  }
}

function gridOf({ low, high, step }) {
  const values = [];
  for (let value = Math.ceil(low / step) * step; value <= high + 1e-6; value += step) values.push(value);
  return values;
}

function drawDistances(box, length, x, end, room) {
  const tick = stepFor(length / 1000, Math.max(2, Math.floor(room / 90)));
  for (let along = 0; along <= length / 1000 + 1e-9; along += tick) {
    box.append(svg("line", { x1: x(along * 1000), x2: x(along * 1000), y1: end, y2: end + 4, class: "tick" }),
      svg("text", { x: x(along * 1000), y: end + 15, class: "axis middle" }, `${brief(Math.round(along * 100) / 100)}${along === 0 ? " km" : ""}`));
  }
}

// The edges of a zone's stretch on the chart, cut where the scale ends; null where none of it is left.
function bandBox(band, x, scale) {
  const top = scale.cut(band.upper_m === null ? scale.high : band.upper_m);
  const bottom = scale.cut(band.lower_m === null ? scale.low : band.lower_m);
  return bottom - top < 0.5 ? null : { x: x(band.from_m), y: top, width: Math.max(1, x(band.to_m) - x(band.from_m)), height: bottom - top };
}

// Zones above and below in the patterns of the map; `active` tells whether one is in force.
function drawBands(box, bands, x, scale, active) {
  for (const band of bands) {
    const zone = zones.get(band.zone);
    const edges = zone && bandBox(band, x, scale);
    if (!edges) continue;
    const kind = `zone ${kindOf(zone)} ${active(band) ? "" : "inactive"}`;
    box.append(svg("rect", { ...edges, class: kind }, svg("title", null, `${zone.id} ${zone.name}: ${bandWords(band)}`)));
  }
}

// Their ids, where there is room: those that lie beside each other on two rows.
function drawBandNames(box, bands, x, scale) {
  const named = bands.filter((band) => zones.has(band.zone) && x(band.to_m) - x(band.from_m) > 9 * band.zone.length + 8);
  named.forEach((band, index) => {
    const edges = bandBox(band, x, scale);
    if (!edges || edges.height < 16) return;
    const beside = named.slice(0, index).filter((other) => other.from_m < band.to_m && band.from_m < other.to_m).length;
    if (beside > 2) return;
    const middle = edges.x + edges.width / 2;
    box.append(svg("text", { x: middle, y: edges.y + 13 + 12 * beside, class: `axis middle band-name ${kindOf(zones.get(band.zone))}` }, band.zone));
  });
}

function bandWords(band) {
  const low = band.lower_m === null ? t("ground") : `${brief(band.lower_m)} m`;
  return t("{low} to {high}", { low, high: band.upper_m === null ? t("unlimited") : `${brief(band.upper_m)} m` });
}

// The ground from end to end of what is known of it, down to the foot of the chart.
function drawTerrain(box, ground, x, scale) {
  const known = ground.filter(([, height]) => height !== null);
  if (known.length < 2) return;
  const top = known.map(([m, height]) => `L${x(m)} ${scale.cut(height)}`).join("");
  box.append(svg("path", { class: "ground", d: `M${x(known[0][0])} ${scale.base}${top}L${x(known[known.length - 1][0])} ${scale.base}Z` }));
}

// Floors and caps as steps: between two rows that know different ones nobody can say where the step is.
function drawFloorsAndCaps(box, limits, x, scale) {
  for (const kind of ["cap", "floor"]) {
    const d = limits[kind].filter(([, , height]) => scale.holds(height)).map(([from, to, height]) => `M${x(from)} ${scale.y(height)}H${x(to)}`).join("");
    if (d) box.append(svg("path", { class: `limit ${kind}`, d }));
  }
}

function drawPath(box, d) {
  box.append(svg("path", { class: "flown-casing", d }), svg("path", { class: "flown", d }));
}

const lineThrough = (points) => points.map(([x, y], index) => `${index ? "L" : "M"}${x} ${y}`).join("");

// What is below the reserve is hatched; the axis runs from 0 to 100 and is never cut short.
function drawReserve(box, share, y, [left, right]) {
  if (share <= 0) return;
  box.append(svg("rect", { x: left, y: y(share), width: right - left, height: y(0) - y(share), class: "reserve" }),
    svg("line", { x1: left, x2: right, y1: y(share), y2: y(share), class: "reserve-line" }),
    svg("text", { x: left + 6, y: y(share) - 4, class: "axis reserve-name" }, t("reserve {share}", { share: percent(share, 0) })));
}

// The floor or cap at a place, as far as one is known.
function stepAt(steps, m) {
  const found = steps.find(([from, to]) => from <= m && m <= to);
  return found ? found[2] : null;
}

// A round step that cuts a span into about so many parts.
function stepFor(span, parts) {
  const rough = Math.max(span, 1e-6) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

function shortened(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}
