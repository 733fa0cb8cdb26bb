// Which walk is shown: one of the study's, or one between two pictures of one's own choice.

const experimentOf = (walk) => data.experiments.find(({ name }) => name === walk.experiment);

// Paths between two pictures by their keys: those of PATHS, which the page walks by itself, and by their
// names those of the config that it does not.
const OTHER_PATHS = Object.entries(data.paths).filter(([name, kind]) => !Object.hasOwn(PATHS, kind) && !Object.hasOwn(PATHS, name)).map(([name]) => name);
const isPath = (key) => Object.hasOwn(PATHS, key) || OTHER_PATHS.includes(key);

// The key of the path of a walk.
function pathOf(walk) {
  if (walk.experiment === null) return walk.path;
  const { path, straight } = experimentOf(walk);
  return straight ? "line" : data.paths[path] === "slerp" ? "slerp" : path;
}

// The walk of the study between two pictures on a path, with the rows of the models that walked it: most
// at once, else none.
function ownWalk(from, to, path) {
  let [best, most] = [null, 0];
  for (const walk of data.walks.filter((one) => pathOf(one) === path)) {
    const rows = walk.rows.filter(({ a, b }) => (a === from && b === to) || (a === to && b === from));
    if (rows.length > most) [best, most] = [{ ...walk, of: walk, rows }, rows.length];
  }
  return best;
}

// Walks that the page computes: model by model, so that it answers meanwhile.
const computed = new Map();
const MOST_COMPUTED = 20;
const MOST_STEPS = 20; // of a walk that the page computes, as of those of the study that it shows

function computedWalk(from, to, path) {
  if (!data.decoders || from === to) return null;
  const key = [from, to, path].join("/");
  if (!computed.has(key)) {
    if (computed.size >= MOST_COMPUTED) computed.delete(computed.keys().next().value);
    const steps = Math.min(data.steps, MOST_STEPS);
    const shown = Array.from({ length: steps + 1 }, (_, place) => place);
    const [a, b] = [className(from), className(to)];
    const models = data.models.map((_, place) => place).filter((model) => hasLatents(model, from, to));
    const walk = { experiment: null, a, b, pair: 0, steps, shown, rows: [], path, from, to, models: models.length };
    computed.set(key, walk);
    // The model that is looked at comes first.
    models.sort((one, other) => (other === state.model) - (one === state.model) || one - other);
    if (models.length) {
      walk.rows.push(decodedRow(models[0], from, to, path, steps));
      setTimeout(() => decodeNext(walk, models.slice(1)));
    }
  }
  const walk = computed.get(key);
  return walk.rows.length ? walk : null;
}

function decodeNext(walk, models) {
  if (!models.length || walk.rows.length === walk.models) return;
  walk.rows.push(decodedRow(models[0], walk.from, walk.to, walk.path, walk.steps));
  walk.rows.sort((one, other) => one.model - other.model);
  if (presentWalk() === walk) drawStrips(state, true);
  setTimeout(() => decodeNext(walk, models.slice(1)));
}

let known = [null, null, null, null]; // the last own pair that was looked up, its path and its walk

// The walk that is on view, or null.
function presentWalk() {
  if (state.walk) return state.walk;
  if (state.from === null || state.to === null) return null;
  const [{ from, to }, path] = [state, presentPath()];
  if (known[0] !== from || known[1] !== to || known[2] !== path) {
    const own = ownWalk(from, to, path);
    const isKnown = own?.rows.length === data.models.length || !Object.hasOwn(PATHS, path);
    known = [from, to, path, isKnown ? own : computedWalk(from, to, path) ?? own];
  }
  return known[3];
}

const withGuest = (...places) => places.some((place) => place >= count);

// What is offered as the path between the two pictures that are chosen: keys and words.
function pathChoices() {
  const { from, to } = state;
  const found = [["line", "straight line"]];
  const isPair = from !== null && to !== null;
  if (data.decoders || (isPair && ownWalk(from, to, "slerp"))) found.push(["slerp", "great circle"]);
  if (withGuest(from, to)) return found;
  if (!isPair) return [...found, ...OTHER_PATHS.map((name) => [name, name])];
  for (const name of OTHER_PATHS) {
    const walkers = ownWalk(from, to, name)?.rows.length ?? 0;
    const of = walkers < data.models.length ? ` with ${walkers} of ${data.models.length} models` : "";
    found.push([name, walkers ? `${name} (walked by the study${of})` : `${name} (by a command)`]);
  }
  return found;
}

// Another pair may not have the path of the one before.
function presentPath() {
  const isOffered = Object.hasOwn(PATHS, state.path) || !withGuest(state.from, state.to);
  return isOffered ? state.path : "line";
}

const rowOf = (walk, model) => walk.rows.find((row) => row.model === model);

// Ends of a walk as the present model has them: closest and farthest pairs are a model's own.
function endsOf(walk) {
  const row = rowOf(walk, state.model) ?? walk.rows[0];
  return [row.a, row.b];
}

function presentEnds() {
  const walk = presentWalk();
  return walk ? endsOf(walk) : [state.from, state.to];
}

function presentStep() {
  const walk = presentWalk();
  return walk ? Math.min(state.step, walk.shown.length - 1) : 0;
}

function shareOfWay() {
  const walk = presentWalk();
  return walk ? walk.shown[presentStep()] / walk.steps : 0.5;
}

// ------------------------------------------------------------------ the two lists

function walkName(walk) {
  const group = walk.a === walk.b ? walk.a : `${walk.a} → ${walk.b}`;
  const shared = walk.rows.every((row) => row.a === walk.rows[0].a && row.b === walk.rows[0].b);
  const [a, b] = [walk.rows[0].a, walk.rows[0].b];
  return shared ? `${group}: ${titleOf(a)} → ${titleOf(b)}` : `${group}, pair ${walk.pair + 1} of each model`;
}

function buildWalkLists() {
  const experiments = data.experiments.map(({ name, title }) => make("option", { value: name }, `${name}: ${title}`));
  byId("experiment").append(make("option", { value: "" }, "two pictures that I choose"), ...experiments);
  byId("experiment").addEventListener("change", (event) => {
    const first = data.walks.find((walk) => walk.experiment === event.target.value);
    if (first) change({ walk: first, from: null, to: null, step: 0 });
    else change({ walk: null, from: state.picture, to: null, step: 0 });
    wantsEnd = !first;
  });
  byId("path").addEventListener("change", (event) => change({ path: event.target.value }));
  byId("pair").addEventListener("change", (event) => {
    change({ walk: walkOf.get(event.target.value), from: null, to: null, step: 0 });
  });
}

function drawWalkLists() {
  const experiment = state.walk?.experiment ?? "";
  byId("experiment").value = experiment;
  const pair = byId("pair");
  if (pair.dataset.of !== experiment) {
    const own = data.walks.filter((walk) => walk.experiment === experiment);
    pair.replaceChildren(...own.map((walk) => make("option", { value: walkKey(walk) }, walkName(walk))));
    pair.dataset.of = experiment;
  }
  pair.closest("label").hidden = !experiment;
  const paths = pathChoices();
  byId("path").replaceChildren(...paths.map(([key, words]) => make("option", { value: key }, words)));
  byId("path").closest("label").hidden = Boolean(experiment) || paths.length < 2;
  byId("path").value = presentPath();
  if (state.walk) pair.value = walkKey(state.walk);
  const about = data.experiments.find(({ name }) => name === experiment);
  byId("kept").hidden = !about || about.kept === about.total;
  if (about) {
    byId("kept").textContent =
      `${about.kept} of the ${about.total} walks of ${about.name} are on this page: the first of each class or pair of classes${about.straight ? " (explorer.walks in the config)" : ""}. Figures and tables of the study count all.`;
  }
}

// ------------------------------------------------------------------ ends, and the offer

function endCard(place, name, empty) {
  if (place === null) {
    return make("div", { class: "end" }, make("span", { class: "none" }), make("span", {}, make("small", {}, name), empty));
  }
  const words = make("span", {}, make("small", {}, name), titleOf(place),
    make("small", {}, [artistOf(place), className(place)].join(", ")));
  const button = pictureButton(place, `${name}: ${described(place)}`, thumb(place, 56), words);
  button.classList.add("end");
  return button;
}

function drawEnds() {
  const walk = presentWalk();
  const [from, to] = presentEnds();
  const parts = [
    endCard(from, "From", "choose a picture, then “Walk from here”"),
    endCard(to, "To", wantsEnd ? "now choose the picture at the other end" : "choose a picture, then “Walk to here”"),
  ];
  const shared = !walk || walk.rows.every((row) => row.a === from && row.b === to);
  if (!shared) {
    parts.push(make("span", { class: "soft" }, `These are the ends in ${data.models[state.model].name}: each model has chosen its own pair.`));
  } else if (walk && state.from !== null && state.from !== from) {
    parts.push(make("span", { class: "soft" }, "This pair was walked in the other direction."));
  }
  byId("ends").replaceChildren(...parts);
}

// What a person who looks at the map should know of the walk below.
function drawHint() {
  const own = state.from !== null || state.to !== null;
  byId("hint").hidden = !own;
  if (!own) return;
  const press = (words, act) => make("button", { type: "button", click: act }, words);
  const leaveIt = press("Leave it", () => {
    wantsEnd = false;
    change({ from: null, to: null, walk: beginning().walk, step: 0 });
  });
  const see = press("See the walk ↓", () => {
    byId("walk-title").focus({ preventScroll: true });
    byId("walk-title").scrollIntoView();
  });
  const both = state.from !== null && state.to !== null;
  byId("hint").replaceChildren(walkInWords(), make("br"), ...(both ? [see] : []), leaveIt);
}

function walkInWords() {
  const { from, to } = state;
  if (to === null) return `From ${titleOf(from)}: now choose where the walk ends, on the map, among the neighbours or by the search, or select pictures and press “Walk to its centre”.`;
  if (from === null) return `To ${titleOf(to)}: choose another picture and press “Walk from here”, then choose ${titleOf(to)} again.`;
  const known = presentWalk() ? "its pictures are below." : "it was not computed yet; the command that adds it is below.";
  return `From ${titleOf(from)} to ${titleOf(to)}: ${known}`;
}

// A file's name as it stands in explorer.pairs, where digits alone are a number, and in quotes that
// JSON and YAML both read; YAML takes some letters for line breaks, or not at all.
const named = (name) => JSON.stringify(/^(0|[1-9][0-9]*)$/.test(name) ? `./${name}` : name)
  .replace(/[\u007f-\u00a0\u2028\u2029\ufeff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
const inShell = (text) => `'${text.replaceAll("'", `'"'"'`)}'`;

function drawOffer() {
  const walk = presentWalk();
  const complete = state.walk || state.from === null || state.to === null;
  const missing = complete ? [] : data.models.filter((_, place) => !walk || !rowOf(walk, place) || walk.experiment === null);
  byId("offer").hidden = !missing.length;
  if (!missing.length) return;
  const withOwn = withGuest(state.from, state.to);
  for (const part of [byId("command").closest(".command"), byId("lasting").parentElement]) part.hidden = withOwn;
  if (withOwn) {
    byId("offer-text").textContent = walk
      ? [state.from, state.to].includes(OWN)
        ? `This page encoded your picture and decoded the walk by itself. The study’s style loss it cannot tell: ${bringing()}`
        : "This page decoded the walk by itself. At least one end is the mean of the latents of a selection, in each model its own. No picture lies there, and a mean of many is usually decoded as a blur: that says little of the model."
      : `This page has no encoders with which to place your picture: ${bringing()}`;
    return;
  }
  const path = presentPath();
  byId("offer-text").textContent = offerInWords(walk, path);
  byId("command").textContent = [data.command, ...commandKeys(path, [state.from, state.to]).map(inShell)].join(" ");
  byId("lasting").textContent = entryOf(path, [state.from, state.to]);
  byId("lasting-path").textContent = lineOfPath(path);
}

function offerInWords(walk, path) {
  if (walk && walk.experiment === null) {
    return `This page decoded the walk${path === "slerp" ? " on a great circle" : ""} by itself, with weights in half precision. This command adds the style loss by the study’s own metric, for every model:`;
  }
  if (walk) return `Only ${walk.rows.map((row) => data.models[row.model].name).join(", ")} walked between these two pictures. This command adds the walk for every model:`;
  return Object.hasOwn(PATHS, path)
    ? "No walk between these two pictures was computed: this page carries no decoders for it (all together may have 40 MB, and only Stylewalk’s own layers are known). This command adds the walk, for every model:"
    : `On the path ${path} the study did not walk between these two pictures, or this page does not hold it, and the page cannot walk on it by itself. This command adds the walk, for every model:`;
}

// How a picture of one's own comes into a study.
const bringing = () => (data.procedural
  ? "this study paints its pictures itself and takes no other, so that it takes a study of pictures of your own."
  : "put its file among those that dataset.images names, in the folder of its class or with a row in the metadata, and run the study again, which trains the models anew; it is then a picture like the others.");

// Copy what a part of the page says, as its button asks for.
async function copyText(node, button, what) {
  const before = button.dataset.words ??= button.textContent;
  try {
    await navigator.clipboard.writeText(node.textContent);
    say(`${what} is copied.`);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(node);
    const done = document.execCommand("copy");
    say(done ? `${what} is copied.` : `${what} is marked: copy it with the keyboard.`);
    button.textContent = done ? "Copied" : "Marked";
  }
  setTimeout(() => { button.textContent = before; }, 2000);
}
