// Copies the text of the element that [data-copy] names; without a clipboard the button stays hidden.
const BACK_MS = 2_000;

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  const [copy, copied] = button.querySelectorAll("span");
  [copy.hidden, copied.hidden] = [true, false];
  setTimeout(() => ([copy.hidden, copied.hidden] = [false, true]), BACK_MS);
});
