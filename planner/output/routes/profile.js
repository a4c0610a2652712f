// The leg from the side: how high it is flown over what, with the same numbers as on the map.

const PROFILE = { height: 210, left: 44, right: 14, top: 26, bottom: 34 };

function drawProfile() {
  const card = byId("profile");
  const leg = shown();
  if (!leg || !flies(leg)) {
    show(card, el("header", { class: "card-head" }, el("h2", null, "Height profile")),
      el("p", { class: "empty" }, leg ? "No leg, no profile." : "Choose a pair to see its leg from the side."));
    return;
  }
  const { path } = leg.profile;
  show(card,
    el("header", { class: "card-head" }, el("h2", null, "Height profile"), el("span", { class: "quiet" }, `metres AMSL over kilometres flown · ${leg.profile.ground ? "ground: the highest the terrain model allows" : "ground known at the pads only, dashed between them"}`)),
    profileOf(leg, Math.max(280, card.clientWidth - 30)),
    el("details", null, el("summary", null, "The same as a table"),
      el("div", { class: "scroll" }, el("table", null,
        el("thead", null, el("tr", null, el("th", { class: "n" }, "km flown"), el("th", { class: "n" }, "m AMSL"), el("th", null, "What is above or below"))),
        el("tbody", null, path.map(([m, height]) => el("tr", null,
          el("td", { class: "n" }, num(m / 1000, 2)), el("td", { class: "n" }, brief(height)),
          el("td", null, leg.profile.bands.filter((band) => band.from_m <= m && m <= band.to_m).map((band) => `${band.zone} (${bandWords(band)})`).join(", ") || "–"))))))));
}

function bandWords(band) {
  const low = band.lower_m === null ? "ground" : `${brief(band.lower_m)} m`;
  return `${low} to ${band.upper_m === null ? "unlimited" : `${brief(band.upper_m)} m`}`;
}

function profileOf(leg, width) {
  const { path, ground, bands } = leg.profile;
  const length = path[path.length - 1][0];
  const heights = [...path.map(([, height]) => height), ...(ground || []).map(([, height]) => height).filter((height) => height !== null)];
  const low = Math.min(0, ...heights);
  const step = stepFor((Math.max(...heights) - low) * 1.5, 4);
  const high = Math.max(step, Math.ceil(((Math.max(...heights) - low) * 1.4) / step) * step) + low;
  const inner = { w: width - PROFILE.left - PROFILE.right, h: PROFILE.height - PROFILE.top - PROFILE.bottom };
  const x = (m) => PROFILE.left + (inner.w * m) / Math.max(1, length);
  const y = (height) => PROFILE.top + (inner.h * (high - height)) / (high - low);
  const clip = (height) => Math.min(high, Math.max(low, height));
  const box = svg("svg", { class: "profile", width, height: PROFILE.height, viewBox: `0 0 ${width} ${PROFILE.height}`, role: "img", "aria-label": `Height profile from ${leg.from} to ${leg.to}: ${leg.reason}` });
  const floor = y(low);

  for (const band of bands) {
    const zone = zones.get(band.zone);
    if (!zone) continue;
    const top = y(clip(band.upper_m === null ? high : band.upper_m));
    const bottom = y(clip(band.lower_m === null ? low : band.lower_m));
    if (bottom - top < 0.5) continue;
    box.append(svg("rect", { x: x(band.from_m), y: top, width: Math.max(1, x(band.to_m) - x(band.from_m)), height: bottom - top, class: `zone ${kindOf(zone)} ${holds(zone.spans) ? "" : "inactive"}` }, svg("title", null, `${zone.id} ${zone.name}: ${bandWords(band)}`)));
  }
  const named = bands.filter((band) => zones.has(band.zone) && x(band.to_m) - x(band.from_m) > 9 * band.zone.length + 8);
  for (let height = Math.ceil(low / step) * step; height <= high + 1e-6; height += step) {
    box.append(svg("line", { x1: PROFILE.left, x2: width - PROFILE.right, y1: y(height), y2: y(height), class: "grid" }),
      svg("text", { x: PROFILE.left - 6, y: y(height) + 4, class: "axis end" }, num(height)));
  }
  if (ground) {
    const known = ground.filter(([, height]) => height !== null);
    if (known.length) box.append(svg("path", { class: "ground", d: `M${x(known[0][0])} ${floor}${known.map(([m, height]) => `L${x(m)} ${y(clip(height))}`).join("")}L${x(known[known.length - 1][0])} ${floor}Z` }));
  } else {
    const ends = [path[0], path[path.length - 1]];
    box.append(svg("path", { class: "ground-unknown", d: `M${x(0)} ${y(ends[0][1])}L${x(length)} ${y(ends[1][1])}` }));
  }
  const tick = stepFor(length / 1000, Math.max(2, Math.floor(inner.w / 90)));
  for (let at = 0; at <= length / 1000 + 1e-9; at += tick) {
    box.append(svg("line", { x1: x(at * 1000), x2: x(at * 1000), y1: floor, y2: floor + 4, class: "tick" }),
      svg("text", { x: x(at * 1000), y: floor + 15, class: "axis middle" }, brief(Math.round(at * 100) / 100)));
  }
  box.append(svg("text", { x: PROFILE.left, y: PROFILE.height - 4, class: "axis pad" }, shortened(leg.from, 26)), svg("text", { x: width - PROFILE.right, y: PROFILE.height - 4, class: "axis end pad" }, shortened(leg.to, 26)));
  for (const crossing of leg.crossings) {
    const m = crossing.along_m;
    box.append(svg("line", { x1: x(m), x2: x(m), y1: PROFILE.top - 4, y2: floor, class: "crossing" }),
      svg("text", { x: Math.min(width - 60, Math.max(60, x(m))), y: PROFILE.top - 12, class: "axis middle strong" }, `${crossing.from} → ${crossing.to}${crossing.gate ? `, gate ${crossing.gate}` : ""}`));
  }
  named.forEach((band, index) => {
    const top = y(clip(band.upper_m === null ? high : band.upper_m));
    if (y(clip(band.lower_m === null ? low : band.lower_m)) - top < 16) return;
    const beside = named.slice(0, index).some((other) => other.from_m < band.to_m && band.from_m < other.to_m);
    box.append(svg("text", { x: (x(band.from_m) + x(band.to_m)) / 2, y: top + (beside ? 26 : 13), class: `axis middle band-name ${kindOf(zones.get(band.zone))}` }, band.zone));
  });
  const line = path.map(([m, height], index) => `${index ? "L" : "M"}${x(m)} ${y(height)}`).join("");
  box.append(svg("path", { class: "flown-casing", d: line }), svg("path", { class: "flown", d: line }));
  let last = -Infinity;
  let lift = 0;
  leg.turns.forEach((turn, index) => {
    const at = x(turn.along_m);
    lift = at - last < 17 ? lift + 17 : 0;
    last = at;
    box.append(svg("circle", { cx: at, cy: y(turn.level_amsl_m) - lift, r: 8, class: "turn-dot" }), svg("text", { x: at, y: y(turn.level_amsl_m) - lift + 4, class: "turn-number" }, String(index + 1)));
  });
  return box;
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
