// Questions that depend on an earlier answer of their form appear and disappear as it is answered. The server
// judges again; without scripts all of them stand there, each with its condition in words.
const conditions = (form) => [...form.querySelectorAll("[data-shown-if]")];

// The answer as the server would store it, in texts.
function given(form, name) {
  const texts = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((one) => !one.closest(".field[hidden]"))
    .flatMap((one) => {
      if (one.type === "radio" || one.type === "checkbox") return one.checked ? [one.value] : [];
      if (one.type === "number") return one.value === "" ? [] : [String(Number(one.value))];
      return "lines" in one.dataset ? one.value.split("\n") : [one.value];
    });
  return texts.map((text) => text.trim()).filter(Boolean);
}

function holds(form, { field, test, values }) {
  const found = given(form, field);
  const isMet = found.some((text) => values.includes(text));
  if (test === "filled") return found.length > 0;
  if (test === "empty") return found.length === 0;
  return test === "is_not" ? !isMet : isMet;
}

// In the order of the page: what is hidden counts as empty for those after it.
function show(form) {
  for (const control of conditions(form)) {
    const field = control.closest(".field");
    const isShown = holds(form, JSON.parse(control.dataset.shownIf));
    if (field.hidden === isShown) field.hidden = !isShown;
    for (const words of field.querySelectorAll(".shown-if")) words.hidden = true;
  }
}

const begin = () => document.querySelectorAll("[data-questions]").forEach((one) => show(one.closest("form")));

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest("form");
    if (form?.querySelector("[data-questions]")) show(form);
  });
}
document.addEventListener("reset", (event) => setTimeout(() => event.target.querySelector("[data-questions]") && show(event.target)));
document.addEventListener("htmx:afterSwap", begin);
begin();
