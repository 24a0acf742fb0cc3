// The editors of a request type: what was folded open stays open when a row is added, and leaving the page
// with something typed is asked about first.
let open = [];

const editor = () => document.querySelector("[data-editor]");

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-editor]");
  if (form) form.dataset.changed = "";
});
document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll("[data-editor] details[open][data-kept]")].map((one) => one.dataset.kept);
});
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target;
  if (!form.matches("[data-editor]")) return;
  form.dataset.changed = "";
  for (const one of form.querySelectorAll("details[data-kept]")) if (open.includes(one.dataset.kept)) one.open = true;
});
addEventListener("beforeunload", (event) => {
  const form = editor();
  if (form && form.dataset.changed !== undefined && form.dataset.sending === undefined) event.preventDefault();
});
