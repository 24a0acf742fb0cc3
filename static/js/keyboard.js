// Keys of the desk. By `event.code`, so they work in any layout; off inside fields; can be switched off.
// A key "k" presses the element with data-key="k", "g q" the one with data-key="g q". In a list
// (data-rows) j and k move .cursor, o and Enter open, x selects. Each row has a link.
const OFF = "shortcuts-off";
const isOn = () => localStorage.getItem(OFF) === null;
let first = "";

function keyOf(event) {
  if (event.key === "/" || event.key === "?") return event.key; // wherever a layout has them
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  if (event.code === "Period") return ".";
  if (event.code === "Enter") return "o";
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
}

function busy(event) {
  const at = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return true;
  if (document.querySelector("dialog[open]")) return true;
  if (event.code === "Enter" && at.closest("a, button, summary")) return true;
  return at.isContentEditable || at.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
  const now = rows.findIndex((row) => row.matches(".cursor"));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  if (!next) return false;
  rows[now]?.classList.remove("cursor");
  next.classList.add("cursor");
  next.querySelector("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function onRow(selector) {
  const found = document.querySelector(`[data-rows] [data-row].cursor ${selector}`);
  found?.click();
  return Boolean(found);
}

const ROW_KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => onRow("a"),
  x: () => onRow("input[type=checkbox]"),
};

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("input:not([type=radio], [type=checkbox]), textarea")) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!isOn() || busy(event)) return;
  const key = keyOf(event);
  if (!key) return;
  const pair = first ? `${first} ${key}` : key;
  first = !first && key === "g" ? "g" : "";
  if (press(pair) || (pair === key && ROW_KEYS[key]?.())) event.preventDefault();
});

for (const choice of document.querySelectorAll("[data-shortcuts-switch]")) {
  choice.checked = isOn();
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
  });
}
