// Ticks the clocks each 30 s. The server knows the working hours, so only those clocks tick whose
// remaining working time is all of the time until they are due; the others wait for the next answer.
const PAUSE_MS = 30_000;
const SLACK_S = 60;
const MINUS = "\u2212";

function spelled(seconds) {
  const { hm, h, m, s } = document.documentElement.dataset;
  const sign = seconds <= -1 ? MINUS : "";
  if (Math.abs(seconds) < 60) return sign + s.replace("%(seconds)s", Math.ceil(Math.abs(seconds)));
  const total = Math.floor(Math.abs(seconds) / 60);
  const hours = Math.floor(total / 60);
  const minutes = total % 60;
  const pattern = !hours ? m : !minutes ? h : hm;
  const text = pattern
    .replace("%(hours)s", hours)
    .replace("%(minutes)s", hours ? String(minutes).padStart(2, "0") : minutes);
  return sign + text;
}

function left(clock) {
  return (Date.parse(clock.dataset.due) - Date.now()) / 1000;
}

function ticks(clock) {
  if (!["ok", "risk"].includes(clock.dataset.s) || !clock.dataset.due) return false;
  return Math.abs(left(clock) - Number(clock.dataset.left)) < SLACK_S;
}

function wire(scope) {
  const found = [...scope.querySelectorAll(".clock[data-left]")];
  if (scope.matches?.(".clock[data-left]")) found.push(scope);
  for (const clock of found) if (ticks(clock)) clock.dataset.ticks = "";
}

function tick() {
  for (const clock of document.querySelectorAll(".clock[data-ticks]")) {
    const seconds = left(clock);
    const target = Number(clock.dataset.target) || 1;
    const used = 100 * (1 - seconds / target);
    clock.style.setProperty("--u", Math.round(used));
    clock.dataset.s = seconds < 0 ? "breach" : used >= 80 ? "risk" : "ok";
    clock.querySelector("b").textContent = spelled(seconds);
  }
}

document.addEventListener("htmx:load", (event) => wire(event.detail.elt));
wire(document);
setInterval(tick, PAUSE_MS);
