// The SLA matrix by keyboard: arrows, Enter and Esc in its fields; and which rows are shown.
const isField = (one) => one instanceof HTMLInputElement && one.closest("[data-matrix] .cell3") !== null;
const isTyped = (field) => field.value.trim() !== field.dataset.saved;
const store = (field) => field.dispatchEvent(new Event("matrix:store", { bubbles: true }));

// Up and down keep the column; left and right leave a field at the ends of its text.
function beside(field, key) {
  const row = field.closest("tr");
  const place = [...row.querySelectorAll(".cell3 input")].indexOf(field);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    return row.querySelectorAll(".cell3 input")[place + (key === "ArrowLeft" ? -1 : 1)];
  }
  const rows = [...field.form.querySelectorAll("[data-matrix-row]")].filter((one) => one.checkVisibility());
  const next = rows[rows.indexOf(row) + (key === "ArrowDown" ? 1 : -1)];
  return next?.querySelectorAll(".cell3 input")[place];
}

function isAtEnd({ selectionStart: start, selectionEnd: end, value }, key) {
  if (start === 0 && end === value.length) return true;
  return start === end && start === (key === "ArrowLeft" ? 0 : value.length);
}

function putBack(field) {
  if (isTyped(field)) field.value = field.dataset.saved;
  else if (field.dataset.was !== undefined) field.value = field.dataset.was;
  store(field);
  field.select();
}

function keyOf(event) {
  const { key, target: field } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !isField(field)) return "";
  if (key === "Enter") return event.shiftKey ? "ArrowUp" : "ArrowDown";
  if (key === "ArrowLeft" || key === "ArrowRight") return !event.shiftKey && isAtEnd(field, key) ? key : "";
  return ["ArrowUp", "ArrowDown", "Escape"].includes(key) ? key : "";
}

document.addEventListener("keydown", (event) => {
  const key = keyOf(event);
  if (!key) return;
  event.preventDefault();
  if (key === "Escape") return putBack(event.target);
  if (event.key === "Enter") store(event.target);
  beside(event.target, key)?.focus();
});
document.addEventListener("focusin", (event) => isField(event.target) && event.target.select());

// Which rows are shown: by a part of the service's name, and those with values of their own.
function show() {
  const part = document.querySelector("[data-matrix-find]").value.trim().toLowerCase();
  const isOwn = document.querySelector("[data-matrix-own]").checked;
  document.querySelector(".matrix").classList.toggle("own-only", isOwn);
  for (const row of document.querySelectorAll("[data-matrix-row]")) {
    const isFound = row.dataset.matrixRow.toLowerCase().includes(part);
    row.hidden = !isFound || (isOwn && row.dataset.own === "no");
  }
  for (const group of document.querySelectorAll("[data-matrix-group]")) {
    group.hidden = !group.querySelector("[data-matrix-row]:not([hidden])");
  }
}

document.addEventListener("input", (event) => event.target.matches("[data-matrix-find], [data-matrix-own]") && show());
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-matrix-error]");
  if (!link) return;
  event.preventDefault();
  const found = document.getElementById(link.hash.slice(1));
  found?.scrollIntoView({ block: "center" });
  found?.focus();
});
