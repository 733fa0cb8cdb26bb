// The player: a slider along the line, and for each model the image, the strip and the profile.
const walkSheets = new Map(); // addresses of sheets that were looked at
const PROFILE = 54; // height of a profile, in pixels
const MOST_SHEETS = 40;
let cell = 48; // side of an image in a strip, in pixels
let drawnWalk = null;

function walkSheet(walk) {
  const own = walk.of ?? walk;
  if (!walkSheets.has(own)) {
    if (walkSheets.size >= MOST_SHEETS) {
      const [oldest, old] = walkSheets.entries().next().value;
      URL.revokeObjectURL(old);
      walkSheets.delete(oldest);
    }
    walkSheets.set(own, address(own.sheet));
  }
  return walkSheets.get(own);
}

// A row of the sheet, or one image of it, at a size in pixels.
function fromSheet(walk, row, size, columns, first = 0) {
  if (row.sheet) {
    return [
      `width:${columns * size}px;height:${size}px;background-image:url(${row.sheet})`,
      `background-size:${walk.shown.length * size}px auto`,
      `background-position:${-first * size}px 0`,
    ].join(";");
  }
  const own = walk.of ?? walk;
  if (!own.sheet) return `width:${columns * size}px;height:${size}px`; // not decoded yet
  const line = own.rows.findIndex((one) => one.model === row.model);
  return [
    `width:${columns * size}px;height:${size}px;background-image:url(${walkSheet(walk)})`,
    `background-size:${own.shown.length * size}px auto`,
    `background-position:${-first * size}px ${-line * size}px`,
  ].join(";");
}

// Where along a strip an image of the walk lies, which may be between two that are shown.
const along = (walk, image) => (image / walk.steps) * (walk.shown.length - 1) * cell + cell / 2;

// The style loss of every step, drawn at the gap between its two images; of a walk that the page
// decoded, the dissolve residual of every image, drawn below it.
function profile(walk, row) {
  const losses = row.loss ?? row.style;
  const [values, shift] = losses ? [losses, 0.5] : [row.residual, 0];
  // Of a dissolve nothing but rounding is left, which is no curve.
  const [width, top] = [walk.shown.length * cell, Math.max(...values, losses ? 0 : 0.05) || 1];
  const points = values.map((value, step) => [along(walk, step + shift), PROFILE - 5 - (value / top) * (PROFILE - 12)]);
  const name = data.models[row.model].name;
  const highest = values.indexOf(Math.max(...values));
  const said = losses
    ? `${row.loss ? "Style loss" : "Style loss by conv1_1 and conv2_1"} of the ${walk.steps} steps of ${name}: largest at step ${highest + 1}, ${compact(top)}; first ${compact(values[0])}, last ${compact(values.at(-1))}`
    : `Dissolve residual of the ${values.length} images of ${name}: largest at image ${highest + 1}, ${compact(top)}`;
  const svg = vector("svg", {
    width, height: PROFILE, viewBox: `0 0 ${width} ${PROFILE}`, role: "img", "aria-label": said,
  });
  svg.append(vector("line", { x1: 0, x2: width, y1: PROFILE - 5, y2: PROFILE - 5, stroke: "#d1d5db" }));
  const colour = data.models[row.model].colour;
  svg.append(vector("polyline", {
    points: points.map((point) => point.map((value) => value.toFixed(1)).join(",")).join(" "),
    fill: "none", stroke: colour, "stroke-width": points.length > 30 ? 1.4 : 2, "stroke-linejoin": "round",
  }));
  if (points.length <= 30) for (const [x, y] of points) svg.append(vector("circle", { cx: x, cy: y, r: 2.6, fill: colour }));
  const words = vector("text", { x: width - 2, y: 11, "text-anchor": "end", "font-size": 11, fill: "#5b6470" });
  words.textContent = row.loss ? "style loss" : row.style ? "style loss by conv1_1 and conv2_1" : "ρ";
  svg.append(words, vector("line", { class: "at", y1: 0, y2: PROFILE, stroke: "#8a4b14", "stroke-width": 2, "stroke-dasharray": "3 3" }));
  return svg;
}

function vector(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// How far decoded images are from those of the models, as it was measured when the page was written.
function drawRounding() {
  const measured = data.models.map(({ name }, model) => [name, data.decoders?.[model].rounding]).filter(([, off]) => off);
  byId("rounding").hidden = !measured.length;
  if (!measured.length) return;
  const each = measured.map(([name, { largest, mean }]) => `${name} ${largest} (${mean})`);
  byId("rounding").textContent = `What this page decodes, it decodes with weights and latents in half precision. How far its images are from those of the models in single precision, measured when the page was written, of ${plural(measured[0][1].images, "artwork")} of each model, at most (and in the mean) over pixels and channels, in units of 1/255: ${each.join(", ")}.`;
}

function facts(walk, row) {
  const verdict = data.experiments.find(({ name }) => name === walk.experiment)?.verdicts[row.model];
  const fact = (name, value) => make("p", {}, `${name} `, make("b", {}, value));
  const model = data.models[row.model];
  return make("div", { class: "facts" },
    make("h3", {}, dot(model.colour), model.name),
    fact("ρ", row.rho === null ? "not defined" : String(row.rho)),
    row.loss ? fact("peak style loss", compact(Math.max(...row.loss)))
      : row.style ? fact("peak, conv1_1 and conv2_1", compact(Math.max(...row.style)))
      : fact("largest ρ", String(Number(Math.max(...row.residual).toFixed(3)))),
    row.parts?.every((part) => part !== null) ? partsInWords(row.parts, fact) : null,
    fact("distance", compact(row.l2)),
    verdict ? fact("verdict", verdict) : make("p", {}, row.loss ? "chosen by hand, no verdict" : "decoded by this page"));
}

// What is new on the way, and what is fade and blur, in shares of the squared distance of the ends.
function partsInWords([fade, blur, structure], fact) {
  const short = (value) => String(Number(value.toPrecision(2)));
  const node = fact("structure", short(structure));
  node.append(make("br"), `fade ${short(fade)}, blur ${short(blur)}`);
  return node;
}

function modelRow(walk, row) {
  const name = data.models[row.model].name;
  const now = make("div", { class: "now thumb", role: "img" });
  const strip = make("div", { class: "strip" },
    make("div", { style: fromSheet(walk, row, cell, walk.shown.length) }), profile(walk, row),
    make("span", { class: "mark", style: `width:${cell}px;bottom:${PROFILE + 2}px` }));
  strip.addEventListener("click", (event) => {
    const image = Math.floor((event.clientX - strip.getBoundingClientRect().left) / cell);
    change({ step: Math.max(0, Math.min(walk.shown.length - 1, image)) }, { silent: true });
  });
  const [a, b] = presentEnds();
  const ends = row.a === a && row.b === b ? null : make("p", { class: "own" },
    thumb(row.a, 26), titleOf(row.a), " → ", thumb(row.b, 26), titleOf(row.b));
  const mat = make("div", { class: "mat", tabindex: "0", role: "region", "aria-label": `Strip of ${name}` }, strip);
  return make("article", { class: "row", "data-model": row.model, "aria-label": name }, facts(walk, row), now,
    make("div", { class: "line" }, ends, mat));
}

// As large as the page allows, and large enough to be looked at: a longer strip scrolls.
function cellOf(walk) {
  const width = byId("player").clientWidth;
  const room = width > 940 ? width - 168 - 132 - 2 * 19 - 20 : width - 20;
  return Math.max(width > 940 ? 36 : 44, Math.min(76, Math.floor(room / walk.shown.length)));
}

function drawStrips(before, again = false) {
  const walk = presentWalk();
  byId("player").hidden = !walk;
  if (!walk) {
    drawnWalk = null;
    stop();
    return;
  }
  const otherModel = before && before.model !== state.model;
  if (walk !== drawnWalk || again || otherModel) {
    cell = cellOf(walk);
    byId("strips").replaceChildren(...walk.rows.map((row) => modelRow(walk, row)));
    byId("step").max = walk.shown.length - 1;
    if (walk !== drawnWalk) stop();
    drawnWalk = walk;
    decodeStrips(walk);
  }
  drawStep(walk);
  drawTelling();
  findParts(walk);
}

// Of walks that the page computed: one by one, when all are decoded.
let finding = null;

function findParts(walk) {
  clearTimeout(finding);
  if (walk.experiment !== null || walk.rows.length < walk.models) return;
  const row = walk.rows.find(({ parts }) => parts === undefined);
  if (!row || row.isSought) return;
  finding = setTimeout(async () => {
    if (presentWalk() !== walk) return;
    row.isSought = true;
    row.parts = await bitByBit(partsOfWalk(imagesOf(walk, row), data.decoders[row.model].size));
    if (presentWalk() === walk) drawStrips(state, true);
  }, 30);
}

// Straight walks of the study have no sheets: the page decodes their strips when they are looked at,
// model by model, and keeps those of the last walks.
const decodedWalks = [];
let decoding = null;

function decodeStrips(walk) {
  clearTimeout(decoding);
  const missing = (walk.of ?? walk).sheet ? [] : walk.rows.filter((row) => !row.sheet);
  byId("strips").dataset.left = missing.length;
  if (!missing.length || !isListening) return; // the map comes first
  const row = missing.find(({ model }) => model === state.model) ?? missing[0];
  decoding = setTimeout(() => {
    if (presentWalk() !== walk) return;
    decodeStrip(walk, row);
    drawStrips(state, true);
  });
}

function decodeStrip(walk, row) {
  const whole = walk.of ?? walk;
  const [a, b] = [latentOf(row.model, row.a), latentOf(row.model, row.b)];
  const images = walk.shown.map((image) => decoded(row.model, PATHS.line(a, b, image / walk.steps)));
  const png = bytes(stripAddress(images, data.decoders[row.model].size).split(",")[1]);
  row.sheet = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  if (decodedWalks.at(-1) !== whole) decodedWalks.push(whole);
  if (decodedWalks.length <= MOST_SHEETS) return;
  for (const old of decodedWalks.shift().rows) {
    if (old.sheet) URL.revokeObjectURL(old.sheet);
    delete old.sheet;
  }
}

function drawStep(walk) {
  const step = presentStep();
  const image = walk.shown[step];
  const share = Math.round((100 * image) / walk.steps);
  const said = `image ${image + 1} of ${walk.steps + 1}, ${share} % of the way`;
  byId("step").value = step;
  byId("step").setAttribute("aria-valuetext", said);
  byId("where").textContent = said;
  for (const article of byId("strips").children) {
    const row = rowOf(walk, Number(article.dataset.model));
    const now = article.querySelector(".now");
    now.style.cssText = fromSheet(walk, row, 128, 1, step);
    now.setAttribute("aria-label", `${data.models[row.model].name}, ${said}`);
    article.querySelector(".mark").style.left = `${step * cell}px`;
    const line = article.querySelector(".at");
    for (const end of ["x1", "x2"]) line.setAttribute(end, along(walk, image));
    const mat = article.querySelector(".mat");
    if (mat.scrollWidth > mat.clientWidth) mat.scrollLeft = step * cell - mat.clientWidth / 2 + cell / 2;
  }
}

// ------------------------------------------------------------------ playing

let timer = null;

function stop() {
  clearInterval(timer);
  timer = null;
  byId("play").setAttribute("aria-pressed", "false");
  byId("play").textContent = "Play";
}

function play() {
  if (timer) return stop();
  const walk = presentWalk();
  if (presentStep() === walk.shown.length - 1) change({ step: 0 }, { silent: true });
  byId("play").setAttribute("aria-pressed", "true");
  byId("play").textContent = "Pause";
  timer = setInterval(() => {
    change({ step: presentStep() + 1 }, { silent: true });
    if (presentStep() >= presentWalk().shown.length - 1) stop();
  }, 350);
}

function listenToPlayer() {
  drawRounding();
  byId("step").addEventListener("input", (event) => {
    stop();
    change({ step: Number(event.target.value) }, { silent: true });
  });
  byId("play").addEventListener("click", play);
  new ResizeObserver(() => {
    const walk = presentWalk();
    if (walk && cellOf(walk) !== cell) drawStrips(state, true);
  }).observe(byId("player"));
}
