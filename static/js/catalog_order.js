// Rows of the catalog are dragged by their grip to another place in the same list. The buttons “up” and
// “down” do the same without a pointer.
let dragged = null;

const siblings = () => [...dragged.parentElement.children].filter((one) => one.dataset.sort === dragged.dataset.sort);
const clear = () => document.querySelectorAll(".drop-before, .drop-after").forEach((one) => one.classList.remove("drop-before", "drop-after"));

// The sibling that the dragged row would stand before; null is the end of the list.
function target(y) {
  return siblings().find((one) => {
    const { top, height } = one.getBoundingClientRect();
    return one !== dragged && y < top + height / 2;
  }) ?? null;
}

function mark(before) {
  clear();
  if (before) before.classList.add("drop-before");
  else siblings().at(-1).classList.add("drop-after");
}

async function put(row, before) {
  const form = document.getElementById("catalog-do");
  const values = { ...Object.fromEntries(new FormData(form)), before: before?.dataset.pk ?? "" };
  await htmx.ajax("POST", row.dataset.move, { target: "#catalog", swap: "outerHTML", values });
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-catalog] [data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  dragged = grip.closest("[data-sort]");
  dragged.classList.add("dragged");
});
document.addEventListener("pointermove", (event) => dragged && mark(target(event.clientY)));
document.addEventListener("pointerup", (event) => {
  if (!dragged) return;
  const row = dragged;
  const before = target(event.clientY);
  drop();
  const next = row.nextElementSibling;
  if (before !== (next?.dataset.sort ? next : null)) put(row, before);
});

function drop() {
  clear();
  dragged?.classList.remove("dragged");
  dragged = null;
}

document.addEventListener("pointercancel", drop);
document.addEventListener("keydown", (event) => event.key === "Escape" && drop());
