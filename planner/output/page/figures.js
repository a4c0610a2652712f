// Numbers, times and names in words. Units and codes are the same in every language.

// "1,284.60"; unknown figures are told as unknown.
function num(value, digits = 0) {
  if (value === null || value === undefined) return t("unknown");
  return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// As many digits as help: 7.3, 12, 0.25.
function brief(value) {
  if (value === null || value === undefined) return t("unknown");
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
  if (last === "share" || name.startsWith("soc_")) return [told(plain(name)), ` ${percent(value)}`];
  return parts.length && units[last] ? [told(parts.join(" ")), ` ${brief(value)}\u00a0${units[last]}`] : [told(plain(name)), ` ${brief(value)}`];
}

function km(metres) {
  return metres === null ? t("unknown") : metres < 1000 ? `${num(metres)} m` : `${num(metres / 1000, 2)} km`;
}

function percent(share, digits = 1) {
  return share === null || share === undefined ? t("unknown") : `${num(share * 100, digits)} %`;
}

// "P95" of a chance of 0.95.
function quantile(chance) {
  return `P${brief(Math.round(chance * 1e4) / 100)}`;
}

function minutes(seconds) {
  if (seconds === null) return t("unknown");
  const whole = Math.round(seconds);
  if (whole >= 7200) return t("{h} h {min} min", { h: Math.floor(whole / 3600), min: Math.floor(whole / 60) % 60 });
  return whole < 60 ? t("{s} s", { s: whole }) : t("{min} min {s} s", { min: Math.floor(whole / 60), s: String(whole % 60).padStart(2, "0") });
}

function signed(value, unit) {
  if (value === null) return "–";
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  return sign + amount(Math.abs(value), unit);
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

// "1 Dec 2026" in English, 2026-12-01 in Chinese.
function longDate(iso) {
  if (language !== "en") return iso;
  const [year, month, day] = iso.split("-").map(Number);
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return `${day} ${months[month - 1]} ${year}`;
}

function age(days) {
  if (days === null) return t("unknown");
  if (days < 60) return tn("{count} day", "{count} days", days);
  if (days < 730) return tn("{count} month", "{count} months", Math.round(days / 30.4));
  return t("{count} years", { count: num(days / 365.25, 1) });
}

// The name in Chinese with its language, when there is one.
function chinese(thing) {
  return thing && thing.name_zh ? el("span", { lang: thing.lang, class: "zh" }, thing.name_zh) : null;
}

function plain(code) {
  return code.replace(/[._]/g, " ");
}

function degrees(bearing) {
  return `${String(Math.round(bearing)).padStart(3, "0")}°`;
}

// "1.23456° N": the half of the earth by its letter.
function placeWords([lon, lat]) {
  return `${num(Math.abs(lat), 5)}° ${lat < 0 ? "S" : "N"}, ${num(Math.abs(lon), 5)}° ${lon < 0 ? "W" : "E"}`;
}

const sum = (values) => values.reduce((total, value) => total + (value || 0), 0);

const nameOf = (id) => (pads.has(id) ? pads.get(id).name : id);
