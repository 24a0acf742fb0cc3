// Opens <dialog id="x"> by any [data-dialog="x"], closes by [data-dialog-close] or a click beside it.
function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("[autofocus], .body :is(input, select, textarea):not([type=hidden])")?.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    open(opener.dataset.dialog);
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
});

// A click on the backdrop lands on the dialog itself; typed text is not thrown away for it.
document.addEventListener("pointerdown", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || dialog.querySelector("form")) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
  if (!inside) dialog.close();
});

// A dialog that comes back from the server, or that a form failed in, is shown at once.
function wire(scope) {
  scope.querySelectorAll?.("dialog[data-open]").forEach((dialog) => open(dialog.id));
  if (scope.matches?.("dialog[data-open]")) open(scope.id);
  scope.querySelector?.("[data-focus], [aria-invalid=true]")?.focus();
}

// What lies under an open dialog cannot be read, so a refusal is shown inside it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const slot = document.querySelector("dialog[open] [data-refusal]");
  if (event.detail.xhr.status === 409 && slot) event.detail.target = slot;
});

document.addEventListener("htmx:load", (event) => wire(event.detail.elt));
wire(document);
