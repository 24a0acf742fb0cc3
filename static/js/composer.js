// The box for writing: choosing who will read it leads to that form's text; Ctrl+Enter sends the form
// that has the focus and no other.
const FORMS = { "m-pub": ".f-pub", "m-int": ".f-int", "m-per": ".f-per" };

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-composer] .modes input");
  if (!choice) return;
  const form = choice.closest("[data-composer]").querySelector(FORMS[choice.className]);
  form.scrollIntoView({ block: "nearest" });
  // Arrow keys walk through the choices and click too; only a pointer or a shortcut goes on to the text.
  if (event.detail > 0 || document.activeElement !== choice) form.querySelector("textarea").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("[data-composer] form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
