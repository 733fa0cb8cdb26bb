// Small parts of the page. Texts of the study come in as text alone, never as markup.
const byId = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "style") node.style.cssText = value; // the page's policy allows no attribute
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const dot = (colour) => make("span", { class: "dot", style: `background:${colour}` });

// What the status line says is read aloud, and seen by nobody else.
function say(words) {
  byId("status").textContent = words;
}

function compact(value) {
  if (value === null) return "–";
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(value) >= 0.9995 * size) return Number((value / size).toPrecision(3)) + letter;
  }
  return String(Number(value.toPrecision(3)));
}

const plural = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const className = (place) => (place >= count ? "of no class" : data.classes[artworks.class[place]].name);
const classColour = (place) => (place >= count ? UNKNOWN : data.classes[artworks.class[place]].colour);
const titleOf = (place) => (place >= count ? guestAt(place).name : artworks.title[place] || artworks.filename[place]);
const artistOf = (place) => (place >= count ? guestAt(place).about : artworks.artists[artworks.artist[place]] || "unknown artist");
const yearOf = (place) =>
  artworks.year[place] || (artworks.century[place] ? centuryName(artworks.century[place]) : "");

function centuryName(century) {
  const ending = century > 10 && century < 14 ? "th" : ["th", "st", "nd", "rd"][century % 10] ?? "th";
  return `${century}${ending} century`;
}

// Everything that is known of a picture, in one line.
function described(place) {
  const parts = [titleOf(place), artistOf(place), yearOf(place), className(place)];
  return parts.filter(Boolean).join(", ");
}
