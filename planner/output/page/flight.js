// A flight as one line from its take-off on: its legs one after the other, over the metres flown.

// Where a leg is at a time, in metres from its start; before and after it, at its ends.
function alongAt(leg, t) {
  const next = leg.times.findIndex((time) => time > t);
  if (next < 0) return leg.track.along_m[leg.track.along_m.length - 1];
  if (next === 0) return 0;
  const part = (t - leg.times[next - 1]) / (leg.times[next] - leg.times[next - 1]);
  return leg.track.along_m[next - 1] + part * (leg.track.along_m[next] - leg.track.along_m[next - 1]);
}

// When a leg is at a place; straight up and down count as the end of the climb and the beginning of the descent.
function timeAt(leg, m) {
  const along = leg.track.along_m;
  const next = along.findIndex((metres) => metres > m);
  if (next <= 0) return leg.times[next === 0 ? 0 : Math.max(0, leg.times.length - 2)];
  return leg.times[next - 1] + ((m - along[next - 1]) / (along[next] - along[next - 1])) * (leg.times[next] - leg.times[next - 1]);
}

// The charge of a leg at a time, between the rows that the record tells; null where it tells none.
function chargeAt(leg, t) {
  const since = t - leg.times[0];
  const next = leg.charge.findIndex(([, time]) => time > since);
  if (!leg.charge.length) return null;
  if (next <= 0) return leg.charge[next === 0 ? 0 : leg.charge.length - 1][2];
  const [a, b] = [leg.charge[next - 1], leg.charge[next]];
  return a[2] + ((since - a[1]) / (b[1] - a[1])) * (b[2] - a[2]);
}

// The legs of a flight side by side, each with where it starts; lists of both put end to end.
function sideOf({ sortie, leg }) {
  const legs = leg === null ? sortie.legs : [sortie.legs[leg]];
  let start = 0;
  const parts = legs.map((one) => {
    const part = { leg: one, start, length: one.track.along_m[one.track.along_m.length - 1] };
    start += part.length;
    return part;
  });
  const joined = (rowsOf, moved) => parts.flatMap((part) => rowsOf(part.leg).map((row) => moved(row, part.start, part.leg)));
  const point = ([m, ...rest], by) => [m + by, ...rest];
  const step = ([from, to, height], by) => [from + by, to + by, height];
  return {
    sortie, parts, length: Math.max(1, start), whole: legs[legs.length - 1] === sortie.legs[sortie.legs.length - 1],
    path: joined((one) => one.waypoints.map(([, , height, time], index) => [one.track.along_m[index], height, time]), point),
    ground: joined((one) => one.track.ground || [], point),
    charge: joined((one) => one.charge, point),
    bands: joined((one) => one.track.bands, (band, by, one) => ({ ...band, from_m: band.from_m + by, to_m: band.to_m + by, leg: one })),
    limits: { floor: joined((one) => one.limits.floor, step), cap: joined((one) => one.limits.cap, step) },
  };
}

// The part of a flight at a place, and the place in it.
function partAt(side, m) {
  return side.parts.find((part) => m < part.start + part.length) || side.parts[side.parts.length - 1];
}

// Where a flight is at a time; null before its take-off and after its end.
function placeAt(side, t) {
  const first = side.parts[0].leg;
  const last = side.parts[side.parts.length - 1].leg;
  if (t < first.times[0] || t > last.times[0] + last.duration_s) return null;
  const begun = side.parts.filter((part) => part.leg.times[0] <= t);
  const part = begun[begun.length - 1];
  return { m: part.start + alongAt(part.leg, t), part };
}

// The pieces of a path beyond a limit, as outlines between the two; below it with `sign` -1.
function breaches(path, steps, sign) {
  return steps.flatMap(([from, to, limit]) => {
    const inside = path.slice(1).flatMap((b, index) => cutPiece(path[index], b, from, to));
    return inside.flatMap(([a, b]) => beyond(a, b, limit, sign)).map(([a, b]) => [[a[0], limit], a, b, [b[0], limit]]);
  });
}

// A straight piece cut to a stretch; none where it lies outside, or stands upright.
function cutPiece(a, b, from, to) {
  if (b[0] <= from || a[0] >= to || b[0] === a[0]) return [];
  const at = (m) => [m, a[1] + ((m - a[0]) / (b[0] - a[0])) * (b[1] - a[1])];
  return [[at(Math.max(a[0], from)), at(Math.min(b[0], to))]];
}

// The part of a straight piece that is beyond a limit by more than the rounding of a record.
function beyond(a, b, limit, sign) {
  const over = ([, height]) => sign * (height - limit) > 0.05;
  if (!over(a) && !over(b)) return [];
  if (over(a) && over(b)) return [[a, b]];
  const m = a[0] + ((limit - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
  return over(a) ? [[a, [m, limit]]] : [[[m, limit], b]];
}

// Where the level parts of a flight come nearest to a floor or a cap: place, height, limit and the room left.
function nearestLimit(side) {
  const level = side.path.slice(1).flatMap((b, index) => (b[0] > side.path[index][0] ? [[side.path[index], b]] : []));
  const found = ["cap", "floor"].flatMap((kind) => side.limits[kind].flatMap(([from, to, limit]) => level.flatMap(([a, b]) => cutPiece(a, b, from, to)).flatMap((piece) => piece.map(([m, height]) =>
    ({ kind, m, height, limit, room: kind === "cap" ? limit - height : height - limit })))));
  return found.sort((one, other) => one.room - other.room || one.m - other.m)[0] || null;
}
