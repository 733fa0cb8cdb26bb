// Filters: those pictures stay on the map of which a column says what was asked for.

// What a column says of a picture.
const COLUMNS = {
  split: { words: "split", of: (place) => (artworks.held_out[place] ? "validation" : "training") },
  artist: { words: "artist", of: (place) => artistOf(place) },
  year: { words: "year", of: (place) => artworks.year[place], isNumber: true },
  century: { words: "century", of: (place) => (artworks.century[place] ? centuryName(artworks.century[place]) : "unknown") },
  content: { words: "content", of: (place) => contentOf("content", place), isThere: "content" in artworks.more },
  content_group: { words: "kind of content", of: (place) => contentOf("content_group", place), isThere: "content_group" in artworks.more },
  title: { words: "title", of: (place) => artworks.title[place] ?? "", isText: true },
  filename: { words: "file name", of: (place) => artworks.filename[place], isText: true },
  id: { words: "number", of: (place) => artworks.id[place], isNumber: true },
};

function contentOf(column, place) {
  const { values, of } = artworks.more[column];
  return values[of[place]] || "unknown";
}

const MOST_VALUES = 200;
const FROM_TO = /^\s*(-?\d*)\s*(?:–|\.\.|to|-)\s*(-?\d*)\s*$/;

// Clusters of the present model are columns, too.
function columnOf(name) {
  if (Object.hasOwn(COLUMNS, name)) return COLUMNS[name];
  const own = data.clusters[state.model][name];
  return own ? { words: `${METHODS[name]} cluster in ${data.models[state.model].name}`, of: (place) => `cluster ${own.of[place]}` } : null;
}

// The values of a column of which one is chosen; null where there are many, and a part is written.
const valuesOf = new Map();

function valuesIn(name) {
  const key = Object.hasOwn(COLUMNS, name) ? name : `${name} ${state.model}`;
  if (!valuesOf.has(key)) {
    const column = columnOf(name);
    const values = new Set();
    for (let place = 0; place < count && values.size <= MOST_VALUES && !column.isText && !column.isNumber; place++) values.add(column.of(place));
    const isList = values.size > 0 && values.size <= MOST_VALUES;
    valuesOf.set(key, isList ? [...values].sort((a, b) => a.localeCompare(b, "en", { numeric: true })) : null);
  }
  return valuesOf.get(key);
}

// Whether a picture passes one filter, [column, text]; one of a column that is not there lets all pass.
function filterOf([name, text]) {
  const column = columnOf(name);
  if (!column) return () => true;
  if (!column.isNumber && !valuesIn(name)) return (place) => plain(column.of(place)).includes(plain(text));
  if (!column.isNumber) return (place) => column.of(place) === text;
  const [, low, high] = FROM_TO.exec(text) ?? [null, text, text];
  const [least, most] = [low === "" ? -Infinity : Number(low), high === "" ? Infinity : Number(high)];
  // Years that are not known are 0.
  return (place) => column.of(place) >= least && column.of(place) <= most && (name !== "year" || column.of(place) !== 0);
}

function filtering() {
  const all = state.filters.map(filterOf);
  return all.length ? (place) => place >= count || all.every((passes) => passes(place)) : () => true;
}

function buildFilters() {
  const names = [...Object.keys(COLUMNS), ...Object.keys(data.clusters[0])];
  const worth = names.filter((name) => COLUMNS[name]?.isThere !== false).filter((name) => (name === "century" ? Object.keys(data.centuries) : name === "title" ? artworks.title : [name]).length);
  byId("filter-column").append(...worth.map((name) => make("option", { value: name }, columnOf(name).words)));
  byId("filter-column").addEventListener("change", offerValues);
  byId("filter").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId(byId("filter-values").hidden ? "filter-text" : "filter-values").value.trim();
    if (!text) return;
    change({ filters: [...state.filters, [byId("filter-column").value, text]] });
    byId("filter-text").value = "";
    say(`${plural(dots.length, "picture")} on the map.`);
  });
  offerValues();
}

// Of few values one is chosen; else something is written.
function offerValues() {
  const column = columnOf(byId("filter-column").value);
  const values = valuesIn(byId("filter-column").value);
  byId("filter-values").hidden = !values;
  byId("filter-text").hidden = Boolean(values);
  byId("filter-text").placeholder = column === COLUMNS.id ? "78 or 78–120" : column.isNumber ? "1870 or 1870–1890" : "part of it";
  byId("filter-is").textContent = values || column.isNumber ? "is" : "contains";
  byId("filter-values").replaceChildren(...(values ?? []).map((value) => make("option", { value }, value)));
}

function drawFilters(before) {
  if (before && before.model === state.model && before.filters === state.filters) return;
  if (before?.model !== state.model) offerValues(); // of clusters, those of the model
  byId("filters").replaceChildren(...state.filters.map(([name, text], place) => {
    const words = `${columnOf(name)?.words ?? name}: ${text}`;
    const gone = () => { change({ filters: state.filters.filter((_, other) => other !== place) }); byId("filter-column").focus(); };
    return make("li", {}, make("button", { type: "button", "aria-label": `Remove the filter ${words}`, click: gone }, words, " ×"));
  }));
}
