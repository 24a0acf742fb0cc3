// Light, dark or like the system: at once here, kept on the server by the form's own POST.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return root.dataset.theme === "dark" || (root.dataset.theme !== "light" && dark.matches);
}

function show(theme) {
  root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-form] [aria-pressed]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]")) return;
  event.preventDefault();
  const pressed = event.submitter;
  const theme = pressed.matches("[data-theme-toggle]") ? (isDark() ? "light" : "dark") : pressed.value;
  show(theme);
  const body = new FormData(form);
  body.set("theme", theme);
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
});
