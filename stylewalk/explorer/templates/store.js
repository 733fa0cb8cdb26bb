// The data of the page, and what of it is shown: the state, which the address holds as a link.
const data = JSON.parse(document.getElementById("data").textContent);
const KINDS = { B: Uint8Array, b: Int8Array, i: Int32Array, f: Float32Array, h: Float32Array };

function bytes(text) {
  const raw = atob(text);
  const found = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
  return found;
}

function unpack(value) {
  const [kind, text] = Object.entries(value)[0];
  const buffer = bytes(text).buffer;
  return kind === "h" ? halves(new Uint16Array(buffer)) : new KINDS[kind](buffer);
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
// The place of a picture that a person brings, behind all others: see own.js.
const OWN = count;
for (const maps of data.maps) for (const map of Object.values(maps)) [map.x, map.y] = [withOneMore(map.x), withOneMore(map.y)];

function withOneMore(values) {
  const found = new Float32Array(values.length + 1).fill(NaN);
  found.set(values);
  return found;
}

const placeOf = new Map(Array.from(artworks.id, (id, place) => [id, place]));
const walkKey = (walk) => [walk.experiment, walk.a, walk.b, walk.pair].join("/");
const walkOf = new Map(data.walks.map((walk) => [walkKey(walk), walk]));

// ------------------------------------------------------------------ the state

const firstMap = Object.keys(data.maps[0]).at(-1);
const beginning = () => ({
  model: 0, // place in data.models
  map: firstMap,
  colour: "class",
  hidden: new Set(), // places of classes
  picture: data.walks.length ? data.walks[0].rows[0].a : 0,
  walk: data.walks.length ? data.walks[0] : null, // of the list; null for an own pair
  from: null, // the ends of an own pair
  to: null,
  path: "line", // of an own pair that the page walks by itself
  step: 0, // place in the images that are shown
  point: null, // { start, a picture or null for the mean; at, standard deviations along components }
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

const idOf = (place) => (place === OWN ? "own" : artworks.id[place]);
// A picture that was brought is gone with the page.
const placeIn = (text) => (text === "own" ? (own ? OWN : null) : placeOf.get(Number(text || NaN)) ?? null);

function linkOf(shown) {
  const link = new URLSearchParams();
  link.set("model", data.models[shown.model].name);
  link.set("map", shown.map);
  link.set("colour", shown.colour);
  for (const place of [...shown.hidden].sort((a, b) => a - b)) {
    link.append("without", data.classes[place].name);
  }
  if (shown.picture !== null) link.set("picture", idOf(shown.picture));
  if (shown.walk) link.set("walk", walkKey(shown.walk));
  if (shown.from !== null) link.set("from", idOf(shown.from));
  if (shown.to !== null) link.set("to", idOf(shown.to));
  if (shown.path !== "line") link.set("path", shown.path);
  if (shown.step) link.set("step", shown.step);
  if (shown.point) {
    link.set("point", shown.point.at.map(rounded).join(",").replace(/(,?\b0)+$/, "") || "0");
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
  const isGone = (...names) => !own && names.some((name) => link.get(name) === "own");
  [found.from, found.to] = isGone("from", "to") ? [null, null] : [end("from"), end("to")];
  if (Object.hasOwn(PATHS, link.get("path") ?? "")) found.path = link.get("path");
  const isOwnPair = found.from !== null || found.to !== null;
  found.walk = isOwnPair ? null : walkOf.get(link.get("walk")) ?? found.walk;
  found.step = Math.max(0, Math.floor(Number(link.get("step"))) || 0);
  if (canMove && link.has("point") && !isGone("start")) {
    const at = link.get("point").split(",").map((text) => Number(text) || 0);
    found.point = { start: end("start"), at: at.map(inReach) };
  }
  const corners = (link.get("corners") ?? "").split(",").map(placeIn);
  if (canMove && corners.length === 3 && !corners.includes(null)) found.corners = corners;
  return found;
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

// The group of a picture under the present colouring: [colour, words].
function groupOf(place) {
  if (state.colour === "class") {
    const own = data.classes[artworks.class[place]];
    return [own.colour, own.name];
  }
  if (state.colour === "century") {
    const own = artworks.century[place];
    return own ? [data.centuries[own], centuryName(own)] : [UNKNOWN, "unknown"];
  }
  const own = data.clusters[state.model][state.colour].of[place];
  return [CLUSTERS[own % CLUSTERS.length], `cluster ${own}`];
}
