// Pictures that are selected together, by a lasso or a rectangle on the map. A selection has a centre,
// from and to which one may walk.
let selected = null; // { places, is: of each place 1 or 0 }, or null
const TOOLS = { move: "moves it", box: "selects a rectangle", lasso: "selects with a lasso" };
const [MOST_CORNERS, MOST_SHOWN, MOST_AVERAGED] = [60, 16, 3000];
let drawing = null; // what is being surrounded: corners in the map's coordinates, and its pane

// ------------------------------------------------------------------ surrounding

const roundCorner = (value) => Math.round(value * 1e5) / 1e5;

function surround(pane, tool, start, end) {
  const at = ([left, top]) => fromScreen(pane, plot.view, left, top);
  const [[x1, y1], [x2, y2]] = [at(start), at(end)];
  if (tool === "box") drawing = { pane, corners: [[x1, y1], [x2, y1], [x2, y2], [x1, y2]] };
  else if (!drawing) drawing = { pane, corners: [[x1, y1], [x2, y2]] };
  else drawing.corners.push([x2, y2]);
  plot.redraw();
}

function finishArea(isDone) {
  const found = drawing;
  drawing = null;
  plot.redraw();
  if (!isDone || !found) return;
  const { corners, pane } = found;
  const every = Math.max(1, corners.length / MOST_CORNERS);
  const kept = Array.from({ length: Math.min(corners.length, MOST_CORNERS) }, (_, i) => corners[Math.floor(i * every)]);
  const group = pane.name === null ? null : data.classes.findIndex(({ name }) => name === pane.name);
  select(kept.map((corner) => corner.map(roundCorner)), group);
}

// Select what lies inside; a link holds the corners and the map on which they were drawn.
function select(corners, group = null) {
  change({ area: { model: state.model, map: state.map, corners, group } }, { silent: true });
  if (!selected) change({ area: null }, { silent: true });
  tellOnMap(selected ? "" : "No picture lies there.");
  say(selected ? `${plural(selected.places.length, "picture")} selected.` : "No picture lies there.");
}

// Under the map: how many pictures are on it where not all are, and what came of the last selection.
function tellOnMap(words = "") {
  const all = `${dots.length.toLocaleString("en")} of ${count.toLocaleString("en")} pictures pass the legend and the filters.`;
  byId("map-said").textContent = [state.filters.length ? all : "", words].filter(Boolean).join(" ");
}

// What is seen of the map, for those who draw nothing.
function selectSeen() {
  const [pane] = panesOf(plot);
  if (!pane) return;
  const [[x1, y1], [x2, y2]] = [
    fromScreen(pane, plot.view, pane.left, pane.top),
    fromScreen(pane, plot.view, pane.left + pane.width, pane.top + pane.height),
  ];
  select([[x1, y1], [x2, y1], [x2, y2], [x1, y2]].map((corner) => corner.map(roundCorner)));
}

// Whether a place lies inside a polygon: a ray from it crosses an odd number of sides.
function isInside(corners, x, y) {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const xi = corners[i][0], yi = corners[i][1], xj = corners[j][0], yj = corners[j][1];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

// The pictures inside an area that the legend and the filters leave.
function within({ model, map, corners, group }) {
  const { x, y } = data.maps[model][map];
  const passes = filtering();
  const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const is = new Uint8Array(count + GUESTS);
  for (let place = 0; place < count; place++) {
    if (!(x[place] >= left && x[place] <= right && y[place] >= low && y[place] <= high)) continue;
    if (state.hidden.has(artworks.class[place]) || (group !== null && artworks.class[place] !== group)) continue;
    if (isInside(corners, x[place], y[place]) && passes(place)) is[place] = 1;
  }
  return { is, places: Int32Array.from(is.keys()).filter((place) => is[place]) };
}

function areaOver(panes, view, accent) {
  const shown = drawing ?? (state.area?.model === state.model && state.area.map === state.map ? state.area : null);
  if (!shown) return [];
  const isIn = (pane) => (drawing ? pane.place === drawing.pane.place
    : shown.group === null || pane.name === null || pane.name === data.classes[shown.group].name);
  return panes.filter(isIn).map((pane) => inPane(pane, vector("polygon", {
    points: shown.corners.map(([x, y]) => toScreen(pane, view, x, y).map((value) => value.toFixed(1)).join(",")).join(" "),
    fill: accent, "fill-opacity": 0.08, stroke: accent, "stroke-width": 1.5, "stroke-dasharray": "5 4",
  })));
}

// ------------------------------------------------------------------ the panel

function drawSelection(before) {
  const parts = ["area", "hidden", "filters", "model"]; // a filter by clusters is one by the model's
  if (before && parts.every((part) => before[part] === state[part])) return;
  selected = state.area ? within(state.area) : null;
  if (selected && !selected.places.length) selected = null;
  byId("selection").hidden = !selected;
  if (!selected) return;
  const { places } = selected;
  byId("selection-title").textContent = `${plural(places.length, "picture")} selected`;
  byId("selection-of").textContent = `On the ${MAPS[state.area.map][0]} map of ${data.models[state.area.model].name}.`;
  const counts = new Map();
  for (const place of places) counts.set(artworks.class[place], (counts.get(artworks.class[place]) ?? 0) + 1);
  byId("selection-classes").replaceChildren(...[...counts].sort((a, b) => b[1] - a[1]).map(([own, number]) =>
    make("li", {}, dot(data.classes[own].colour), data.classes[own].name, make("small", {}, `${number.toLocaleString("en")}, ${Math.round((100 * number) / places.length)} %`))));
  const every = Math.max(1, places.length / MOST_SHOWN);
  const shown = Array.from({ length: Math.min(MOST_SHOWN, places.length) }, (_, i) => places[Math.floor(i * every)]);
  byId("selection-pictures").replaceChildren(...shown.map((place) => make("li", {}, pictureButton(place, described(place), thumb(place, 48)))));
  byId("selection-note").textContent = shown.length < places.length ? `${shown.length} of them are shown, at even distances by number.` : "";
  for (const id of ["from-centre", "to-centre"]) byId(id).hidden = !canMove;
  const lacks = [
    data.thumbnails.sheets[0].file ? "No mean of their pixels is shown, since the pictures lie beside this page, where a browser may show and not read them." : "",
    canMove ? "" : "No walk to their centre: this page carries no decoders (all together may have 40 MB, and only Stylewalk’s own layers are known).",
  ];
  byId("selection-lacks").textContent = lacks.filter(Boolean).join(" ");
  drawMean(places);
}

let means = 0; // the last one counts
let meanCentre = null; // the centre that waits for its picture

// The mean of the pictures themselves, of some where there are very many.
async function drawMean(places) {
  const turn = ++means;
  const every = Math.max(1, places.length / MOST_AVERAGED);
  const some = Array.from({ length: Math.min(MOST_AVERAGED, places.length) }, (_, i) => places[Math.floor(i * every)]);
  const target = byId("selection-mean");
  target.dataset.of = "";
  meanCentre = null; // a centre of the selection before goes without
  let mean = null;
  try {
    mean = await averageOf(some, () => turn === means);
  } catch {
    // Pictures that lie beside the page may be shown, and not read.
  }
  if (turn !== means) return;
  target.parentElement.hidden = !mean;
  byId("selection-mean-of").textContent = some.length < places.length ? `mean of the pixels of ${plural(some.length, "picture")}` : "mean of their pixels";
  if (!mean) return;
  target.getContext("2d").putImageData(mean, 0, 0);
  target.setAttribute("aria-label", `Mean of ${plural(some.length, "picture")}`);
  target.dataset.of = some.length;
  if (meanCentre !== null && guestAt(meanCentre)) {
    guestAt(meanCentre).address = target.toDataURL("image/png");
    drawAll();
  }
  meanCentre = null;
}

async function averageOf(places, isWanted) {
  const { tile, columns, per_sheet } = data.thumbnails;
  const [sums, target] = [new Float64Array(3 * tile * tile), byId("selection-mean")];
  [target.width, target.height] = [tile, tile];
  if (data.thumbnails.sheets[0].file) throw new Error("pictures beside the page");
  const sheets = new Map();
  for (const place of places) {
    const number = Math.floor(place / per_sheet);
    if (!sheets.has(number)) sheets.set(number, []);
    sheets.get(number).push(place % per_sheet);
  }
  for (const [number, own] of sheets) {
    const picture = new Image();
    picture.src = sheetAddress(number);
    await picture.decode();
    if (!isWanted()) return null;
    const sheet = make("canvas", { width: picture.width, height: picture.height });
    const context = sheet.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, sheet.width, sheet.height);
    for (const rest of own) {
      const from = (Math.floor(rest / columns) * tile * sheet.width + (rest % columns) * tile) * 4;
      for (let row = 0; row < tile; row++) {
        for (let column = 0; column < tile; column++) {
          for (let channel = 0; channel < 3; channel++) sums[3 * (row * tile + column) + channel] += pixels[from + (row * sheet.width + column) * 4 + channel];
        }
      }
    }
  }
  return pixelsOf(sums.map((sum) => sum / places.length), tile);
}

// As stylewalk/csv_cells.py: what a spreadsheet would run as a formula gets an apostrophe.
function csvCell(value) {
  if (typeof value === "number") return String(value);
  const text = /^'*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function saveSelection() {
  const rows = Array.from(selected.places, (place) => [artworks.id[place], artworks.filename[place], className(place)]);
  const text = [["id", "filename", "class"], ...rows].map((row) => row.map(csvCell).join(",")).join("\n");
  downloadAs(new Blob([`${text}\n`], { type: "text/csv" }), `selection-${rows.length}.csv`);
  say(`The ids of ${plural(rows.length, "picture")} are saved as CSV.`);
}

// ------------------------------------------------------------------ centres

// The centre of the selection: in each model the mean of the latents. Of the two slots it takes the one
// that the other end of the walk does not use.
function keepCentre(otherEnd) {
  const { places } = selected;
  const latents = data.models.map((_, model) => {
    if (!canDecode(model)) return null;
    const { width } = data.decoders[model];
    const [all, sum] = [partOf(model, "latents"), new Float64Array(width)];
    for (const place of places) for (let i = 0; i < width; i++) sum[i] += all[place * width + i];
    return Float32Array.from(sum, (value) => value / places.length);
  });
  const picture = byId("selection-mean");
  const address = picture.dataset.of ? picture.toDataURL("image/png") : "";
  const place = otherEnd === FIRST_CENTRE ? FIRST_CENTRE + 1 : FIRST_CENTRE;
  forgetWalksOf(place);
  guests[place - count] = {
    name: `Centre of ${plural(places.length, "picture")}`, about: "mean latent, no artwork; shown: mean of pixels", address, latents,
  };
  putOnMaps(place);
  meanCentre = address ? null : place;
  return place;
}

function walkFromCentre() {
  const from = keepCentre(null);
  wantsEnd = true;
  change({ from, to: null, walk: null, step: 0 });
  drawAll(); // also where it takes the place of another one
  byId("selection-note").textContent = walkInWords();
  say(walkInWords());
}

function walkToCentre() {
  const from = state.from ?? state.picture;
  const to = keepCentre(from);
  wantsEnd = false;
  change({ from, to, walk: null, step: 0 });
  drawAll();
  byId("selection-note").textContent = walkInWords();
  say(`The walk goes to ${described(to)}. ${walkInWords()}`);
}

// ------------------------------------------------------------------ how the map is shown

const VIEWS = { names: "names of groups", dense: "density", apart: "one map for each class" };

function buildSelection() {
  choices("tools", "tool", Object.entries(TOOLS), state.tool, (key) => change({ tool: key }, { silent: true }));
  byId("views").append(...Object.entries(VIEWS).map(([part, words]) => make("label", {},
    make("input", { type: "checkbox", value: part, change: (event) => change({ [part]: event.target.checked }) }), words)));
  byId("select-seen").addEventListener("click", selectSeen);
  byId("save-selection").addEventListener("click", saveSelection);
  byId("from-centre").addEventListener("click", walkFromCentre);
  byId("to-centre").addEventListener("click", walkToCentre);
  byId("unselect").addEventListener("click", () => { change({ area: null }, { silent: true }); canvas.focus(); });
  buildFilters();
}

function drawViews(before) {
  // What a link or the way back brings into use is shown.
  const isUsed = (one) => one.tool !== "move" || one.filters.length > 0 || Object.keys(VIEWS).some((part) => one[part]);
  if (isUsed(state) && !(before && isUsed(before))) byId("more").open = true;
  for (const input of byId("tools").querySelectorAll("input")) input.checked = input.value === state.tool;
  for (const input of byId("views").querySelectorAll("input")) input.checked = state[input.value];
  canvas.classList.toggle("selects", state.tool !== "move");
}
