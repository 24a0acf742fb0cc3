// The form as the client will see it, beside the editor: drawn anew a moment after something was typed. What was
// tried out in it stays, and the focus stays where it is.
const PAUSE_MS = 400;
const MARGIN_PX = 16;
const aside = document.querySelector("[data-live-preview]");
const shown = document.querySelector("#live-form");
const says = document.querySelector("[data-preview-says]");
const controls = () => [...shown.querySelectorAll("input[name], textarea[name], select[name]")];
let waiting = 0;
let tried = [];

function draw() {
  clearTimeout(waiting);
  if (shown.offsetParent === null) shown.dataset.stale = "";
  else shown.dispatchEvent(new Event("preview"));
}

function say(text) {
  if (text !== undefined && says.textContent !== text) says.textContent = text;
}

// The question that is being written is in sight, by the scroll bar of the preview alone.
function follow() {
  const editors = [...document.querySelectorAll("[data-editor] fieldset.question")];
  const place = shown.querySelector("[data-questions]")?.children[editors.findIndex((one) => one.contains(document.activeElement))];
  if (!place?.offsetParent) return;
  const [frame, box] = [shown.getBoundingClientRect(), place.getBoundingClientRect()];
  if (box.top < frame.top || box.bottom > frame.bottom) shown.scrollTop += box.top - frame.top - MARGIN_PX;
}

// Only what differs from what stood there beforehand, so that a new default is seen.
function isTried(one) {
  if (one.type === "file") return one.files.length > 0;
  if (one.type === "radio" || one.type === "checkbox") return one.checked !== one.defaultChecked;
  if (one.tagName === "SELECT") return [...one.options].some((option) => option.selected !== option.defaultSelected);
  return one.value !== one.defaultValue;
}

const isSame = (one, other) => one.name === other.name && one.type === other.type && (!isBox(one) || one.value === other.value);
const isBox = (one) => one.type === "radio" || one.type === "checkbox";

function giveBack(one) {
  const former = tried.find((other) => isSame(one, other));
  if (!former) return;
  if (one.type === "file") one.files = former.files;
  else if (isBox(one)) one.checked = former.checked;
  else if (one.tagName !== "SELECT" || [...one.options].some((option) => option.value === former.value)) one.value = former.value;
  one.dispatchEvent(new Event("change", { bubbles: true }));
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (!event.target.closest("[data-editor]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(draw, PAUSE_MS);
  });
}
document.addEventListener("submit", () => clearTimeout(waiting)); // the page goes: nobody would see it
document.addEventListener("focusin", (event) => {
  if (event.target.closest("[data-editor]")) follow();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches("[data-editor]")) draw();
});
aside.querySelector("[data-preview-toggle]").addEventListener("click", (event) => {
  const isOpen = aside.toggleAttribute("data-open");
  event.currentTarget.setAttribute("aria-expanded", String(isOpen));
  if (isOpen && shown.dataset.stale !== undefined) draw();
});
document.querySelector("#live-preview-language").addEventListener("change", draw);

shown.addEventListener("htmx:beforeSwap", (event) => {
  tried = controls().filter(isTried);
  event.detail.shouldSwap &&= event.detail.serverResponse.includes("data-preview-state"); // not the sign-in page
  if (!event.detail.shouldSwap) say(says.dataset.failed);
});
shown.addEventListener("htmx:afterSwap", () => {
  delete shown.dataset.stale;
  controls().forEach(giveBack);
  follow();
  say(shown.querySelector("[data-preview-state]")?.dataset.previewState);
});
// A quiet word instead of a notice for each letter typed; the last good preview stays.
for (const kind of ["htmx:responseError", "htmx:sendError"]) {
  shown.addEventListener(kind, (event) => {
    event.stopPropagation();
    say(says.dataset.failed);
  });
}
