// Controls above the map, the filter by class, and the search.
const MOST_FOUND = 30;

function choices(id, name, entries, value, chosen) {
  const box = byId(id);
  for (const label of box.querySelectorAll("label")) label.remove();
  for (const [key, words] of entries) {
    const input = make("input", {
      type: "radio", name, value: key, change: () => chosen(key), checked: String(key) === String(value),
    });
    box.append(make("label", {}, input, make("span", {}, words)));
  }
}

function buildControls() {
  const models = data.models.map((model, place) => [place, model.name]);
  choices("models", "model", models, state.model, (key) => change({ model: Number(key) }));
  const maps = Object.keys(data.maps[0]).map((name) => [name, MAPS[name][0]]);
  choices("methods", "map", maps, state.map, (key) => change({ map: key }));
  choices("colours", "colour", colourings(), state.colour, (key) => change({ colour: key }));
  const counts = new Map();
  for (const own of artworks.class) counts.set(own, (counts.get(own) ?? 0) + 1);
  data.classes.forEach((own, place) => {
    const toggle = (event) => {
      const hidden = new Set(state.hidden);
      if (event.target.checked) hidden.delete(place);
      else hidden.add(place);
      change({ hidden });
      say(`${own.name} is ${event.target.checked ? "shown" : "hidden"}; ${plural(dots.length, "picture")} on the map.`);
    };
    const input = make("input", { type: "checkbox", change: toggle, checked: true });
    const number = make("small", {}, (counts.get(place) ?? 0).toLocaleString("en"));
    byId("classes").append(make("label", {}, input, dot(own.colour), own.name, number));
  });
}

// Bring the controls to the state, which a link may have changed.
function drawControls(before) {
  const checks = [["models", state.model], ["methods", state.map], ["colours", state.colour]];
  for (const [id, value] of checks) {
    for (const input of byId(id).querySelectorAll("input")) input.checked = input.value === String(value);
  }
  byId("classes").querySelectorAll("input").forEach((input, place) => {
    input.checked = !state.hidden.has(place);
  });
  drawKey(before);
}

// What the colours mean, where they do not mean classes.
function drawKey(before) {
  const key = byId("key");
  if (before && ["model", "map", "colour", "hidden", "filters"].every((part) => before[part] === state[part])) return;
  key.hidden = state.colour === "class";
  if (key.hidden) return;
  const { codes, palette } = grouping();
  const counts = new Map();
  for (const place of drawn()) counts.set(codes[place], (counts.get(codes[place]) ?? 0) + 1);
  const groups = [...counts].map(([code, number]) => [...palette[code], number]);
  groups.sort(([, a], [, b]) => a.localeCompare(b, "en", { numeric: true }));
  key.replaceChildren(...groups.map(([colour, words, number]) =>
    make("li", {}, dot(colour), words, make("small", {}, number.toLocaleString("en")))));
}

// ------------------------------------------------------------------ search

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let haystack = null; // made at the first search

function search() {
  const query = plain(byId("query").value.trim());
  const results = byId("results");
  if (!query) {
    results.replaceChildren();
    byId("found").textContent = "";
    return;
  }
  haystack ??= Array.from(artworks.id, (id, place) =>
    plain(`${id} ${described(place)} ${artworks.filename[place]}`));
  // A number is a whole one: 9 is not found in 49.
  const terms = query.split(/\s+/).map((term) =>
    /^\d+$/.test(term) ? (text) => new RegExp(`(?<!\\d)${term}(?!\\d)`).test(text) : (text) => text.includes(term));
  const exact = placeOf(Number(query));
  const found = exact === null ? [] : [exact];
  haystack.forEach((text, place) => {
    if (place !== exact && terms.every((fits) => fits(text))) found.push(place);
  });
  const shown = found.slice(0, MOST_FOUND);
  byId("found").textContent = found.length > shown.length
    ? `${plural(found.length, "picture")} found, the first ${shown.length} are shown.`
    : `${plural(found.length, "picture")} found.`;
  results.replaceChildren(...shown.map(resultOf));
}

function resultOf(place) {
  const line = make("span", {}, make("strong", {}, titleOf(place)), make("br"),
    make("small", { class: "soft" }, `${className(place)}, no. ${artworks.id[place]}`));
  return make("li", {}, pictureButton(place, described(place), thumb(place, 40), line));
}

function listenToSearch() {
  byId("query").addEventListener("input", search);
  byId("query").addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") byId("results").querySelector("button")?.focus();
  });
  byId("results").addEventListener("keydown", (event) => {
    const buttons = [...byId("results").querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    (buttons[buttons.indexOf(document.activeElement) + step] ?? byId("query")).focus();
  });
}
