// Counts on where a timer runs: [data-since] holds the beginning, the text is the time since then.
const PAUSE_MS = 15_000;

function spelled(minutes) {
  const { hm, h, m } = document.documentElement.dataset;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const pattern = !hours ? m : !rest ? h : hm;
  return pattern.replace("%(hours)s", hours).replace("%(minutes)s", hours ? String(rest).padStart(2, "0") : rest);
}

function tick() {
  for (const timer of document.querySelectorAll("[data-since]")) {
    const minutes = Math.floor((Date.now() - Date.parse(timer.dataset.since)) / 60_000);
    timer.textContent = spelled(Math.max(minutes, 1));
  }
}

setInterval(tick, PAUSE_MS);
