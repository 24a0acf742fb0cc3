// Short notices. A good one goes after 8 s, a bad one stays until it is closed.
const SHOWN_MS = 8_000;
const region = document.querySelector("[data-toasts]");

function wire(toast) {
  if (toast.dataset.wired !== undefined) return;
  toast.dataset.wired = "";
  if (!toast.matches(".bad")) setTimeout(() => toast.remove(), SHOWN_MS);
}

function say(text, level = "") {
  const toast = document.createElement("div");
  toast.className = `toast ${level}`;
  toast.dataset.toast = "";
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", region.dataset.close);
  close.textContent = "×";
  toast.append(words, close);
  region.append(toast);
  wire(toast);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove();
});
// The server's header `HX-Trigger: {"toast": {"text": "…", "level": "bad"}}`.
document.addEventListener("toast", (event) => say(event.detail.text, event.detail.level));
document.addEventListener("htmx:responseError", () => say(region.dataset.failed, "bad"));
document.addEventListener("htmx:sendError", () => say(region.dataset.offline, "bad"));
document.addEventListener("htmx:load", () => document.querySelectorAll("[data-toast]").forEach(wire));
document.querySelectorAll("[data-toast]").forEach(wire);
