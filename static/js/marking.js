// Marks of a list: the box in its head marks all, the bar says how many. Without scripts each is marked by itself.
const boxes = (form) => [...form.querySelectorAll("[data-row] input[type=checkbox][name]")];

function tell(form) {
  const all = boxes(form);
  const marked = all.filter((box) => box.checked).length;
  const head = form.querySelector("[data-mark-all]");
  for (const box of all) box.closest("[data-row]").setAttribute("aria-selected", String(box.checked));
  for (const count of form.querySelectorAll("[data-mark-count]")) count.textContent = marked;
  if (!head) return;
  head.checked = marked > 0 && marked === all.length;
  head.indeterminate = marked > 0 && marked < all.length;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.marking");
  if (!form) return;
  if (event.target.matches("[data-mark-all]")) {
    for (const box of boxes(form)) box.checked = event.target.checked;
  }
  tell(form);
});

function wire(scope) {
  for (const form of scope.querySelectorAll?.("form.marking") ?? []) {
    for (const head of form.querySelectorAll("[data-mark-all]")) head.hidden = false;
    tell(form);
  }
}

document.addEventListener("htmx:load", (event) => wire(event.detail.elt));
addEventListener("pageshow", () => wire(document));
wire(document);
