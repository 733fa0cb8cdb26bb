// The plane through three pictures of one model, decoded at even distances.
const CELLS = 5; // on each side
const BETWEEN = 2; // pixels between two images
const NAMES = ["A, upper left", "B, upper right", "C, lower left"];
let [planeSeen, planeTurn, drawnPlane] = [false, 0, null];

// Unless others are chosen, the first picture of each of three classes.
function firstCorners() {
  const found = data.classes.map((_, own) => artworks.class.indexOf(own)).filter((place) => place >= 0);
  for (let place = 0; found.length < 3; place++) if (!found.includes(place) || place >= count) found.push(place % count);
  return found.slice(0, 3);
}

const canDraw = (model) => hasLatents(model, ...presentCorners());
const presentCorners = () => state.corners ?? firstCorners();

// The latent in a row and a column: A + column (B - A) + row (C - A), each 0 to 1 from corner to corner.
function latentInPlane(corners, row, column) {
  const [a, b, c] = corners;
  return a.map((value, i) => value + column * (b[i] - value) + row * (c[i] - value));
}

function decodePlane() {
  const own = ++planeTurn;
  const model = state.model;
  const target = byId("plane-picture");
  const wanted = [model, ...presentCorners()].join(" ");
  if (!planeSeen || !canDraw(model) || drawnPlane === wanted) return;
  const size = data.decoders[model].size;
  const corners = presentCorners().map((place) => latentOf(model, place));
  target.width = target.height = CELLS * (size + BETWEEN) - BETWEEN;
  target.dataset.done = "";
  drawnPlane = null; // until it is whole
  const context = target.getContext("2d");
  const next = (row) => {
    if (own !== planeTurn) return;
    for (let column = 0; column < CELLS; column++) {
      const latent = latentInPlane(corners, row / (CELLS - 1), column / (CELLS - 1));
      context.putImageData(pixelsOf(decoded(model, latent), size), column * (size + BETWEEN), row * (size + BETWEEN));
    }
    if (row + 1 < CELLS) return void setTimeout(() => next(row + 1));
    drawnPlane = wanted;
    target.dataset.done = wanted;
  };
  next(0);
}

function buildPlane() {
  if (!canMove) return;
  const options = decodable.map((place) => make("option", { value: place }, data.models[place].name));
  byId("plane-model").append(...options);
  byId("plane-model").addEventListener("change", (event) => change({ model: Number(event.target.value) }));
  const watch = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    planeSeen = true;
    decodePlane();
  }, { rootMargin: "200px" });
  watch.observe(byId("plane-part"));
}

// Put the chosen picture on a corner.
function takeCorner(corner) {
  const corners = presentCorners().slice();
  corners[corner] = state.picture;
  change({ corners });
  byId("corners").querySelectorAll("button.take")[corner].focus();
  say(`${titleOf(state.picture)} is corner ${NAMES[corner]}.`);
}

function cornerCard(place, corner) {
  const words = make("span", {}, make("small", {}, NAMES[corner]), titleOf(place), make("small", {}, className(place)));
  const button = pictureButton(place, `${NAMES[corner]}: ${described(place)}`, thumb(place, 56), words);
  button.classList.add("end");
  const isThere = place === state.picture;
  const label = `Put it here: ${titleOf(state.picture)}, ${className(state.picture)}, on corner ${NAMES[corner]}`;
  const take = make("button", { type: "button", class: "take", "aria-label": label, "aria-disabled": String(isThere), click: () => isThere || takeCorner(corner) }, "Put it here");
  return make("li", {}, button, take);
}

function drawPlane(before) {
  if (!canMove) return;
  const parts = ["model", "picture", "corners"];
  if (before && parts.every((part) => before[part] === state[part])) return;
  const corners = presentCorners();
  byId("corners").replaceChildren(...corners.map(cornerCard));
  const [a, b, c] = corners.map((place) => `${titleOf(place)} (${className(place)})`);
  byId("plane-chosen").textContent = `Chosen now: ${titleOf(state.picture)}, ${className(state.picture)}.`;
  const isThere = canDraw(state.model);
  byId("plane").hidden = !isThere;
  byId("plane-model").value = state.model;
  const name = data.models[state.model].name;
  byId("plane-picture").setAttribute("aria-label",
    `${CELLS} by ${CELLS} pictures that ${name} decodes on the plane through ${a} at the upper left, ${b} at the upper right and ${c} at the lower left`);
  byId("plane-words").textContent = isThere
    ? `Decoded by ${name}. Sideways it goes from A to B, down from A to C, in quarters of the way; at the lower right lies what both steps together lead to, B + C − A.`
    : `${name} has layers that this page cannot decode: choose another model.`;
  decodePlane();
}
