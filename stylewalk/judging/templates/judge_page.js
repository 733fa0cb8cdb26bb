// What a judge sees and does.

const { study, key, questions, trials } = JSON.parse(document.getElementById("data").textContent);
const store = openStore(study, key);
const at = (id) => document.getElementById(id);
let judge = null;
let order = [];
let shownAt = 0;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function show(id) {
  for (const section of ["start", "trial", "finished"]) at(section).hidden = section !== id;
  for (const part of ["tools", "progress"]) at(part).hidden = id === "start";
}

function askWho() {
  judge = null;
  const names = store.names().filter((name) => store.of(name).length);
  at("known").hidden = names.length === 0;
  at("judges").replaceChildren(
    ...names.map((name) => {
      const text = `${name}: ${store.of(name).length} of ${trials.length}`;
      return make("li", {}, make("button", { type: "button", textContent: text, onclick: () => begin(name) }));
    }),
  );
  show("start");
  at("name").value = "";
  at("name").focus();
}

function begin(name) {
  judge = name;
  order = orderOf(trials, name);
  next();
}

// The first trial that is not answered yet.
function current() {
  const answered = new Set(store.of(judge).map(([trial]) => trial));
  return order.find((trial) => !answered.has(trial.id));
}

function next() {
  const count = store.of(judge).length;
  at("done-of").max = trials.length;
  at("done-of").value = count;
  at("count").textContent = `${count} of ${trials.length}`;
  at("undo").disabled = count === 0;
  at("trouble").hidden = store.isKept();
  at("trouble").textContent =
    "This browser does not let the page keep your answers: do not close it before you have exported them.";
  const trial = current();
  if (!trial) {
    show("finished");
    at("finished-title").focus();
    return;
  }
  shownAt = performance.now(); // and again when its pictures are drawn
  const question = questions[trial.question];
  const isNew = at("question").textContent !== question.text;
  at("question").textContent = question.text;
  at("hint").textContent = question.hint;
  const apart = trial.question === "intruder";
  at("strips").replaceChildren(
    ...trial.strips.map((strip, place) => drawn(strip, apart, trial.strips.length > 1 ? ["First", "Second"][place] : "")),
  );
  at("answers").className = apart ? "row" : "";
  at("answers").replaceChildren(
    ...question.answers.map(([answer, text], place) =>
      make(
        "button",
        { type: "button", onclick: (event) => give(answer, event), ariaLabel: `${place + 1}: ${text}` },
        make("kbd", { textContent: place + 1 }),
        make("span", { textContent: text }),
      ),
    ),
  );
  show("trial");
  at("question").focus({ preventScroll: !isNew });
  at("said").textContent = `Trial ${count + 1} of ${trials.length}${isNew ? `. ${question.text}` : ""}`;
}

// One picture file holds a strip; each picture gets a place of its own, so that lines can break.
function drawn(strip, apart, title) {
  const canvases = Array.from({ length: strip.count }, () =>
    make("canvas", { width: strip.size, height: strip.size }),
  );
  const source = new Image();
  source.onload = () => {
    canvases.forEach((canvas, place) => {
      canvas.getContext("2d").drawImage(source, -place * strip.size, 0);
    });
    shownAt = performance.now();
  };
  source.src = `data:image/webp;base64,${strip.webp}`;
  const figures = canvases.map((canvas, place) => {
    const caption = apart ? [make("figcaption", { textContent: place + 1, ariaHidden: "true" })] : [];
    const figure = make("figure", { ariaHidden: "true" }, canvas, ...caption);
    // For pointers; by keyboard and for screen readers there are the buttons below.
    if (apart) figure.onclick = (event) => give(String(place + 1), event);
    return figure;
  });
  const pictures = make("div", { className: "pictures" }, ...figures);
  pictures.setAttribute("role", "img");
  pictures.ariaLabel = apart
    ? `${strip.count} artworks side by side`
    : `${title ? `${title} walk` : "A walk"} of ${strip.count} pictures`;
  const element = make("div", { className: apart ? "strip apart" : "strip" }, pictures);
  element.dataset.count = strip.count;
  if (title) element.prepend(make("p", { textContent: title }));
  return element;
}

const DAY = 86_400_000; // longer is no time of an answer

function give(answer, event) {
  const trial = current();
  // The second press of a double click is none at the next trial.
  if (judge === null || !trial || event.detail > 1) return;
  const time = Math.round(performance.now() - shownAt);
  store.add(judge, [trial.id, answer, Math.min(DAY, Math.max(0, time))]);
  next();
}

function undo() {
  if (judge === null || store.of(judge).length === 0) return;
  store.undo(judge);
  next();
  at("said").textContent = "The last answer is taken back.";
}

// Without its mark, a spreadsheet takes UTF-8 for something else and spoils names.
function save() {
  const safe = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40) || "judge";
  download(`judge-${safe(study)}-${safe(judge)}.csv`, `\ufeff${asCsv(study, key, judge, store.of(judge))}`);
}

function move(by) {
  const buttons = [...at("answers").children];
  const place = buttons.indexOf(document.activeElement);
  const to = place < 0 ? (by > 0 ? 0 : buttons.length - 1) : (place + by + buttons.length) % buttons.length;
  buttons[to].focus();
}

const MOVES = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

addEventListener("keydown", (event) => {
  // A key that is held down gives no further answers, and what the browser does stays its own.
  if (judge === null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Backspace") {
    event.preventDefault();
    if (!event.repeat) undo();
  }
  if (event.repeat && event.key === "Enter") event.preventDefault();
  if (at("trial").hidden) return;
  if (/^[1-9]$/.test(event.key) && !event.repeat) {
    const button = at("answers").children[Number(event.key) - 1];
    if (button) {
      event.preventDefault();
      button.click();
    }
  } else if (event.key in MOVES) {
    event.preventDefault();
    move(MOVES[event.key]);
  }
});

// Time away from the page is no time of the answer.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) shownAt = performance.now();
});

at("who").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = at("name").value.normalize("NFC").replace(/\s+/g, " ").trim();
  const wrong = name ? (/\p{C}/u.test(name) ? "The name holds signs that cannot be printed: type it anew." : "") : "Give a name or a code first.";
  at("name-wrong").hidden = !wrong;
  at("name-wrong").textContent = wrong;
  if (wrong) at("name").focus();
  else begin(name);
});
at("undo").addEventListener("click", undo);
at("save").addEventListener("click", save);
at("export").addEventListener("click", save);
at("leave").addEventListener("click", askWho);
askWho();
document.documentElement.dataset.ready = "";
