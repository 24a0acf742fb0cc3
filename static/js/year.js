// The year of a calendar draft by keyboard: arrows move between days, Enter closes or opens one, Space shows
// its hours. A click asks for the form of the day in a dialog; without this module it is a page of its own.
const year = () => document.querySelector("#year[data-toggle]");
const dayAt = (iso) => document.getElementById(`d-${iso}`);
const known = (name) => document.querySelector(`#draft-state [name=${name}]`)?.value ?? "";
let queue = Promise.resolve();

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const MONTHS = { PageUp: -1, PageDown: 1 };

function moved(iso, key) {
  const day = new Date(`${iso}T00:00:00Z`);
  if (key in STEPS) day.setUTCDate(day.getUTCDate() + STEPS[key]);
  else if (key in MONTHS) day.setUTCMonth(day.getUTCMonth() + MONTHS[key]);
  else return null;
  return dayAt(day.toISOString().slice(0, 10));
}

// Of all days one is reached by Tab: the one that had the focus last, at first today or New Year.
function rove(current) {
  for (const day of document.querySelectorAll("#year [data-day]")) day.tabIndex = day === current ? 0 : -1;
}

function wire(focused) {
  if (!year()) return;
  const day = focused ? dayAt(focused) : null;
  rove(day ?? document.querySelector("#year [aria-current=date] [data-day]") ?? document.querySelector("#year [data-day]"));
  day?.focus();
}

async function toggle(iso) {
  const values = { day: iso, revision: known("revision"), seen: known("seen"), year: year().dataset.year };
  const source = year();
  await htmx.ajax("POST", source.dataset.toggle, { source, target: "#year", swap: "outerHTML", values });
  const wasLeft = document.activeElement && document.activeElement !== document.body;
  wire(wasLeft ? null : iso);
}

document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("#year [data-day]");
  if (!day || event.ctrlKey || event.altKey || event.metaKey) return;
  const { day: iso } = day.dataset;
  if (event.key === "Enter") queue = queue.then(() => toggle(iso)).catch(() => {});
  else if (event.key === " ") day.click();
  else {
    const next = moved(iso, event.key);
    if (!next) return;
    rove(next);
    next.focus();
  }
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const day = event.target.closest?.("#year [data-day]");
  if (!day || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  htmx.ajax("GET", day.href, { target: "#slot", swap: "innerHTML" });
});

// A form of a day sends the page back to that day.
wire(location.hash.startsWith("#d-") ? location.hash.slice(3) : null);
