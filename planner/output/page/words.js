"use strict";
// Words and numbers, and the elements that hold them. Text only ever becomes a text node or a plain attribute.

const SVG_SPACE = "http://www.w3.org/2000/svg";

function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG_SPACE, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

function byId(id) {
  return document.getElementById(id);
}

function show(node, ...children) {
  node.replaceChildren();
  return filled(node, null, children);
}

// "1,284.60"; unknown figures are told as unknown.
function num(value, digits = 0) {
  if (value === null || value === undefined) return "unknown";
  return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// As many digits as help: 7.3, 12, 0.25.
function brief(value) {
  if (value === null || value === undefined) return "unknown";
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return num(value);
  return num(value, size >= 100 ? 0 : size >= 10 ? 1 : 2).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

// A figure with its unit, never parted. Large sums are cut short, as there is little room: 1.86 M CNY.
function amount(value, unit) {
  const tail = unit ? `\u00a0${unit}` : "";
  if (!/^[A-Z]{3}$/.test(unit) || Math.abs(value) < 1e5) return brief(value) + tail;
  const [scale, letter] = Math.abs(value) < 1e6 ? [1e3, "k"] : [1e6, "M"];
  return `${num(value / scale, 2).replace(/\.?0+$/, "")}\u00a0${letter}${tail}`;
}

// "mass_kg", 45 -> "mass 45 kg": the names of figures end in their unit.
function figure(name, value) {
  const units = { m: "m", s: "s", kg: "kg", l: "l", wh: "Wh", mps: "m/s", min: "min", minutes: "min", c: "°C", km: "km" };
  const parts = name.split("_");
  const last = parts.pop();
  if (last === "share" || name.startsWith("soc_")) return `${plain(name)} ${percent(value)}`;
  return parts.length && units[last] ? `${parts.join(" ")} ${brief(value)}\u00a0${units[last]}` : `${plain(name)} ${brief(value)}`;
}

function km(metres) {
  return metres === null ? "unknown" : metres < 1000 ? `${num(metres)} m` : `${num(metres / 1000, 2)} km`;
}

function percent(share, digits = 1) {
  return share === null || share === undefined ? "unknown" : `${num(share * 100, digits)} %`;
}

function minutes(seconds) {
  if (seconds === null) return "unknown";
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

function signed(value, unit) {
  if (value === null) return "–";
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  return sign + amount(Math.abs(value), unit);
}

function plural(count, one, many) {
  return `${num(count)} ${count === 1 ? one : many || one + "s"}`;
}

// Clock time in the offset of the plan, from seconds after its start; "+1 d" when it falls on another day.
function clockTime(seconds, withSeconds = true) {
  const all = Math.round(data.plan.start_of_day_s + seconds);
  const day = Math.floor(all / 86400);
  const rest = all - day * 86400;
  const parts = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map((part) => String(part).padStart(2, "0"));
  const text = parts.slice(0, withSeconds ? 3 : 2).join(":");
  return day === 0 ? text : `${text} (${day > 0 ? "+" : "−"}${Math.abs(day)} d)`;
}

function zoneName() {
  const offset = data.plan.utc_offset_min;
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 60)).padStart(2, "0");
  return `UTC${offset < 0 ? "−" : "+"}${hours}:${String(size % 60).padStart(2, "0")}`;
}

function longDate(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return `${day} ${months[month - 1]} ${year}`;
}

function age(days) {
  if (days === null) return "unknown";
  return days < 60 ? plural(days, "day") : days < 730 ? plural(Math.round(days / 30.4), "month") : `${num(days / 365.25, 1)} years`;
}

// The name in Chinese with its language, when there is one.
function chinese(thing) {
  return thing && thing.name_zh ? el("span", { lang: thing.lang, class: "zh" }, thing.name_zh) : null;
}

function plain(code) {
  return code.replace(/[._]/g, " ");
}
