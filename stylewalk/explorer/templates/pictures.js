// Thumbnails, the card that follows the pointer or the focus, and the chosen picture.
const sheetAddresses = [];

// Of a sprite sheet, made when it is first needed; a large study's lie beside the page.
function sheetAddress(number) {
  const sheet = data.thumbnails.sheets[number];
  return (sheetAddresses[number] ??= sheet.file ?? address(sheet));
}

function address(text) {
  return URL.createObjectURL(new Blob([bytes(text)], { type: "image/webp" }));
}

// A picture of the study at a size in pixels, out of its sprite sheet.
function thumb(place, size, label = null) {
  const spoken = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  if (place >= count) {
    const { address: source } = guestAt(place);
    const look = `width:${size}px;height:${size}px${source ? `;background-image:url(${source});background-size:${size}px ${size}px` : ""}`;
    return make("span", { class: "thumb", style: look, ...spoken });
  }
  const { columns, per_sheet } = data.thumbnails;
  const rest = place % per_sheet;
  const [row, column] = [Math.floor(rest / columns), rest % columns];
  const sheet = sheetAddress(Math.floor(place / per_sheet));
  const style = [
    `width:${size}px;height:${size}px;background-image:url(${sheet})`,
    `background-size:${columns * size}px auto`,
    `background-position:${-column * size}px ${-row * size}px`,
  ].join(";");
  return make("span", { class: "thumb", style, ...spoken });
}

function words(place) {
  const line = [artistOf(place), yearOf(place)].filter(Boolean).join(", ");
  const own = make("span", {}, dot(classColour(place)), ` ${className(place)}`);
  return make("span", {}, make("strong", {}, titleOf(place)), line, make("br"), own);
}

function showTip(place, x, y, left = null) {
  const tip = byId("tip");
  tip.replaceChildren(thumb(place, 96), words(place));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  // Beside a list it stands to the left, where there is room, and covers none of its entries.
  if (left !== null && left - width - 12 > 4) [x, y] = [left - width - 26, y - height / 2 - 14];
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 6))}px`;
  tip.style.top = `${y + 14 + height > innerHeight ? Math.max(4, y - height - 14) : y + 14}px`;
}

function hideTip() {
  byId("tip").hidden = true;
}

// A button that chooses a picture; its card shows on hover and on focus.
function pictureButton(place, label, ...children) {
  const beside = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const inList = event.currentTarget.closest(".beside");
    showTip(place, box.left, inList ? (box.top + box.bottom) / 2 : box.bottom, inList ? box.left : null);
  };
  const button = make("button", { type: "button", "aria-label": label }, ...children);
  button.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && beside(event));
  button.addEventListener("focus", (event) => button.matches(":focus-visible") && beside(event));
  button.addEventListener("pointerleave", hideTip);
  button.addEventListener("blur", hideTip);
  button.addEventListener("click", () => choose(place));
  return button;
}

// Where a walk has its first end, the next picture that is chosen is its last.
let wantsEnd = false;

function choose(place) {
  hideTip();
  if (wantsEnd && place !== state.from) {
    wantsEnd = false;
    change({ picture: place, to: place, walk: null, step: 0 });
    say(`The walk goes to ${described(place)}. ${walkInWords()}`);
    return;
  }
  change({ picture: place });
  say(`${described(place)} is chosen.`);
}

function walkFrom(place) {
  wantsEnd = true;
  change({ from: place, to: null, walk: null, step: 0 });
  say("Now choose where the walk ends: on the map, among the neighbours, or by the search.");
}

function walkTo(place) {
  wantsEnd = false;
  const from = state.from ?? (state.walk ? endsOf(state.walk)[0] : null);
  change({ from: from === place ? null : from, to: place, walk: null, step: 0 });
  say(`The walk goes to ${described(place)}. ${walkInWords()}`);
}

function drawPicture(before) {
  if (before && before.picture === state.picture && before.model === state.model) return;
  const place = state.picture;
  const hadFocus = [byId("picture"), byId("neighbours")].some((part) => part.contains(document.activeElement));
  const kind = artworks.held_out[place] ? "held out of training" : "used in training";
  const about = place >= count ? "not part of the study" : `no. ${artworks.id[place]}, ${kind}`;
  const facts = make("div", {},
    make("h3", { id: "picture-title", tabindex: "-1" }, titleOf(place)),
    make("p", {}, [artistOf(place), yearOf(place)].filter(Boolean).join(", ")),
    make("p", { class: "class" }, dot(classColour(place)), className(place)),
    make("p", { class: "soft" }, about));
  const buttons = make("div", { class: "buttons" },
    make("button", { type: "button", class: "main", click: () => walkFrom(place) }, "Walk from here"),
    make("button", { type: "button", click: () => walkTo(place) }, "Walk to here"));
  byId("picture").replaceChildren(
    make("div", { class: "chosen" }, thumb(place, 128, described(place)), facts),
    buttons);
  byId("neighbours").replaceChildren(...neighboursOf(place));
  // A neighbour that was pressed is gone; who pressed it goes on from the new picture's name.
  if (hadFocus) byId("picture-title").focus({ preventScroll: true });
}

// The nearest pictures in the present model and how far they are, the nearest first.
function nearest(place) {
  const { count: most, of, l2 } = data.neighbours[state.model] ?? { count: 8 };
  if (place >= count) return nearestToGuest(place, most);
  if (!of) return []; // of very many pictures they would fill the page
  const ranks = Array.from({ length: most }, (_, rank) => place * most + rank);
  return ranks.filter((rank) => of[rank] >= 0).map((rank) => [of[rank], l2[rank]]);
}

function neighboursOf(place) {
  const model = data.models[state.model].name;
  const heading = make("h3", {}, `Nearest in ${model}`);
  const list = make("ol", { class: "near" });
  for (const [other, distance] of nearest(place)) {
    const far = distance.toPrecision(3);
    const label = `${described(other)}, at a distance of ${far}`;
    const caption = make("span", {}, dot(classColour(other)), far);
    list.append(make("li", {}, pictureButton(other, label, thumb(other, 64), caption)));
  }
  const note = list.children.length
    ? "By Euclidean distance of the latents, in all their dimensions."
    : place >= count ? `${model} has layers that this page cannot encode with.`
    : !data.neighbours[state.model] ? "Of so many pictures this page holds no neighbours: they are in the study’s table neighbours."
    : "This picture is not on the map: it was not drawn into the sample, so its neighbours are not known here.";
  return [heading, list, make("p", { class: "note" }, note)];
}
