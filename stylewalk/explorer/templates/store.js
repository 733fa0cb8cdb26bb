// The data of the page, and what of it is shown: the state, which the address holds as a link.
const data = JSON.parse(document.getElementById("data").textContent);
const KINDS = { B: Uint8Array, b: Int8Array, H: Uint16Array, i: Int32Array, f: Float32Array, h: Float32Array, q: Float32Array };

function bytes(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text); // younger browsers, and much faster
  const raw = atob(text);
  const found = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
  return found;
}

function unpack(value) {
  const [kind, text] = Object.entries(value)[0];
  const buffer = bytes(text).buffer;
  if (kind === "h") return halves(new Uint16Array(buffer));
  // A share of 1 in 32,000 parts; the least number stands for none.
  if (kind === "q") return Float32Array.from(new Int16Array(buffer), (value) => (value === -32768 ? NaN : value / 32000));
  return new KINDS[kind](buffer);
}

// Numbers in half precision: a sign, five digits of an exponent, ten of a fraction. There are 65,536.
let halfValues = null;

function halves(values) {
  halfValues ??= Float32Array.from({ length: 65536 }, (_, bits) => {
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size = exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024);
    return bits >> 15 ? -size : size;
  });
  const found = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) found[i] = halfValues[values[i]];
  return found;
}

function unpackAll(node) {
  for (const [name, value] of Object.entries(node)) {
    if (!value || typeof value !== "object") continue;
    const keys = Object.keys(value);
    if (keys.length === 1 && keys[0] in KINDS && typeof value[keys[0]] === "string") {
      node[name] = unpack(value);
    } else if (!Array.isArray(value) || typeof value[0] === "object") {
      unpackAll(value);
    }
  }
}

for (const part of ["artworks", "maps", "clusters", "neighbours"]) unpackAll(data[part]);
// Networks are large, and unpacked when they are first needed.
const ready = new Set();

function partOf(model, part) {
  const one = data.decoders[model];
  const name = `${model} ${part}`;
  if (!ready.has(name)) {
    const box = { part: one[part] };
    unpackAll(box);
    one[part] = box.part;
    ready.add(name);
  }
  return one[part];
}
const artworks = data.artworks;
const count = artworks.id.length;
// Behind the places of the study's pictures those of guests: a picture that a person brings (own.js),
// and the centres of two selections (select.js).
const [OWN, FIRST_CENTRE, GUESTS] = [count, count + 1, 3];
const GUEST_IDS = ["own", "centre-1", "centre-2"];
const guests = new Array(GUESTS).fill(null); // of each its name, what it is, its address, its latent in each model
const guestAt = (place) => guests[place - count];
for (const maps of data.maps) for (const map of Object.values(maps)) [map.x, map.y] = [withGuests(map.x), withGuests(map.y)];

function withGuests(values) {
  const found = new Float32Array(values.length + GUESTS).fill(NaN);
  found.set(values);
  return found;
}

// The place of a picture by its id; ids ascend.
function placeOf(id) {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (artworks.id[middle] < id) low = middle + 1;
    else high = middle;
  }
  return artworks.id[low] === id ? low : null;
}

const walkKey = (walk) => [walk.experiment, walk.a, walk.b, walk.pair].join("/");
const walkOf = new Map(data.walks.map((walk) => [walkKey(walk), walk]));

// ------------------------------------------------------------------ the state

const firstMap = Object.keys(data.maps[0]).at(-1);
const beginning = () => ({
  model: 0, // place in data.models
  map: firstMap,
  colour: "class",
  hidden: new Set(), // places of classes
  filters: [], // [column, text] of each
  area: null, // what was surrounded: { model, map, corners, group, the class whose map it was, or null }
  tool: "move", // what a drag on the map does
  names: false, // of regions
  dense: false, // whether shades say how many dots lie where
  apart: false, // whether each class has a map of its own
  picture: data.walks.length ? data.walks[0].rows[0].a : 0,
  walk: data.walks.length ? data.walks[0] : null, // of the list; null for an own pair
  from: null, // the ends of an own pair
  to: null,
  path: "line", // of an own pair that the page walks by itself
  step: 0, // place in the images that are shown
  // { start, a picture or null for the mean; at and towards, standard deviations along components
  // and attribute vectors }
  point: null,
  corners: null, // three pictures that span a plane, where they are chosen
});
let state = beginning();
const watchers = [];

// Change the state, draw what depends on it, and keep it in the address. A step along the line
// is no place to go back to.
function change(changes, { silent = false } = {}) {
  const before = state;
  state = { ...state, ...changes };
  const link = "#" + linkOf(state);
  if (link !== location.hash) {
    try {
      history[silent ? "replaceState" : "pushState"](null, "", link);
    } catch {
      // Some browsers refuse so many changes at once, or in a frame: the view goes on without.
    }
  }
  for (const watch of watchers) watch(before);
}

function restore() {
  const before = state;
  state = stateOf(location.hash);
  wantsEnd = isHalf();
  for (const watch of watchers) watch(before);
}

// Whether a walk has its first end alone.
const isHalf = () => state.from !== null && state.to === null;

const idOf = (place) => (place >= count ? GUEST_IDS[place - count] : artworks.id[place]);

// Guests are gone with the page.
function placeIn(text) {
  const guest = GUEST_IDS.indexOf(text);
  if (guest >= 0) return guests[guest] ? count + guest : null;
  return placeOf(Number(text || NaN));
}

const cornersIn = (text) => text.split(";").map((corner) => corner.split(",").map(Number));

function linkOf(shown) {
  const link = new URLSearchParams();
  link.set("model", data.models[shown.model].name);
  link.set("map", shown.map);
  link.set("colour", shown.colour);
  for (const place of [...shown.hidden].sort((a, b) => a - b)) {
    link.append("without", data.classes[place].name);
  }
  for (const filter of shown.filters) link.append("filter", filter.join(":"));
  for (const part of ["names", "dense", "apart"]) if (shown[part]) link.set(part, "yes");
  if (shown.tool !== "move") link.set("tool", shown.tool);
  if (shown.area) {
    link.set("area", shown.area.corners.map((corner) => corner.join(",")).join(";"));
    link.set("on", [data.models[shown.area.model].name, shown.area.map].join("/"));
    if (shown.area.group !== null) link.set("of", data.classes[shown.area.group].name);
  }
  if (shown.picture !== null) link.set("picture", idOf(shown.picture));
  if (shown.walk) link.set("walk", walkKey(shown.walk));
  if (shown.from !== null) link.set("from", idOf(shown.from));
  if (shown.to !== null) link.set("to", idOf(shown.to));
  if (shown.path !== "line") link.set("path", shown.path);
  if (shown.step) link.set("step", shown.step);
  if (shown.point) {
    link.set("point", shown.point.at.map(rounded).join(",").replace(/(,?\b0)+$/, "") || "0");
    for (const text of towardsInLink(shown.point)) link.append("towards", text);
    if (shown.point.start !== null) link.set("start", idOf(shown.point.start));
  }
  if (shown.corners) link.set("corners", shown.corners.map(idOf).join(","));
  return link.toString();
}

// A link may come from another run of the study: what is not here is left out.
function stateOf(hash) {
  const link = new URLSearchParams(hash.replace(/^#/, ""));
  const found = beginning();
  const place = (list, name) => list.findIndex((one) => one.name === name);
  found.model = Math.max(0, place(data.models, link.get("model")));
  if (link.get("map") in data.maps[found.model]) found.map = link.get("map");
  if (colourings().some(([name]) => name === link.get("colour"))) found.colour = link.get("colour");
  const hidden = link.getAll("without").map((name) => place(data.classes, name));
  found.hidden = new Set(hidden.filter((one) => one >= 0));
  const end = (name) => placeIn(link.get(name));
  found.picture = end("picture") ?? found.picture;
  // Without the picture that it names, half of a walk or a point would be another one.
  const isGone = (...names) => names.some((name) => GUEST_IDS.includes(link.get(name)) && placeIn(link.get(name)) === null);
  [found.from, found.to] = isGone("from", "to") ? [null, null] : [end("from"), end("to")];
  if (isPath(link.get("path") ?? "")) found.path = link.get("path");
  const isOwnPair = found.from !== null || found.to !== null;
  found.walk = isOwnPair ? null : walkOf.get(link.get("walk")) ?? found.walk;
  found.step = Math.max(0, Math.floor(Number(link.get("step"))) || 0);
  if (canMove && link.has("point") && !isGone("start")) {
    const at = link.get("point").split(",").map((text) => Number(text) || 0);
    found.point = { start: end("start"), at: at.map(inReach), towards: towardsIn(link.getAll("towards")) };
  }
  found.filters = link.getAll("filter").map((text) => [text.split(":")[0], text.split(":").slice(1).join(":")]);
  for (const part of ["names", "dense", "apart"]) found[part] = link.get(part) === "yes";
  if (Object.hasOwn(TOOLS, link.get("tool") ?? "")) found.tool = link.get("tool");
  found.area = areaIn(link);
  const corners = (link.get("corners") ?? "").split(",").map(placeIn);
  if (canMove && corners.length === 3 && !corners.includes(null)) found.corners = corners;
  return found;
}

// The area that a link holds, where its map is here.
function areaIn(link) {
  const on = (link.get("on") ?? "").split("/");
  const [map, name] = [on.pop(), on.join("/")];
  const model = data.models.findIndex((one) => one.name === name);
  const corners = cornersIn(link.get("area") ?? "");
  const isArea = corners.length > 2 && corners.every((corner) => corner.length === 2 && corner.every(Number.isFinite));
  if (model < 0 || !Object.hasOwn(data.maps[model], map) || !isArea) return null;
  const group = data.classes.findIndex((one) => one.name === link.get("of"));
  return { model, map, corners, group: group < 0 ? null : group };
}

// ------------------------------------------------------------------ colours

// Clusters have colours of their own (Paul Tol's light scheme), so that none looks like a class.
const CLUSTERS = ["#77AADD", "#EE8866", "#EEDD88", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#AAAA00"];
const UNKNOWN = "#9CA3AF";
const METHODS = { kmeans: "k-means", spectral: "spectral" };

// What the dots can be coloured by: name, words.
function colourings() {
  const found = [["class", "class"]];
  for (const method of Object.keys(data.clusters[0])) {
    found.push([method, `${METHODS[method]} clusters`]);
  }
  if (Object.keys(data.centuries).length) found.push(["century", "century"]);
  return found;
}

// The groups of the present colouring: the number of each picture's, and of each number its colour and
// its words.
function grouping() {
  if (state.colour === "class") {
    return { codes: artworks.class, palette: data.classes.map(({ colour, name }) => [colour, name]) };
  }
  if (state.colour === "century") {
    const palette = [[UNKNOWN, "unknown"]];
    for (const [own, colour] of Object.entries(data.centuries)) palette[own] = [colour, centuryName(Number(own))];
    return { codes: artworks.century, palette };
  }
  const { of } = data.clusters[state.model][state.colour];
  const most = of.reduce((a, b) => Math.max(a, b), 0);
  const palette = Array.from({ length: most + 1 }, (_, own) => [CLUSTERS[own % CLUSTERS.length], `cluster ${own}`]);
  return { codes: of, palette };
}
