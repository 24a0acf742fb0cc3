// Fields of the SLA matrix are stored one after another, each when it is left. The server answers with
// the cells that show the change; what is being typed meanwhile stays as it is. Keys: matrix_keys.js.
const isField = (one) => one instanceof HTMLInputElement && one.closest("[data-matrix] .cell3") !== null;
const isTyped = (field) => field.value.trim() !== field.dataset.saved;
const known = (name) => document.querySelector(`#matrix-state [name=${name}]`)?.value ?? "";
const sent = new Map();
let queue = Promise.resolve();
let refusals = 0;

function store(field) {
  const { id } = field;
  const before = refusals;
  // What was typed before a refusal was seen is not sent after it.
  queue = queue.then(() => before === refusals && post(id)).catch(() => {});
}

async function post(id) {
  const field = document.getElementById(id);
  if (!field || !isTyped(field)) return;
  sent.set(id, field.value);
  const values = { field: field.name, text: field.value, revision: known("revision"), seen: known("seen") };
  const source = document.getElementById("summary");
  await htmx.ajax("POST", field.form.dataset.cell, { source, swap: "none", values });
}

document.addEventListener("focusout", (event) => isField(event.target) && store(event.target));
document.addEventListener("matrix:store", (event) => store(event.target));
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 409) refusals += 1;
});

function write(field, fresh) {
  const isSettled = !isTyped(field) || field.value === sent.get(field.id);
  const text = isSettled ? fresh.value : field.value;
  for (const name of field.getAttributeNames()) if (!fresh.hasAttribute(name)) field.removeAttribute(name);
  for (const name of fresh.getAttributeNames()) field.setAttribute(name, fresh.getAttribute(name));
  if (field.value !== text) field.value = text;
  sent.delete(field.id);
}

// A cell from the server is written into the one on the page: no focus is lost, and no letter.
function patch(cell, news) {
  const fields = cell.querySelectorAll("input");
  news.querySelectorAll("input").forEach((fresh, place) => write(fields[place], fresh));
  cell.querySelectorAll(".parse").forEach((note) => note.remove());
  for (const note of news.querySelectorAll(".parse")) document.getElementById(note.id.slice(0, -5)).after(note);
}

// The whole matrix comes after a refusal; the same field has the focus and unsent texts are typed again.
function replace(form) {
  const typed = [...form.querySelectorAll(".cell3 input")].filter(isTyped).map(({ id, value }) => [id, value]);
  const focused = document.activeElement?.id;
  document.addEventListener(
    "htmx:oobAfterSwap",
    () => {
      for (const [id, value] of typed) if (document.getElementById(id)) document.getElementById(id).value = value;
      document.getElementById(focused)?.focus();
    },
    { once: true },
  );
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.matches("[data-matrix]")) replace(target);
  if (!target.matches(".cell3")) return;
  event.preventDefault();
  patch(target, fragment.querySelector(".cell3") ?? fragment);
});
