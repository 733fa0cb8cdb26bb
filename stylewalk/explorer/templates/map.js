// The map: one dot per picture, drawn by plotly.js.
const MAPS = {
  pca: ["PCA", "The first two principal components, a true projection: the walk is the straight line here that it is in the latent space."],
  ica: ["ICA", "The two independent components that are least like a Gaussian. Directions are true, distances are not: each is scaled to the same spread, and only the ends of a walk are marked."],
  sammon: ["Sammon", "Sammon's map keeps all distances as well as a plane can, small ones first. A straight walk would be a winding one here, so that only its ends are marked."],
  tsne: ["t-SNE", "t-SNE tries to keep neighbours together and distorts the rest: the axes have no meaning, sizes and distances of clusters mean little, and a straight walk would be a winding one here, so that only its ends are marked."],
  umap: ["UMAP", "UMAP tries to keep neighbours together and distorts the rest: the axes have no meaning, sizes and distances of clusters mean little, and a straight walk would be a winding one here, so that only its ends are marked."],
};
const canvas = byId("map");
// Without WebGL the same dots are drawn as plain graphics.
let kind = document.createElement("canvas").getContext("webgl") && takeDrawers() ? "scattergl" : "scatter";
const isCoarse = matchMedia("(pointer: coarse)").matches;
const isDark = matchMedia("(prefers-color-scheme: dark)");
// Any order that mixes the classes, so that none covers the others.
const mixed = [...Array(count).keys()].sort((a, b) => ((a * 7919) % 10007) - ((b * 7919) % 10007));

// Give plotly.js what it may not make by evaluation; false where this version of it takes nothing.
function takeDrawers() {
  const trial = make("div");
  try {
    Plotly.newPlot(trial, [{ type: "scattergl", visible: false }]);
    Object.assign(trial._fullData[0]._module.plot.reglPrecompiled, DRAWERS);
    return true;
  } catch {
    return false;
  }
}

// Draw the map; as plain graphics from then on, where WebGL turns out not to draw.
function paint(ends) {
  try {
    Plotly.react(canvas, traces(ends), layout(ends), options);
    if (!canvas.querySelector(".no-webgl")) return;
  } catch (error) {
    if (kind === "scatter") throw error;
  }
  kind = "scatter";
  byId("no-webgl").hidden = false;
  Plotly.purge(canvas); // and what listens to its dots
  Plotly.react(canvas, traces(ends), layout(ends), options);
  if (isListening) listenToDots();
}

let dots = []; // the pictures that are drawn, by place, as plotly.js numbers them

function drawn() {
  const { x } = data.maps[state.model][state.map];
  return mixed.filter((place) => !Number.isNaN(x[place]) && !state.hidden.has(artworks.class[place]));
}

function colourOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function cloud() {
  dots = drawn();
  const { x, y } = data.maps[state.model][state.map];
  // Many dots are small, and so are those of a small screen.
  const room = Math.max(0.6, Math.min(1, canvas.clientWidth / 640));
  const size = room * Math.max(5, Math.min(10, 260 / Math.sqrt(dots.length)));
  return {
    type: kind, mode: "markers", hoverinfo: "none", name: "pictures",
    x: dots.map((place) => x[place]), y: dots.map((place) => y[place]),
    marker: {
      size, opacity: 0.85, color: dots.map((place) => groupOf(place)[0]),
      line: { width: 0.6, color: isDark.matches ? "rgba(0,0,0,.55)" : "rgba(31,35,40,.4)" },
    },
  };
}

// Rings around pictures, where they are on the map.
function rings(places, size, width, colour) {
  const { x, y } = data.maps[state.model][state.map];
  const shown = places.filter((place) => place !== null && !Number.isNaN(x[place]));
  return {
    type: kind, mode: "markers", hoverinfo: "skip",
    x: shown.map((place) => x[place]), y: shown.map((place) => y[place]),
    marker: { symbol: "circle-open", size, color: colour, line: { width, color: colour } },
  };
}

function neighbourRings() {
  const near = state.picture === null ? [] : nearest(state.picture).map(([place]) => place);
  return rings(near, 13, 1.5, colourOf("--ink"));
}

// The straight line between the ends, and where on it the present image lies.
function walkLine([a, b]) {
  const { x, y } = data.maps[state.model][state.map];
  const line = { type: kind, hoverinfo: "skip", mode: "lines+markers", x: [], y: [] };
  const ink = colourOf("--accent");
  line.line = { color: ink, width: 2.5 };
  line.marker = { color: ink, symbol: ["circle", "diamond", "circle"], size: [7, 13, 7] };
  if (state.map !== "pca" || a === null || b === null || Number.isNaN(x[a] + x[b])) return line;
  const share = shareOfWay();
  line.x = [x[a], x[a] + share * (x[b] - x[a]), x[b]];
  line.y = [y[a], y[a] + share * (y[b] - y[a]), y[b]];
  return line;
}

function endLabels([a, b]) {
  const { x, y } = data.maps[state.model][state.map];
  const look = { bgcolor: colourOf("--accent"), font: { color: colourOf("--paper"), size: 13 } };
  const label = (place, text, away) => ({
    ...look, x: x[place], y: y[place], text, showarrow: true, arrowhead: 0, arrowwidth: 1.5,
    arrowcolor: colourOf("--accent"), ax: 0, ay: away, borderpad: 3,
  });
  // One above its picture and one below, since the ends may lie close to each other.
  return [[a, "from", -26], [b, "to", 26]]
    .filter(([place]) => place !== null && !Number.isNaN(x[place]))
    .map((end) => label(...end));
}

function layout(ends) {
  const axis = {
    visible: false, showgrid: false, zeroline: false, fixedrange: isCoarse, range: [-1.08, 1.08],
  };
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    showlegend: false, dragmode: isCoarse ? false : "pan", hovermode: "closest", hoverdistance: 12,
    uirevision: `${state.model} ${state.map}`, annotations: endLabels(ends),
    xaxis: axis, yaxis: { ...axis, scaleanchor: "x" },
  };
}

function traces(ends) {
  const chosen = rings([state.picture], 19, 3.5, colourOf("--accent"));
  return [cloud(), neighbourRings(), walkLine(ends), chosen, pointTrace()];
}

const options = { displayModeBar: false, responsive: true, scrollZoom: !isCoarse, doubleClick: "reset" };

function drawMap(before) {
  const parts = ["model", "map", "colour", "hidden", "picture", "walk", "from", "to", "step", "point"];
  if (before && !isListening) return; // main.js draws it in a moment, as the state is then
  const changed = parts.filter((part) => !before || before[part] !== state[part]);
  const ends = presentEnds();
  if (before && !changed.length) return;
  if (before && changed.every((part) => part === "step" || part === "point")) {
    if (state.map !== "pca") return;
    if (changed.includes("point")) movePointSoon();
    if (!changed.includes("step")) return;
    const { x, y } = walkLine(ends);
    Plotly.restyle(canvas, { x: [x], y: [y] }, [2]);
    return;
  }
  paint(ends);
  const share = `They hold ${Math.round(100 * data.shares[state.model])} % of the variance of ${data.models[state.model].name}.`;
  const press = canMove && pointAxes() ? " Press between the dots, or press Shift and an arrow key: the model decodes the point there, on the plane of both components through the mean." : "";
  byId("map-note").textContent = MAPS[state.map][1] + (state.map === "pca" ? ` ${share}${press}` : "");
}

// ------------------------------------------------------------------ pointer and keys

// Zoom about the middle of what is seen.
function zoom(factor) {
  const changes = {};
  for (const name of ["xaxis", "yaxis"]) {
    const [low, high] = canvas._fullLayout[name].range;
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor];
    changes[`${name}.range`] = [middle - half, middle + half];
  }
  Plotly.relayout(canvas, changes);
}

function wholeMap() {
  Plotly.relayout(canvas, { "xaxis.range": [-1.08, 1.08], "yaxis.range": [-1.08, 1.08] });
}

// The screen's place of a picture.
function onScreen(place) {
  const { x, y } = data.maps[state.model][state.map];
  const { xaxis, yaxis } = canvas._fullLayout;
  const box = canvas.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.l2p(x[place]), box.top + yaxis._offset + yaxis.l2p(y[place])];
}

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
let cursor = null; // the picture at which the keys are

// The nearest picture within 45 degrees of a direction.
function towards(place, [right, up]) {
  const { x, y } = data.maps[state.model][state.map];
  let [best, least] = [null, Infinity];
  for (const other of dots) {
    const [dx, dy] = [x[other] - x[place], y[other] - y[place]];
    const along = dx * right + dy * up;
    const aside = Math.abs(dx * up - dy * right);
    if (along <= 0 || aside > along) continue;
    const far = Math.hypot(along, 2 * aside);
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

function goTo(place) {
  cursor = place;
  const [left, top] = onScreen(place);
  const box = canvas.getBoundingClientRect();
  byId("cursor").style.left = `${left - box.left}px`;
  byId("cursor").style.top = `${top - box.top}px`;
  byId("cursor").hidden = false;
  showTip(place, left, top);
  say(described(place));
}

function leave() {
  cursor = null;
  byId("cursor").hidden = true;
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

let isListening = false;

function listenToDots() {
  const picked = (event) => event.points.find((point) => point.curveNumber === 0);
  canvas.on("plotly_hover", (event) => {
    const point = picked(event);
    if (point && event.event) showTip(dots[point.pointNumber], event.event.clientX, event.event.clientY);
  });
  canvas.on("plotly_unhover", hideTip);
  canvas.on("plotly_click", (event) => {
    if (!picked(event)) return;
    pressedDot++;
    choose(dots[picked(event).pointNumber]);
  });
  canvas.on("plotly_relayout", leave);
}

function listenToMap() {
  listenToDots();
  isListening = true;
  canvas.addEventListener("keydown", pressed);
  canvas.addEventListener("blur", leave);
  // The wheel scrolls the page, and zooms once the map was pressed.
  canvas.addEventListener("pointerdown", () => canvas.focus({ preventScroll: true }));
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) event.stopPropagation();
  }, { capture: true });
  byId("nearer").addEventListener("click", () => zoom(0.7));
  byId("farther").addEventListener("click", () => zoom(1 / 0.7));
  byId("whole").addEventListener("click", wholeMap);
  isDark.addEventListener("change", () => drawMap(null));
  byId("no-webgl").hidden = kind === "scattergl";
}
