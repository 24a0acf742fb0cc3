// Lists the chosen files with their sizes and takes files dropped on .drop[data-drop]; each file input of a page
// has its own list. More files than data-most are named at once, before they travel in vain.
const KB = 1024;

function size(bytes) {
  const unit = bytes < KB * KB ? "kilobyte" : "megabyte";
  const amount = bytes / (unit === "kilobyte" ? KB : KB * KB);
  const style = { style: "unit", unit, maximumFractionDigits: unit === "kilobyte" ? 0 : 1 };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(amount);
}

function list(input) {
  const target = document.querySelector(`[data-files-of="${CSS.escape(input.id)}"]`);
  if (!target) return;
  target.replaceChildren(
    ...[...input.files].map((file) => {
      const row = document.createElement("li");
      row.className = "file";
      const note = document.createElement("span");
      note.textContent = size(file.size);
      row.append(`${file.name} `, note);
      return row;
    }),
    ...tooMany(input),
  );
}

function tooMany(input) {
  if (!input.dataset.tooMany || input.files.length <= Number(input.dataset.most)) return [];
  const row = document.createElement("li");
  row.className = "err";
  row.textContent = input.dataset.tooMany;
  return [row];
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file]")) list(event.target);
});
// Coming back by the back button finds the files still chosen.
addEventListener("pageshow", () => document.querySelectorAll("input[type=file]").forEach(list));
document.addEventListener("reset", (event) => {
  setTimeout(() => event.target.querySelectorAll("input[type=file]").forEach(list));
});

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    const all = new DataTransfer();
    const dropped = [...event.dataTransfer.files];
    for (const file of input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1)) all.items.add(file);
    input.files = all.files;
    list(input);
  });
}
