// The map: one dot per picture, and over the dots what is chosen. See scatter.js.
const MAPS = {
  pca: ["PCA", "The first two principal components, a true projection: a straight walk is a straight line here, too. Of the study’s walks on other paths only the ends are marked."],
  ica: ["ICA", "The two independent components that are least like a Gaussian. Directions are true, distances are not: each is scaled to the same spread, and only the ends of a walk are marked."],
  sammon: ["Sammon", "Sammon's map keeps all distances as well as a plane can, small ones first. A straight walk would be a winding one here, so that only its ends are marked."],
  tsne: ["t-SNE", "t-SNE tries to keep neighbours together and distorts the rest: the axes have no meaning, sizes and distances of clusters mean little, and a straight walk would be a winding one here, so that only its ends are marked."],
  umap: ["UMAP", "UMAP tries to keep neighbours together and distorts the rest: the axes have no meaning, sizes and distances of clusters mean little, and a straight walk would be a winding one here, so that only its ends are marked."],
};
const canvas = byId("map");
const isCoarse = matchMedia("(pointer: coarse)").matches;
const isDark = matchMedia("(prefers-color-scheme: dark)");
const overlay = vector("svg", { class: "layer", "aria-hidden": "true" });
const plot = scatterPlot(canvas, drawOverlay);
canvas.append(overlay);
const REACH = isCoarse ? 18 : 12; // pixels

// Places of pictures in an order that mixes the classes, so that none covers the others.
const mixed = (() => {
  let step = Math.max(1, Math.round(count * 0.618));
  const divisor = (a, b) => (b ? divisor(b, a % b) : a);
  while (count > 1 && divisor(step, count) > 1) step++;
  return Int32Array.from({ length: count }, (_, i) => (i * step) % count);
})();
let dots = new Int32Array(0); // the pictures that are drawn

const isOnMap = (place) => place !== null && !Number.isNaN(data.maps[state.model][state.map].x[place]);

function drawn() {
  const { x } = data.maps[state.model][state.map];
  const passes = filtering();
  return mixed.filter((place) => !Number.isNaN(x[place]) && !state.hidden.has(artworks.class[place]) && passes(place));
}

function colourOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const partsOf = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

// Bring the dots to the state: which are shown, where, in which colours; those that are selected stand
// out. With a pane for each class they lie class by class.
function load() {
  dots = drawn();
  const { x, y } = data.maps[state.model][state.map];
  const { codes, palette } = grouping();
  const shades = palette.map(([colour]) => partsOf(colour));
  const panes = state.apart ? classesShown() : null;
  const ranges = panes ? sortByPane(panes) : [];
  const made = { of: dots, places: new Float32Array(2 * dots.length), shades: new Uint8Array(4 * dots.length), ranges };
  // Plain loops: there may be a million.
  for (let i = 0; i < dots.length; i++) {
    const place = dots[i], shade = shades[codes[place]];
    made.places[2 * i] = x[place];
    made.places[2 * i + 1] = y[place];
    for (let part = 0; part < 3; part++) made.shades[4 * i + part] = shade[part];
    made.shades[4 * i + 3] = selected && !selected.is[place] ? 40 : 217;
  }
  loadDots(plot, made, panes?.map(({ name }) => name) ?? null);
  regions = state.names ? regionsOf(made, codes, palette) : [];
}

// Bring the dots into the order of the panes, and give [first, number] of each.
function sortByPane(panes) {
  const parts = panes.map(({ place }) => dots.filter((one) => artworks.class[one] === place));
  let from = 0;
  const ranges = parts.map((part) => {
    dots.set(part, from);
    from += part.length;
    return [from - part.length, part.length];
  });
  return ranges;
}

const classesShown = () => data.classes.map(({ name }, place) => ({ name, place })).filter(({ place }) => !state.hidden.has(place));

function setLook() {
  // Many dots are small, and so are those of a small screen.
  const room = Math.max(0.6, Math.min(1, canvas.clientWidth / 640)) * (state.apart ? 0.7 : 1);
  const number = Math.max(1, dots.length);
  const size = number > 2700 ? Math.max(2, 5 * (2700 / number) ** 0.25) : Math.min(10, 260 / Math.sqrt(number));
  const rim = isDark.matches ? [0, 0, 0, 0.55] : [0.12, 0.14, 0.16, 0.4];
  plot.look = {
    size: room * size, line: number > 20_000 ? 0 : 0.8, rim, others: [0.6, 0.6, 0.6, 0.18], dense: partsOf(colourOf("--soft")),
  };
  plot.isDense = state.dense;
}

function drawMap(before) {
  const parts = ["model", "map", "colour", "hidden", "filters", "area", "names", "dense", "apart"];
  if (before && !isListening) return; // main.js draws it in a moment, as the state is then
  if (!before || parts.some((part) => before[part] !== state[part])) {
    load();
    setLook();
    if (before && (before.model !== state.model || before.map !== state.map)) wholeMap();
    const share = `They hold ${Math.round(100 * data.shares[state.model])} % of the variance of ${data.models[state.model].name}.`;
    const press = canMove && pointAxes() ? " Press between the dots, or press Shift and an arrow key: the model decodes the point there, on the plane of both components through the mean." : "";
    tellOnMap();
    const dense = state.dense ? " Shades say how many pictures lie where, smoothed over some 2 % of the map’s width, each map up to its own most (square root): do not compare shades between maps or zooms." : "";
    const apart = state.apart ? " Grey dots are of the other classes." : "";
    byId("map-note").textContent = MAPS[state.map][1] + (state.map === "pca" ? ` ${share}${press}` : "") + dense + apart;
  }
  plot.redraw();
}

// ------------------------------------------------------------------ over the dots

function drawOverlay(panes, view) {
  const { x, y } = data.maps[state.model][state.map];
  const [accent, ink, paper] = ["--accent", "--ink", "--paper"].map(colourOf);
  canvas.classList.toggle("zoomed", view.half < HOME.half);
  overlay.setAttribute("viewBox", `0 0 ${canvas.clientWidth} ${canvas.clientHeight}`);
  const parts = [];
  const near = state.picture === null ? [] : nearest(state.picture);
  for (const pane of panes) {
    const at = (place) => toScreen(pane, view, x[place], y[place]);
    const ring = (place, radius, width, stroke) => {
      if (!isOnMap(place)) return;
      const [cx, cy] = at(place);
      parts.push(inPane(pane, vector("circle", { cx, cy, r: radius, fill: "none", stroke, "stroke-width": width })));
    };
    if (pane.name) parts.push(paneFrame(pane, ink));
    if (state.names) parts.push(...labelsIn(pane, view, ink, paper));
    for (const [place] of near) ring(place, 6.5, 1.5, ink);
    parts.push(...walkOver(pane, at, (point) => toScreen(pane, view, ...point), accent, paper));
    ring(state.picture, 9.5, 3.5, accent);
    const point = placeOfPoint();
    if (point) parts.push(inPane(pane, crossAt(toScreen(pane, view, ...point), accent, paper)));
  }
  parts.push(...areaOver(panes, view, accent));
  overlay.replaceChildren(...parts);
  placeCursor();
}

// Marks of a pane end at its edge, as its dots do.
function inPane(pane, node) {
  const clip = vector("svg", { x: pane.left, y: pane.top, width: pane.width, height: pane.height, viewBox: `${pane.left} ${pane.top} ${pane.width} ${pane.height}` });
  clip.append(node);
  return clip;
}

function paneFrame(pane, ink) {
  const group = vector("g", {});
  const head = { ...pane, top: pane.top - PANE_TITLE, height: PANE_TITLE };
  const name = vector("text", { x: pane.left + 6, y: pane.top - 7, fill: ink, "font-size": 13, "font-weight": 600 });
  name.textContent = pane.name;
  group.append(inPane(head, name), vector("rect", { x: pane.left, y: pane.top, width: pane.width, height: pane.height, fill: "none", stroke: ink, "stroke-opacity": 0.25 }));
  return group;
}

const BENDS = 20; // pieces of a curved path

// Where the walk goes on the map of components: its ends, and of a great circle what lies between. Of walks
// on other paths the page has no latents: null.
function courseOf(a, b) {
  const walk = presentWalk();
  const path = walk ? pathOf(walk) : presentPath();
  if (path === "line") return [a, b];
  if (path !== "slerp" || !hasLatents(state.model, a, b) || !directionsOf(state.model).map) return null;
  const [start, end] = [latentOf(state.model, a), latentOf(state.model, b)];
  const points = Array.from({ length: BENDS - 1 }, (_, i) => mapPlace(state.model, PATHS.slerp(start, end, (i + 1) / BENDS)));
  return [a, ...points, b];
}

// Where a latent lies on the map of components.
function mapPlace(model, latent) {
  const { map, mean, axes, deviations } = partOf(model, "directions");
  const off = latent.map((value, i) => value - mean[i]);
  return map.map(([middle, step], axis) => middle + (step * product(axes, axis * off.length, off, 0, off.length)) / deviations[axis]);
}

// The way of the walk, where on it the present image lies, and which end is which.
function walkOver(pane, at, onPane, accent, paper) {
  const [a, b] = presentEnds();
  const found = [];
  const course = state.map === "pca" && isOnMap(a) && isOnMap(b) ? courseOf(a, b) : null;
  if (course) {
    const points = course.map((point) => (typeof point === "number" ? at(point) : onPane(point)));
    const place = shareOfWay() * (points.length - 1);
    const [low, rest] = [Math.floor(place), place % 1];
    const [here, next] = [points[low], points[Math.min(low + 1, points.length - 1)]];
    const [cx, cy] = here.map((value, axis) => value + rest * (next[axis] - value));
    found.push(vector("polyline", { points: points.map((point) => point.map((value) => value.toFixed(1)).join(",")).join(" "), fill: "none", stroke: accent, "stroke-width": 2.5 }));
    for (const [left, top] of [points[0], points.at(-1)]) found.push(vector("circle", { cx: left, cy: top, r: 3.5, fill: accent }));
    found.push(vector("path", { class: "now-here", d: `M${cx - 7} ${cy}L${cx} ${cy - 7}L${cx + 7} ${cy}L${cx} ${cy + 7}Z`, fill: accent }));
  }
  // One above its picture and one below, since the ends may lie close to each other.
  for (const [place, words, away] of [[a, "from", -26], [b, "to", 26]]) if (isOnMap(place)) found.push(endLabel(pane, at(place), words, away, accent, paper));
  return found.map((node) => inPane(pane, node));
}

function endLabel(pane, [left, top], words, away, accent, paper) {
  const group = vector("g", {});
  const wide = words === "to" ? 26 : 42;
  const middle = Math.max(pane.top + 13, Math.min(pane.top + pane.height - 13, top + away));
  const centre = Math.max(pane.left + wide / 2 + 2, Math.min(pane.left + pane.width - wide / 2 - 2, left));
  const text = vector("text", { x: centre, y: middle + 4.5, fill: paper, "font-size": 13, "text-anchor": "middle" });
  text.textContent = words;
  group.append(
    vector("line", { x1: left, y1: top, x2: centre, y2: middle, stroke: accent, "stroke-width": 1.5 }),
    vector("rect", { x: centre - wide / 2, y: middle - 11, width: wide, height: 22, fill: accent }), text);
  return group;
}

function crossAt([left, top], accent, paper) {
  const d = `M${left - 6} ${top - 6}L${left + 6} ${top + 6}M${left - 6} ${top + 6}L${left + 6} ${top - 6}`;
  const group = vector("g", { class: "cross", "data-at": `${left} ${top}` });
  for (const [stroke, width] of [[paper, 7], [accent, 4]]) group.append(vector("path", { d, stroke, "stroke-width": width, "stroke-linecap": "round" }));
  return group;
}

// ------------------------------------------------------------------ names of regions

let regions = []; // of each group: its name, how many dots it has, where they lie densest

// Where a group's dots lie densest, on a grid of 20 x 20, and there their mean.
function regionsOf({ of, places }, codes, palette) {
  const SIDE = 20;
  const cell = (value) => Math.max(0, Math.min(SIDE - 1, Math.floor(((value + 1) / 2) * SIDE)));
  const sums = new Map();
  for (let i = 0; i < of.length; i++) {
    const code = codes[of[i]];
    if (!sums.has(code)) sums.set(code, Array.from({ length: SIDE * SIDE }, () => [0, 0, 0]));
    const sum = sums.get(code)[cell(places[2 * i + 1]) * SIDE + cell(places[2 * i])];
    sum[0]++;
    sum[1] += places[2 * i];
    sum[2] += places[2 * i + 1];
  }
  return [...sums].map(([code, cells]) => {
    const [most, x, y] = cells.reduce((best, one) => (one[0] > best[0] ? one : best));
    return { name: palette[code][1], code, number: cells.reduce((sum, [own]) => sum + own, 0), x: x / most, y: y / most };
  }).sort((one, other) => other.number - one.number);
}

// Names keep apart: the larger group first, each as near to its place as there is room, or not at all.
function labelsIn(pane, view, ink, paper) {
  const taken = [];
  const found = [];
  for (const { name, x, y } of regions) {
    if (pane.name && state.colour === "class" && name !== pane.name) continue;
    const [left, top] = toScreen(pane, view, x, y);
    if (left < pane.left || left > pane.left + pane.width || top < pane.top || top > pane.top + pane.height) continue;
    const wide = Math.min(pane.width - 8, 9.4 * name.length + 8);
    const centre = Math.max(pane.left + wide / 2 + 4, Math.min(pane.left + pane.width - wide / 2 - 4, left));
    const free = [0, -1, 1, -2, 2, -3, 3, -4, 4].map((line) => top + 20 * line).find((middle) =>
      middle > pane.top + 10 && middle < pane.top + pane.height - 10
      && taken.every(([far, high, broad]) => Math.abs(high - middle) > 18 || Math.abs(far - centre) > (broad + wide) / 2));
    if (free === undefined) continue;
    taken.push([centre, free, wide]);
    const text = vector("text", {
      class: "region", x: centre, y: free + 5, fill: ink, stroke: paper, "stroke-width": 4, "paint-order": "stroke",
      "stroke-linejoin": "round", "font-size": 15, "font-weight": 600, "text-anchor": "middle",
    });
    text.textContent = name;
    found.push(text);
  }
  return found;
}

// ------------------------------------------------------------------ pointer and keys

// Zoom about the picture at which the keys are, else about the middle of what is seen.
function zoom(factor) {
  const { x, y } = data.maps[state.model][state.map];
  zoomAbout(plot, factor, cursor === null ? [plot.view.x, plot.view.y] : [x[cursor], y[cursor]]);
}

const wholeMap = () => moveView(plot, HOME);

// The place of a picture in the map's part of the page; with a pane for each class, in that of its own.
function onScreen(place) {
  const { x, y } = data.maps[state.model][state.map];
  const panes = panesOf(plot);
  const own = panes.find(({ name }) => name === className(place)) ?? panes[0];
  return toScreen(own, plot.view, x[place], y[place]);
}

// For scripts: where on the screen each picture's dot is.
canvas.dots = () => Array.from(dots, (place) => {
  const [[left, top], box] = [onScreen(place), canvas.getBoundingClientRect()];
  return [idOf(place), box.left + left, box.top + top];
});

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
let cursor = null; // the picture at which the keys are

// The nearest picture within 45 degrees of a direction.
function towards(place, [right, up]) {
  const { x, y } = data.maps[state.model][state.map];
  let [best, least] = [null, Infinity];
  for (const other of dots) {
    const dx = x[other] - x[place], dy = y[other] - y[place];
    const along = dx * right + dy * up;
    const aside = Math.abs(dx * up - dy * right);
    if (along <= 0 || aside > along) continue;
    const far = Math.hypot(along, 2 * aside);
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

function placeCursor() {
  byId("cursor").hidden = cursor === null;
  if (cursor === null) return;
  const [left, top] = onScreen(cursor);
  [byId("cursor").style.left, byId("cursor").style.top] = [`${left}px`, `${top}px`];
}

function goTo(place) {
  cursor = place;
  bringIntoView(place);
  placeCursor();
  const [[left, top], box] = [onScreen(place), canvas.getBoundingClientRect()];
  showTip(place, box.left + left, box.top + top);
  say(described(place));
}

// Move a map that shows a part of itself, so that the keys never leave what is seen.
function bringIntoView(place) {
  const { x, y } = data.maps[state.model][state.map];
  const panes = panesOf(plot);
  const { left, top, width, height } = panes.find(({ name }) => name === className(place)) ?? panes[0];
  const [across, down] = onScreen(place);
  if (across >= left && across <= left + width && down >= top && down <= top + height) return;
  moveView(plot, { ...plot.view, x: x[place], y: y[place] });
}

function leave() {
  cursor = null;
  placeCursor();
  hideTip();
}

function pressed(event) {
  if (event.target !== canvas || event.ctrlKey || event.altKey || event.metaKey) return;
  const start = cursor ?? (dots.includes(state.picture) ? state.picture : dots[0]);
  if (event.key in DIRECTIONS && event.shiftKey && canMove) {
    nudgePoint(DIRECTIONS[event.key]);
  } else if (event.key in DIRECTIONS && start !== undefined) {
    goTo(towards(start, DIRECTIONS[event.key]) ?? start);
  } else if (event.key === "Enter" && start !== undefined) {
    choose(start);
  } else if (event.key === "+" || event.key === "-") {
    zoom(event.key === "+" ? 0.7 : 1 / 0.7);
  } else if (event.key === "Escape") {
    leave();
  } else {
    return;
  }
  event.preventDefault();
}

const inMap = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};

function hovered(event) {
  if (event.pointerType === "touch" || event.buttons) return;
  const place = dotAt(plot, ...inMap(event), REACH);
  canvas.classList.toggle("on-dot", place !== null);
  if (place === null) hideTip();
  else showTip(place, event.clientX, event.clientY);
}

// A press on a dot chooses its picture; beside dots, it puts the point there.
function pressedAt(event) {
  const place = dotAt(plot, ...inMap(event), REACH);
  if (place !== null) return choose(place);
  const pane = paneAt(plot, ...inMap(event));
  if (!pane || !canMove || !pointAxes()) return;
  hideTip();
  putPoint(...fromScreen(pane, plot.view, ...inMap(event)));
}

// A drag moves the map, or surrounds what is selected; on a touch screen it scrolls the page, unless a
// tool for selecting is taken.
function grabbed(down) {
  if (down.button !== 0 || !down.isPrimary) return; // a second finger does nothing of its own
  canvas.focus({ preventScroll: true }); // the wheel scrolls the page, and zooms once the map was pressed
  const pane = paneAt(plot, ...inMap(down));
  const [start, view] = [inMap(down), plot.view];
  const tool = state.tool === "move" && down.shiftKey ? "box" : state.tool;
  const isTouch = down.pointerType === "touch";
  let isDrag = false;
  const moved = (event) => {
    if (event.pointerId !== down.pointerId) return;
    if (!event.buttons && event.pointerType === "mouse") return released(event); // let go elsewhere
    const [left, top] = inMap(event);
    isDrag ||= Math.hypot(left - start[0], top - start[1]) >= 5;
    if (!isDrag || !pane) return;
    hideTip();
    if (tool !== "move") return surround(pane, tool, start, [left, top]);
    if (isTouch && plot.view.half >= HOME.half) return; // it scrolls the page
    leave();
    const scale = scaleIn(pane, view);
    moveView(plot, { ...view, x: view.x - (left - start[0]) / scale, y: view.y + (top - start[1]) / scale });
  };
  const released = (event) => {
    if (event.pointerId !== down.pointerId) return;
    for (const [name, act] of [["pointermove", moved], ["pointerup", released], ["pointercancel", released]]) removeEventListener(name, act);
    if (isDrag && tool !== "move") finishArea(event.type === "pointerup");
    else if (!isDrag && event.type === "pointerup") pressedAt(down);
  };
  for (const [name, act] of [["pointermove", moved], ["pointerup", released], ["pointercancel", released]]) addEventListener(name, act);
}

function wheeled(event) {
  if (!event.ctrlKey && document.activeElement !== canvas) return;
  event.preventDefault();
  const pane = paneAt(plot, ...inMap(event));
  if (!pane) return;
  leave();
  const far = event.deltaY * (event.deltaMode === 1 ? 30 : 1);
  zoomAbout(plot, Math.exp(Math.max(-200, Math.min(200, far)) / 400), fromScreen(pane, plot.view, ...inMap(event)));
}

let isListening = false;

function listenToMap() {
  isListening = true;
  canvas.addEventListener("keydown", pressed);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("pointerdown", grabbed);
  canvas.addEventListener("pointermove", hovered);
  canvas.addEventListener("pointerleave", () => { if (cursor === null) hideTip(); });
  canvas.addEventListener("dblclick", wholeMap);
  canvas.addEventListener("wheel", wheeled, { passive: false });
  byId("nearer").addEventListener("click", () => zoom(0.7));
  byId("farther").addEventListener("click", () => zoom(1 / 0.7));
  byId("whole").addEventListener("click", wholeMap);
  isDark.addEventListener("change", () => drawMap(null));
  new ResizeObserver(() => { setLook(); plot.redraw(); }).observe(canvas);
  addEventListener("resize", plot.redraw); // another screen, or the browser's zoom
  canvas.dataset.drawnBy = plot.painter.kind;
  byId("no-webgl").hidden = plot.painter.kind === "webgl";
}
