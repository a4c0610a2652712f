// The signs of the map, drawn once here for the map and for its legend.

function sign(size, ...parts) {
  const half = size / 2;
  return svg("svg", { class: "sign", width: size, height: size, viewBox: `${-half} ${-half} ${size} ${size}`, "aria-hidden": "true" }, parts);
}

function roleOf(pad) {
  if (data.unreachable.includes(pad.id)) return "unreachable";
  if (pad.roles.includes("hub")) return "hub";
  if (pad.roles.includes("charging")) return "charging";
  if (pad.roles.includes("alternate") && !usedPads.has(pad.id)) return "alternate";
  return "delivery";
}

const SIGNS = {
  hub: () => sign(16,
    svg("rect", { x: -7, y: -7, width: 14, height: 14, rx: 1.5, class: "ink-fill halo" }),
    svg("path", { d: "M-2.6-3.8V3.8M2.6-3.8V3.8M-2.6 0H2.6", class: "paper-line" })),
  delivery: () => sign(16,
    svg("circle", { r: 5.6, class: "ring" }), svg("circle", { r: 2, class: "ink-fill" })),
  charging: () => sign(16,
    svg("circle", { r: 5.6, class: "ring" }), svg("path", { d: "M1-4L-2.2.6H-.2L-1 4L2.2-.8H.3Z", class: "ink-fill" })),
  alternate: () => sign(16, svg("path", { d: "M0-6L6 5H-6Z", class: "ring dashed" })),
  unreachable: () => sign(16,
    svg("circle", { r: 5.6, class: "ring" }), svg("path", { d: "M-2.6-2.6L2.6 2.6M2.6-2.6L-2.6 2.6", class: "ink-line" })),
  gate: () => sign(22,
    svg("path", { d: "M0-9.2L9.2 0L0 9.2L-9.2 0Z", class: "ring" }),
    svg("path", { d: "M-4 0H3.6M.8-2.8L3.8 0L.8 2.8", class: "ink-line open" }),
    svg("path", { d: "M-3-3L3 3M3-3L-3 3", class: "ink-line shut" })),
  chevron: () => sign(22, svg("path", { d: "M0-8L6 7L0 3.6L-6 7Z", class: "chevron" })),
  closest: () => sign(20,
    svg("path", { d: "M0-8L8.4 7H-8.4Z", class: "warn-fill halo" }), svg("path", { d: "M0-3.2V2.2M0 4.2V5.2", class: "warn-mark" })),
  fault: () => sign(20,
    svg("circle", { r: 7.5, class: "fail-fill" }), svg("path", { d: "M-3-3L3 3M3-3L-3 3", class: "paper-line" })),
};

function swatch(kind) {
  const box = { x: -13, y: -6, width: 26, height: 12 };
  const drawn = svg("svg", { class: "swatch", width: 30, height: 16, viewBox: "-15 -8 30 16", "aria-hidden": "true" });
  if (kind === "boundary") drawn.append(svg("path", { d: "M-14 0H14", class: "casing" }), svg("path", { d: "M-14 0H14", class: "boundary" }));
  else if (kind === "corridor") drawn.append(svg("rect", { x: -14, y: -4, width: 28, height: 8, class: "area d1" }), svg("path", { d: "M-14 0H14", class: "line d1" }));
  else if (kind.startsWith("margin ")) drawn.append(svg("path", { d: "M-14 0H14", class: `line ${kind}` }));
  else drawn.append(svg("rect", { ...box, class: `zone ${kind}` }));
  return drawn;
}
