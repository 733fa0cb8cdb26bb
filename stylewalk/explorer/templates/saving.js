// The walk on view as files: its strips as PNG, its images one after another as GIF; and as an entry
// of a config. All is made here, without a request.
const LEAST_SIDE = 128; // of an image in a file, in pixels: smaller ones are enlarged by a whole number
const [GAP, LINE, FONT] = [8, 22, "15px Georgia, serif"];
const [DELAY, DELAY_AT_ENDS] = [20, 90]; // of a frame, in 1/100 s

// The strip of one model as a picture, the place of its first image in it, and the side of an image.
async function stripPicture(walk, row) {
  const own = walk.of ?? walk;
  const picture = new Image();
  picture.src = row.sheet ?? walkSheet(walk);
  await picture.decode();
  const size = picture.width / own.shown.length;
  return { picture, size, top: row.sheet ? 0 : size * own.rows.findIndex((one) => one.model === row.model) };
}

function paper(width, height) {
  const canvas = make("canvas", { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  Object.assign(context, { fillStyle: "#fff", font: FONT, textBaseline: "middle", imageSmoothingEnabled: false });
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#1f2328";
  return [canvas, context];
}

const nameOf = (row) => data.models[row.model].name;
const enlarged = (size) => size * Math.max(1, Math.ceil(LEAST_SIDE / size));

const titleOfWalk = ([a, b]) => `${titleOf(a)} → ${titleOf(b)}`;

// A row for each model, its name above it.
async function pngOf(walk, ends) {
  const strips = await Promise.all(walk.rows.map((row) => stripPicture(walk, row)));
  const side = Math.max(...strips.map(({ size }) => enlarged(size)));
  const high = LINE + side + GAP;
  const [canvas, context] = paper(2 * GAP + walk.shown.length * side, 2 * GAP + LINE + walk.rows.length * high);
  const room = canvas.width - 2 * GAP;
  context.fillText(titleOfWalk(ends), GAP, GAP + LINE / 2, room);
  strips.forEach(({ picture, size, top }, place) => {
    const down = GAP + LINE + place * high;
    context.fillText(nameOf(walk.rows[place]), GAP, down + LINE / 2, room);
    context.drawImage(picture, 0, top, walk.shown.length * size, size, GAP, down + LINE, walk.shown.length * side, side);
  });
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}

// One frame for each image of the walk, the models side by side.
async function animationOf(walk) {
  const strips = await Promise.all(walk.rows.map((row) => stripPicture(walk, row)));
  const side = Math.max(...strips.map(({ size }) => enlarged(size)));
  const frames = walk.shown.map((_, image) => {
    const [canvas, context] = paper(GAP + walk.rows.length * (side + GAP), GAP + side + LINE);
    strips.forEach(({ picture, size, top }, place) => {
      const left = GAP + place * (side + GAP);
      context.drawImage(picture, image * size, top, size, size, left, GAP, side, side);
      context.fillText(nameOf(walk.rows[place]), left, GAP + side + LINE / 2, side);
    });
    return context.getImageData(0, 0, canvas.width, canvas.height);
  });
  const delays = frames.map((_, place) => (place % (frames.length - 1) ? DELAY : DELAY_AT_ENDS));
  return new Blob([gifOf(frames, delays)], { type: "image/gif" });
}

function downloadAs(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Models that the page decodes come one after another: a file has all of them.
const isComplete = (walk) => (walk.experiment === null ? walk.rows.length === walk.models
  : Boolean((walk.of ?? walk).sheet) || walk.rows.every((row) => row.sheet));

const tellSaved = (words) => { byId("saved").textContent = words; };

async function save(button, making, ending) {
  const walk = presentWalk();
  if (button.getAttribute("aria-disabled") === "true" || !walk) return;
  button.setAttribute("aria-disabled", "true");
  tellSaved("");
  const ends = presentEnds(); // those of the walk, whatever is chosen meanwhile
  try {
    while (!isComplete(walk)) {
      // Strips of the study's walks are decoded while they are on view: of one that was left, here.
      if (walk.experiment !== null && presentWalk() !== walk) decodeStrip(walk, walk.rows.find((row) => !row.sheet));
      await new Promise((resolve) => { setTimeout(resolve, 30); });
    }
    downloadAs(await making(walk, ends), `walk-${ends.map(idOf).join("-")}.${ending}`);
    tellSaved(`The walk is saved as ${ending.toUpperCase()}.`);
  } catch {
    tellSaved(`This browser could not make a ${ending.toUpperCase()}: try another, or a walk of fewer models.`);
  }
  button.setAttribute("aria-disabled", "false");
}

// ------------------------------------------------------------------ the entry of a config

// Pairs as explorer.pairs takes them: those that the study has, and these ends.
function pairsWith(ends) {
  const own = ends.map((place) => artworks.filename[place]);
  const isThere = data.pairs.some((names) => names.every((name) => own.includes(name)));
  return `[${[...data.pairs, ...(isThere ? [] : [own])].map((names) => `[${names.map(named).join(", ")}]`).join(", ")}]`;
}

// The name of a path in the config; where it has none of this key, that of one to be added.
function nameOfPath(key) {
  if (!Object.hasOwn(PATHS, key)) return key;
  const name = Object.keys(data.paths).find((one) => data.paths[one] === key);
  return name ?? (Object.hasOwn(data.paths, key) ? `${key}_path` : key);
}

const pathToAdd = (key) => (Object.hasOwn(data.paths, nameOfPath(key)) ? null : nameOfPath(key));

// The paths on which pairs that are chosen by hand are walked, with one more; null where it is the
// config's first alone, as by default.
function pathsWith(key) {
  const names = [...new Set([...data.chosen_paths, nameOfPath(key)])];
  return names.length === 1 && names[0] === Object.keys(data.paths)[0] ? null : JSON.stringify(names);
}

function entryOf(path, ends) {
  const paths = pathsWith(path);
  return `explorer: {pairs: ${pairsWith(ends)}${paths ? `, paths: ${paths}` : ""}}`;
}

// The same as keys of a command. What it says of paths is merged with what the config says of each.
function commandKeys(path, ends) {
  const paths = pathsWith(path);
  const keys = [`explorer={"pairs": ${pairsWith(ends)}${paths ? `, "paths": ${paths}` : ""}}`];
  if (!pathToAdd(path)) return keys;
  const kinds = { ...data.paths, [pathToAdd(path)]: path };
  const all = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { kind }]));
  return [...keys, `paths=${JSON.stringify(all)}`];
}

// What has to stand in the config besides.
const lineOfPath = (key) => (pathToAdd(key) ? `, and under paths the line ${pathToAdd(key)}: {kind: ${key}}` : "");

function drawSaving() {
  const walk = presentWalk();
  if (!walk) return;
  const withOwn = withGuest(...presentEnds());
  byId("entry").parentElement.hidden = withOwn;
  if (withOwn) return;
  const path = pathOf(walk);
  byId("entry").textContent = entryOf(path, presentEnds());
  byId("entry-path").textContent = lineOfPath(path);
}

function listenToSaving() {
  byId("save-png").addEventListener("click", (event) => save(event.currentTarget, pngOf, "png"));
  byId("save-gif").addEventListener("click", (event) => save(event.currentTarget, animationOf, "gif"));
  byId("copy-entry").addEventListener("click", () => copyText(byId("entry"), byId("copy-entry"), "The entry"));
}
