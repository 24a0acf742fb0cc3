// Rows of [data-order] are dragged by [data-grip] with mouse, pen or finger; the new order is sent as a form.
// Without scripts, and by keyboard, the buttons “up” and “down” do the same.
const items = (list) => [...list.querySelectorAll(":scope > [data-item]")];
const order = (list) => items(list).map((item) => item.dataset.item).join();

function put(list, dragged, y) {
  const next = items(list).find((item) => {
    const { top, height } = item.getBoundingClientRect();
    return item !== dragged && y < top + height / 2;
  });
  if (dragged.nextElementSibling !== (next ?? null)) list.insertBefore(dragged, next ?? null);
}

function send(list) {
  const form = document.querySelector("[data-order-form]");
  for (const item of items(list)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "rule", value: item.dataset.item });
    form.append(field);
  }
  form.submit();
}

// Listened to on the document: a row that moves in the page loses a captured pointer.
function drag(list, dragged, pointer) {
  const before = order(list);
  const listening = new AbortController();
  const options = { signal: listening.signal };
  dragged.classList.add("drag");
  const move = (event) => event.pointerId === pointer && put(list, dragged, event.clientY);
  const end = (event) => {
    if (event.pointerId !== pointer) return;
    listening.abort();
    dragged.classList.remove("drag");
    if (event.type === "pointerup" && order(list) !== before) send(list);
  };
  document.addEventListener("pointermove", move, options);
  document.addEventListener("pointerup", end, options);
  document.addEventListener("pointercancel", end, options);
}

for (const list of document.querySelectorAll("[data-order]")) {
  list.dataset.ready = "";
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    grip.releasePointerCapture?.(event.pointerId); // a finger is captured by itself
    drag(list, grip.closest("[data-item]"), event.pointerId);
  });
}
