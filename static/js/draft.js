// Keeps the text of [data-draft="key"] in this browser each 10 s, gives it back, forgets it when sent.
const PAUSE_MS = 10_000;
const DAYS_KEPT = 14;
const SENT = "drafts-sent";
const keyOf = (area) => `draft:${area.dataset.draft}`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) || null;
  } catch {
    return null;
  }
}

function keep(area) {
  if (area.value.trim()) localStorage.setItem(keyOf(area), JSON.stringify({ text: area.value, at: Date.now() }));
  else localStorage.removeItem(keyOf(area));
}

function keepAll() {
  for (const area of document.querySelectorAll("textarea[data-draft]")) {
    if (area.dataset.changed !== undefined) keep(area);
  }
}

function wire(scope) {
  for (const area of scope.querySelectorAll?.("textarea[data-draft]") ?? []) {
    const draft = read(keyOf(area));
    if (draft && !area.value) area.value = draft.text;
  }
}

function forgetOld() {
  const oldest = Date.now() - DAYS_KEPT * 86_400_000;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("draft:") && (read(key)?.at ?? 0) < oldest) localStorage.removeItem(key);
  }
}

function forget(form) {
  for (const area of form?.querySelectorAll?.("textarea[data-draft]") ?? []) {
    delete area.dataset.changed;
    localStorage.removeItem(keyOf(area));
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-draft]")) event.target.dataset.changed = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.requestConfig.verb === "post") forget(event.detail.elt.closest("form"));
});

// A full page goes away before the answer is known. Only a success redirects, so the page after a
// redirect forgets what was sent; a refusal or a lost connection does not, and the text comes back.
document.addEventListener("submit", (event) => {
  const keys = [...event.target.querySelectorAll("textarea[data-draft]")].map(keyOf);
  if (keys.length) sessionStorage.setItem(SENT, JSON.stringify(keys));
  keepAll();
});
if (performance.getEntriesByType("navigation")[0]?.redirectCount) {
  for (const key of JSON.parse(sessionStorage.getItem(SENT) ?? "[]")) localStorage.removeItem(key);
}
sessionStorage.removeItem(SENT);

document.addEventListener("htmx:load", (event) => wire(event.detail.elt));
addEventListener("pagehide", keepAll);
setInterval(keepAll, PAUSE_MS);
forgetOld();
wire(document);
