// The button that fills the screen, and its key. dashboard/projected.py sends `label`.

const SHAPE = "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z";
const screens = new WeakMap(); // by the place that Streamlit gives the button

const fill = () =>
  document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();

export default function show({ data, parentElement }) {
  if (!screens.has(parentElement)) screens.set(parentElement, made(parentElement));
  const { button, remove } = screens.get(parentElement);
  for (const name of ["aria-label", "title"]) button.setAttribute(name, data.label);
  return () => {
    screens.delete(parentElement);
    remove();
  };
}

function made(place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "screen";
  button.innerHTML = `<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="${SHAPE}"/></svg>`;
  button.addEventListener("click", fill);
  const press = (event) => {
    const { target, key, altKey, ctrlKey, metaKey } = event;
    if (key.toLowerCase() === "f" && !altKey && !ctrlKey && !metaKey && !target.closest("input, textarea")) fill();
    // An arrow that moves a slider does not turn the page as well: the page listens further out.
    if (key.startsWith("Arrow") && target.closest("[role=slider], [role=radio]")) event.stopPropagation();
  };
  // A remote turns the page wherever the focus is: a slider would take its keys for itself.
  const turn = (event) => {
    const { target, key, code } = event;
    if (!["PageUp", "PageDown"].includes(key) || target === document.body) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true }));
  };
  document.body.addEventListener("keydown", press);
  window.addEventListener("keydown", turn, true);
  place.append(button);
  return {
    button,
    remove: () => {
      document.body.removeEventListener("keydown", press);
      window.removeEventListener("keydown", turn, true);
      button.remove();
    },
  };
}
