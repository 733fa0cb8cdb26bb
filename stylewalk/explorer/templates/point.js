// A point of the latent space at which no picture lies: moved along principal components and attribute
// vectors (towards.js) by sliders, or put on the map of components. See stylewalk/explorer/directions.py.
const LIMIT = 4; // of a slider, in standard deviations
const FARTHEST = 20; // of a point on the map
const NUDGE = 0.1; // of a key on the map

const directionsOf = (model) => data.decoders[model].directions;
const decodable = data.models.map((_, place) => place).filter(canDecode);
const canMove = decodable.length > 0;

// The latent (d,) that so many standard deviations along each component and vector lead to.
function latentAt(model, { start, at, towards }) {
  const { mean, axes, deviations } = partOf(model, "directions");
  const point = start === null ? Float32Array.from(mean) : latentOf(model, start);
  at.slice(0, deviations.length).forEach((value, component) => {
    const [from, far] = [component * point.length, value * deviations[component]];
    for (let i = 0; i < point.length; i++) point[i] += far * axes[from + i];
  });
  return moveTowards(model, point, towards);
}

const presentPoint = () => state.point ?? { start: null, at: [], towards: [] };
const rounded = (value) => Math.round(value * 100) / 100;
const inReach = (value) => rounded(Math.max(-FARTHEST, Math.min(FARTHEST, value)));
const inDeviations = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(rounded(value))} sd`;

function coefficients(point) {
  const most = Math.max(...decodable.map((model) => directionsOf(model).deviations.length));
  return Array.from({ length: most }, (_, component) => point.at[component] ?? 0);
}

// ------------------------------------------------------------------ on the map

// The map's axes in standard deviations, where the present map goes along the components.
const pointAxes = () =>
  state.map === "pca" && canDecode(state.model) ? directionsOf(state.model).map : null;

// Where the point lies on the map, or null.
function placeOfPoint() {
  const axes = pointAxes();
  if (!state.point || !axes) return null;
  const { x, y } = data.maps[state.model].pca;
  const { start, at, towards } = state.point;
  if (start !== null && Number.isNaN(x[start])) return null;
  // A vector is in no component's direction alone.
  if (towards.some(Boolean)) return mapPlace(state.model, latentAt(state.model, state.point));
  const from = start === null ? axes.map(([middle]) => middle) : [x[start], y[start]];
  const place = from.map((value, axis) => value + (at[axis] ?? 0) * axes[axis][1]);
  return place.some(Number.isNaN) ? null : place;
}

// Put the point where the map has these coordinates, on the plane of the first two components.
function putPoint(x, y) {
  const axes = pointAxes();
  const at = [x, y].map((value, axis) => (value - axes[axis][0]) / axes[axis][1]);
  change({ point: { start: null, at: at.map(inReach), towards: [] } }, { silent: true });
  sayPoint();
}

function sayPoint() {
  say(`The point is ${wordsOfPoint()}. ${data.models[state.model].name} decodes it beside the map.`);
}

// By a key: from where the point is, else from the picture at which the keys are.
function nudgePoint([right, up]) {
  const axes = pointAxes();
  if (!axes) return;
  if (!placeOfPoint()) {
    const { x, y } = data.maps[state.model].pca;
    const picture = cursor ?? state.picture;
    const isThere = picture !== null && !Number.isNaN(x[picture]);
    putPoint(...(isThere ? [x[picture], y[picture]] : axes.map(([middle]) => middle)));
  }
  const at = coefficients(state.point);
  [right, up].forEach((step, axis) => { at[axis] = inReach(at[axis] + step * NUDGE); });
  change({ point: { ...state.point, at } }, { silent: true });
  sayPoint();
}

const wordsOfPoint = () => {
  const point = presentPoint();
  const ways = [
    ...coefficients(point).map((value, component) => [value, `along component ${component + 1}`]),
    ...coefficientsTowards(point).map((value, vector) => [value, nameOfVector(ATTRIBUTES[vector])]),
  ];
  const from = point.start === null ? "the mean of the artworks" : titleOf(point.start);
  const along = ways.filter(([value]) => value).map(([value, way]) => `${inDeviations(value)} ${way}`);
  return along.length ? `${along.join(", ")}, from ${from}` : `at ${from}`;
};

// ------------------------------------------------------------------ pictures

// A decoded image, as it lies in memory, on a canvas of its size.
function paintImage(target, image, size) {
  [target.width, target.height] = [size, size];
  target.getContext("2d").putImageData(pixelsOf(image, size), 0, 0);
}

const pictures = new Map(); // canvases by model
let [turn, pointSeen] = [0, false];

// The model that is looked at first; the others when the browser has time, unless the point moves on.
function decodePoint() {
  const own = ++turn;
  const point = presentPoint();
  const able = decodable.filter((model) => point.start === null || hasLatents(model, point.start));
  const order = able.sort((one, other) => (other === state.model) - (one === state.model));
  const next = (rest) => {
    if (own !== turn || !rest.length) return;
    const [model, ...others] = rest;
    const [image, size] = [decoded(model, latentAt(model, point)), data.decoders[model].size];
    const canvases = [pictures.get(model), model === state.model ? byId("spot-picture") : null];
    for (const target of canvases.filter(Boolean)) {
      paintImage(target, image, size);
      target.setAttribute("aria-label", `What ${data.models[model].name} decodes ${wordsOfPoint()}`);
    }
    if (others.length && pointSeen) setTimeout(() => next(others));
    else byId("point").dataset.done = String(own);
  };
  next(order);
}

function buildPoint() {
  for (const part of ["point-part", "plane-part"]) byId(part).hidden = !canMove;
  if (!canMove) return;
  byId("start").addEventListener("change", (event) => {
    if (event.target.value === "other") return;
    const start = event.target.value === "picture" ? state.picture : null;
    change({ point: { ...presentPoint(), start } }, { silent: true });
  });
  byId("to-point").addEventListener("click", () => {
    byId("point-title").focus({ preventScroll: true });
    byId("point-title").scrollIntoView();
  });
  byId("reset").addEventListener("click", () => change({ point: { ...presentPoint(), at: [], towards: [] } }, { silent: true }));
  byId("leave-spot").addEventListener("click", () => { change({ point: null }, { silent: true }); canvas.focus(); });
  byId("sliders").append(...coefficients({ at: [] }).map((_, component) => sliderOf(component)));
  buildTowards();
  byId("decoded").append(...data.models.map((model, place) => pictureOf(model, place)));
  const watch = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting || pointSeen) return;
    pointSeen = true;
    decodePoint();
  }, { rootMargin: "200px" });
  watch.observe(byId("point-part"));
}

// A row of a label, a slider and its value; what to do with a new one.
function sliderRow(id, take) {
  const input = make("input", { type: "range", id, min: -LIMIT, max: LIMIT, step: 0.1, value: 0 });
  input.addEventListener("input", () => take(Number(input.value)));
  return make("div", { class: "component" }, make("label", { for: id }), input, make("output", { for: id }));
}

function drawSlider(row, name, about, value) {
  const [label, input, output] = row.children;
  label.replaceChildren(name, make("small", {}, ` ${about}`));
  // A point on the map may lie farther out.
  const limit = Math.max(LIMIT, Math.ceil(Math.abs(value)));
  [input.min, input.max, input.value] = [-limit, limit, value];
  input.setAttribute("aria-valuetext", inDeviations(value).replace("−", "minus ").replace("sd", "standard deviations"));
  output.textContent = inDeviations(value);
}

function sliderOf(component) {
  return sliderRow(`component-${component + 1}`, (value) => {
    const at = coefficients(presentPoint());
    at[component] = value;
    change({ point: { ...presentPoint(), at } }, { silent: true });
  });
}

// A picture of a model, which chooses the model; of one that the page cannot decode, why it has none.
function pictureOf(model, place) {
  if (!canDecode(place)) {
    return make("div", { class: "one" }, make("span", { class: "none" }), make("span", {}, model.name, make("small", {}, "of layers that this page cannot decode")));
  }
  const target = make("canvas", { role: "img", "aria-label": model.name });
  pictures.set(place, target);
  const name = make("span", {}, dot(model.colour), model.name);
  return make("button", { type: "button", class: "one", "data-model": place, click: () => change({ model: place }) }, target, name);
}

// The mean, the picture that is chosen, and another that was when the point began at it.
function drawStart() {
  const { start } = presentPoint();
  const isOther = start !== null && start !== state.picture;
  const shown = start === null ? "mean" : isOther ? "other" : "picture";
  for (const [value, place] of [["picture", state.picture], ["other", start ?? state.picture]]) {
    const words = byId("start").querySelector(`[value=${value}] + span`);
    words.replaceChildren(thumb(place, 22), titleOf(place));
  }
  for (const input of byId("start").querySelectorAll("input")) input.checked = input.value === shown;
  byId("start").querySelector("[value=other]").closest("label").hidden = !isOther;
}

function drawSliders() {
  const { deviations, shares } = canDecode(state.model) ? directionsOf(state.model) : { deviations: [], shares: [] };
  const at = coefficients(presentPoint());
  [...byId("sliders").children].forEach((row, component) => {
    row.hidden = component >= deviations.length;
    const share = row.hidden ? "" : `${Number((100 * shares[component]).toPrecision(2))} % of the variance`;
    drawSlider(row, `Component ${component + 1}`, share, at[component]);
  });
}

function drawPoint(before) {
  if (!canMove) return;
  const parts = ["model", "map", "point", "picture"];
  if (before && parts.every((part) => before[part] === state[part])) return;
  drawStart();
  drawSliders();
  drawTowards();
  for (const button of byId("decoded").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", Number(button.dataset.model) === state.model);
  }
  const isOnMap = Boolean(placeOfPoint());
  byId("spot").hidden = !isOnMap;
  byId("spot-words").textContent = isOnMap ? `${data.models[state.model].name} decodes ${wordsOfPoint()}` : "";
  if (pointSeen || isOnMap) decodePoint();
}
