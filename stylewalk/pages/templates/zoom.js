// Figures at full size, in a dialog: larger, smaller, moved by scrolling or dragging.
(() => {
  "use strict";
  const STEP = 1.4;

  const button = (text, label, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", action);
    return made;
  };

  const dialog = document.createElement("dialog");
  dialog.className = "zoom";
  dialog.setAttribute("aria-labelledby", "zoom-title");
  const title = document.createElement("h2");
  title.id = "zoom-title";
  const view = document.createElement("div");
  view.className = "zoom-view";
  view.tabIndex = 0;
  view.setAttribute("role", "region");
  view.setAttribute("aria-label", "Figure, to be moved with the arrow keys");
  const image = document.createElement("img");
  view.append(image);
  let width = 0;

  // The middle of the view stays where it is.
  const resize = (wanted) => {
    const before = image.clientWidth || 1;
    const middle = [view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 2];
    width = Math.min(Math.max(wanted, 200), 12_000);
    image.style.width = `${width}px`;
    const factor = image.clientWidth / before;
    view.scrollTo(middle[0] * factor - view.clientWidth / 2, middle[1] * factor - view.clientHeight / 2);
  };
  const fitting = () => {
    const ratio = image.naturalWidth / image.naturalHeight;
    return Math.min(view.clientWidth, view.clientHeight * ratio);
  };

  const bar = document.createElement("div");
  bar.className = "zoom-bar";
  bar.append(
    title,
    button("−", "Smaller", () => resize(width / STEP)),
    button("+", "Larger", () => resize(width * STEP)),
    button("Fit", "Fit to the window", () => resize(fitting())),
    button("Full size", "", () => resize(image.naturalWidth)),
    button("Close", "", () => dialog.close()),
  );
  dialog.append(bar, view);
  document.body.append(dialog);

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") resize(width * STEP);
    if (event.key === "-") resize(width / STEP);
  });
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse") return; // a finger scrolls by itself
    event.preventDefault();
    view.setPointerCapture(event.pointerId);
    view.focus();
  });
  view.addEventListener("pointermove", (event) => {
    if (view.hasPointerCapture(event.pointerId)) view.scrollBy(-event.movementX, -event.movementY);
  });

  let opener = null;
  dialog.addEventListener("close", () => {
    document.documentElement.style.overflow = "";
    opener?.focus();
  });
  const open = async (shown, from) => {
    opener = from;
    image.removeAttribute("src"); // not the figure before, until this one is there
    image.style.width = "";
    image.src = shown.src;
    image.alt = shown.alt;
    title.textContent = from.dataset.title;
    document.documentElement.style.overflow = "hidden"; // only the figure scrolls
    dialog.showModal();
    view.focus();
    try {
      await image.decode();
    } catch {
      return; // it does not lie beside the page, or another one was opened
    }
    width = image.naturalWidth;
    image.style.width = `${width}px`;
    view.scrollTo(0, 0);
  };

  for (const figure of document.querySelectorAll("figure.picture")) {
    const shown = figure.querySelector("img");
    const opens = button("Enlarge", "", () => open(shown, opens));
    opens.classList.replace("plain", "enlarge");
    opens.dataset.title = figure.querySelector(".unseen").textContent;
    opens.setAttribute("aria-label", `Enlarge: ${opens.dataset.title}`);
    opens.setAttribute("aria-haspopup", "dialog");
    figure.querySelector(".tools").prepend(opens);
    figure.classList.add("zoomable");
    shown.addEventListener("click", () => open(shown, opens));
    const missing = () => {
      figure.classList.add("missing");
      opens.remove();
    };
    shown.addEventListener("error", missing);
    if (figure.matches(".beside") && shown.complete && !shown.naturalWidth) missing();
  }
})();
