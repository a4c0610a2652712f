// The time of day: the slider with the count of drones in the air, the play button and the keys.

const STEP_S = 10;
const PLAY_SPEED = 60;

// The part of the plan that a time lies in, of those for which the number of drones in the air is told.
const binOf = (t) => Math.min(data.airborne.length - 1, Math.floor((t * data.airborne.length) / duration));

function airborneAt(t) {
  return data.summed ? data.airborne[binOf(t)] : data.sorties.filter((sortie) => inFlight(sortie, t)).length;
}

// The first moment with the most drones in the air: the most telling one to begin with.
function busiest() {
  const most = Math.max(...data.airborne);
  return most === 0 ? 0 : Math.round(((data.airborne.indexOf(most) + 0.5) * duration) / data.airborne.length / STEP_S) * STEP_S;
}

function drawHistogram() {
  const most = Math.max(1, ...data.airborne);
  const chart = byId("histogram");
  chart.setAttribute("viewBox", `0 0 ${data.airborne.length} 100`);
  data.airborne.forEach((count, bin) => {
    const height = (96 * count) / most;
    if (count) chart.append(svg("rect", { x: bin + 0.12, y: 100 - height, width: 0.76, height }));
  });
  const slider = byId("slider");
  slider.max = String(duration);
  slider.addEventListener("input", () => setTime(Number(slider.value)));
}

function showSpan() {
  show(byId("span"), `${clockTime(0, false)}–${clockTime(duration, false)} ${zoneName()}`);
}

function airborneWords() {
  return tn("{count} airborne", "{count} airborne", airborneAt(state.t));
}

function showTime() {
  const slider = byId("slider");
  slider.value = String(state.t);
  slider.setAttribute("aria-valuetext", `${clockTime(state.t)}, ${airborneWords()}`);
  byId("hand").style.left = `${(100 * state.t) / duration}%`;
  show(byId("now"), clockTime(state.t));
  show(byId("airborne"), airborneWords());
  const legend = byId("legend-time");
  if (legend) show(legend, clockTime(state.t, false));
}

// ---------------------------------------------------------------- playing

let lastFrame = null;

function play(on) {
  state.playing = on;
  lastFrame = null;
  if (on && state.t >= duration) setTime(0);
  sayPlay();
  byId("map-frame").classList.toggle("playing", on);
  if (on) requestAnimationFrame(advance);
  else for (const watcher of watchers.choice) watcher();
}

function sayPlay() {
  show(byId("play"), state.playing ? "❚❚" : "▶");
  byId("play").setAttribute("aria-label", state.playing ? t("Pause") : t("Play"));
}

function advance(now) {
  if (!state.playing) return;
  if (lastFrame !== null) setTime(state.t + ((now - lastFrame) / 1000) * PLAY_SPEED);
  lastFrame = now;
  if (state.t >= duration) play(false);
  else requestAnimationFrame(advance);
}

// ---------------------------------------------------------------- keys

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  const busy = target.closest && target.closest("button, a, summary, input:not([type=range]), [role=button]");
  const step = event.shiftKey ? 60 : STEP_S;
  if (event.key === "ArrowLeft") setTime(state.t - step);
  else if (event.key === "ArrowRight") setTime(state.t + step);
  else if (event.key === " " && !busy) play(!state.playing);
  else if (event.key === "Escape") choose(null);
  else if (event.key === "[" || event.key === "]") nextCorridor(event.key === "]" ? 1 : -1);
  else if (/^[1-9]$/.test(event.key) && painted[event.key - 1]) choose("drone", painted[event.key - 1].id);
  else return;
  event.preventDefault();
}

function nextCorridor(step) {
  if (!corridors.length) return;
  const now = state.chosen && state.chosen.kind === "corridor" ? state.chosen.id : step > 0 ? -1 : 0;
  choose("corridor", (now + step + corridors.length) % corridors.length);
}
