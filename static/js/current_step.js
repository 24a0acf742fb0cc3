// Where the diagram of a process is wider than its card, the current step is scrolled into the middle.
function show(scope) {
  for (const step of scope.querySelectorAll(".scroll-x .bpmn .now")) {
    const card = step.closest(".scroll-x");
    const middle = step.getBoundingClientRect();
    const seen = card.getBoundingClientRect();
    card.scrollLeft += middle.left + middle.width / 2 - (seen.left + seen.width / 2);
  }
}

show(document);
document.addEventListener("toggle", (event) => event.target.open && show(event.target), true);
window.htmx?.onLoad(show);
