// A map of dots that is moved and zoomed: what it shows, in one pane or in one for each group, and
// what lies where. Coordinates of dots are in -1 to 1, the same unit along both axes.
const HOME = { x: 0, y: 0, half: 1.08 };
const [NEAREST_VIEW, FARTHEST_VIEW] = [0.002, 4]; // half of what is seen, in the map's unit
const [PANE_GAP, PANE_TITLE] = [6, 22]; // pixels
const CELLS_A_SIDE = 256; // of the index by which dots are found

function scatterPlot(host, drawMore) {
  const layer = () => make("canvas", { class: "layer", "aria-hidden": "true" });
  const below = layer();
  let above = layer();
  let painter = webglPainter(above);
  if (!painter) {
    above = layer(); // one that has a context of another kind gives none
    painter = flatPainter(above);
  }
  host.prepend(below, above);
  const plot = {
    host, below, above, painter, view: { ...HOME }, names: null, look: {}, dots: empty(), index: null, isDense: false,
  };
  let asked = false;
  plot.redraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; drawNow(plot, drawMore); });
  };
  above.addEventListener("webglcontextlost", (event) => event.preventDefault());
  above.addEventListener("webglcontextrestored", () => {
    painter.begin();
    painter.load(plot.dots.places, plot.dots.shades);
    plot.redraw();
  });
  new ResizeObserver(plot.redraw).observe(host);
  return plot;
}

const empty = () => ({ of: new Int32Array(0), places: new Float32Array(0), shades: new Uint8Array(0), ranges: [] });

// Take dots: `of` what each stands for, in the order of drawing, their places (x, y one after another)
// and colours (red, green, blue, alpha), and the [first, number] of each pane where there are several.
function loadDots(plot, dots, names) {
  plot.dots = dots;
  plot.names = names;
  plot.index = null;
  plot.painter.load(dots.places, dots.shades);
}

// The parts of the host that show the map, in its pixels.
function panesOf({ host, names }) {
  const [width, height] = [host.clientWidth, host.clientHeight];
  if (!names) return [{ left: 0, top: 0, width, height, name: null, place: 0 }];
  const columns = Math.ceil(Math.sqrt(names.length));
  const rows = Math.ceil(names.length / columns);
  const [wide, high] = [(width + PANE_GAP) / columns, (height + PANE_GAP) / rows];
  return names.map((name, place) => ({
    left: (place % columns) * wide, top: Math.floor(place / columns) * high + PANE_TITLE,
    width: Math.max(1, wide - PANE_GAP), height: Math.max(1, high - PANE_GAP - PANE_TITLE), name, place,
  }));
}

const scaleIn = (pane, view) => Math.min(pane.width, pane.height) / (2 * view.half);

function toScreen(pane, view, x, y) {
  const scale = scaleIn(pane, view);
  return [pane.left + pane.width / 2 + (x - view.x) * scale, pane.top + pane.height / 2 - (y - view.y) * scale];
}

function fromScreen(pane, view, left, top) {
  const scale = scaleIn(pane, view);
  return [view.x + (left - pane.left - pane.width / 2) / scale, view.y - (top - pane.top - pane.height / 2) / scale];
}

// The pane under a place of the host, or null.
const paneAt = (plot, left, top) => panesOf(plot).find((pane) =>
  left >= pane.left && left < pane.left + pane.width && top >= pane.top && top < pane.top + pane.height) ?? null;

function moveView(plot, view) {
  const half = Math.max(NEAREST_VIEW, Math.min(FARTHEST_VIEW, view.half));
  const within = (value) => Math.max(-2, Math.min(2, value));
  plot.view = { x: within(view.x), y: within(view.y), half };
  plot.redraw();
}

// Zoom so that a place of the map stays where it is on the screen.
function zoomAbout(plot, factor, [x, y]) {
  const half = Math.max(NEAREST_VIEW, Math.min(FARTHEST_VIEW, plot.view.half * factor));
  const share = half / plot.view.half;
  moveView(plot, { x: x + (plot.view.x - x) * share, y: y + (plot.view.y - y) * share, half });
}

function drawNow(plot, drawMore) {
  const { host, above, below, painter, dots, view } = plot;
  const density = Math.min(3, devicePixelRatio || 1);
  const [width, height] = [Math.round(host.clientWidth * density), Math.round(host.clientHeight * density)];
  if (!width || !height || !plot.look.size) return;
  for (const one of [above, below]) if (one.width !== width || one.height !== height) [one.width, one.height] = [width, height];
  const panes = panesOf(plot);
  painter.clear();
  const look = { ...plot.look, size: plot.look.size * density, line: plot.look.line * density, strength: plot.isDense ? 0.12 : 1 };
  for (const pane of panes) {
    const own = Object.fromEntries(["left", "top", "width", "height"].map((side) => [side, Math.round(pane[side] * density)]));
    const seen = { ...view, scale: scaleIn(own, view) };
    if (!plot.names) painter.draw(own, seen, look, [0, dots.of.length], null);
    else {
      painter.draw(own, seen, look, [0, dots.of.length], plot.look.others);
      painter.draw(own, seen, look, dots.ranges[pane.place], null);
    }
  }
  drawDensity(plot, panes, density);
  host.dataset.frames = Number(host.dataset.frames ?? 0) + 1;
  drawMore(panes, view);
}

// ------------------------------------------------------------------ density

const BINS = 72; // along the shorter side of a pane

// How many dots lie where, smoothed, as shades of one colour from none to the most in the pane.
function drawDensity(plot, panes, density) {
  const context = plot.below.getContext("2d");
  context.clearRect(0, 0, plot.below.width, plot.below.height);
  if (!plot.isDense) return;
  for (const pane of panes) {
    const side = Math.min(pane.width, pane.height) / BINS;
    const [columns, rows] = [Math.ceil(pane.width / side), Math.ceil(pane.height / side)];
    const range = plot.names ? plot.dots.ranges[pane.place] : [0, plot.dots.of.length];
    const counts = smoothed(countsIn(plot, pane, side, columns, rows, range), columns, rows);
    const most = counts.reduce((a, b) => Math.max(a, b), 0) || 1;
    const small = make("canvas", { width: columns, height: rows });
    const pixels = new ImageData(columns, rows);
    counts.forEach((value, i) => pixels.data.set([...plot.look.dense, 235 * Math.sqrt(value / most)], 4 * i));
    small.getContext("2d").putImageData(pixels, 0, 0);
    context.save();
    context.beginPath();
    context.rect(pane.left * density, pane.top * density, pane.width * density, pane.height * density);
    context.clip();
    context.drawImage(small, pane.left * density, pane.top * density, columns * side * density, rows * side * density);
    context.restore();
  }
}

function countsIn({ view, dots }, pane, side, columns, rows, [from, number]) {
  const counts = new Float32Array(columns * rows);
  const scale = scaleIn(pane, view) / side;
  const [left, top] = [pane.width / 2 / side - view.x * scale, pane.height / 2 / side + view.y * scale];
  for (let i = from; i < from + number; i++) {
    const column = Math.floor(left + dots.places[2 * i] * scale), row = Math.floor(top - dots.places[2 * i + 1] * scale);
    if (column >= 0 && column < columns && row >= 0 && row < rows) counts[row * columns + column]++;
  }
  return counts;
}

// The mean with neighbours, four times along each axis: nearly a Gaussian of 1.6 bins.
function smoothed(counts, columns, rows) {
  for (let turn = 0; turn < 4; turn++) {
    for (const [step, length, lines, jump] of [[1, columns, rows, columns], [columns, rows, columns, 1]]) {
      for (let line = 0; line < lines; line++) {
        let before = 0;
        for (let i = 0, at = line * jump; i < length; i++, at += step) {
          const own = counts[at];
          counts[at] = (before + own + (i + 1 < length ? counts[at + step] : 0)) / 3;
          before = own;
        }
      }
    }
  }
  return counts;
}

// ------------------------------------------------------------------ what lies where

// Dots by cells of a grid: the places of those of cell c are order[starts[c]] to order[starts[c + 1]].
function indexOf({ places, of }) {
  const cell = (value) => Math.max(0, Math.min(CELLS_A_SIDE - 1, Math.floor(((value + 1) / 2) * CELLS_A_SIDE)));
  const own = new Int32Array(of.length), starts = new Int32Array(CELLS_A_SIDE ** 2 + 1);
  for (let i = 0; i < of.length; i++) {
    own[i] = cell(places[2 * i + 1]) * CELLS_A_SIDE + cell(places[2 * i]);
    starts[own[i] + 1]++;
  }
  for (let i = 0; i < CELLS_A_SIDE ** 2; i++) starts[i + 1] += starts[i];
  const [order, next] = [new Int32Array(of.length), starts.slice()];
  for (let i = 0; i < of.length; i++) order[next[own[i]]++] = i;
  return { cell, starts, order };
}

// What the nearest dot within so many pixels of a place of the host stands for, or null.
function dotAt(plot, left, top, reach) {
  const pane = paneAt(plot, left, top);
  if (!pane) return null;
  plot.index ??= indexOf(plot.dots);
  const { cell, starts, order } = plot.index;
  const [x, y] = fromScreen(pane, plot.view, left, top);
  const far = reach / scaleIn(pane, plot.view);
  const [first, number] = plot.names ? plot.dots.ranges[pane.place] : [0, plot.dots.of.length];
  const { places } = plot.dots;
  let best = null, least = far * far;
  for (let row = cell(y - far); row <= cell(y + far); row++) {
    const line = row * CELLS_A_SIDE;
    for (let k = starts[line + cell(x - far)]; k < starts[line + cell(x + far) + 1]; k++) {
      const i = order[k];
      const distance = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
      // Of dots at one place the one that is drawn last, which is seen.
      if (i < first || i >= first + number || distance > least || (distance === least && i < best)) continue;
      [best, least] = [i, distance];
    }
  }
  return best === null ? null : plot.dots.of[best];
}
