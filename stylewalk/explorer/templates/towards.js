// Attribute vectors, along which the point moves, too: from the mean of the artworks without something
// towards that of those with it. See stylewalk/explorer/vectors.py.
const towardsOf = (model) => (canDecode(model) ? data.decoders[model].towards : null);
// [column, value, the other value where there are but two], the same in all models.
const ATTRIBUTES = data.models.map((_, model) => towardsOf(model)).find(Boolean)?.names ?? [];
const COLUMN_WORDS = { class: "Class", content_group: "Kind of content" };

const nameOfVector = ([, value, other]) => `towards ${value}${other ? `, away from ${other}` : ""}`;
const vectorKey = ([column, value]) => `${column}:${value}`;

// Move a latent (d,) so many standard deviations along each vector, in place.
function moveTowards(model, point, towards) {
  if (!towards.some(Boolean) || !towardsOf(model)) return point;
  const { axes, deviations } = partOf(model, "towards");
  towards.forEach((value, vector) => {
    const [from, far] = [vector * point.length, value * deviations[vector]];
    if (far) for (let i = 0; i < point.length; i++) point[i] += far * axes[from + i];
  });
  return point;
}

const coefficientsTowards = (point) => ATTRIBUTES.map((_, vector) => point.towards[vector] ?? 0);

// As a link holds them: the number, then the name.
const towardsInLink = (point) => coefficientsTowards(point)
  .map((value, vector) => `${rounded(value)}:${vectorKey(ATTRIBUTES[vector])}`)
  .filter((text) => !text.startsWith("0:"));

function towardsIn(texts) {
  const given = new Map(texts.map((text) => [text.split(":").slice(1).join(":"), Number(text.split(":")[0]) || 0]));
  return ATTRIBUTES.map((names) => inReach(given.get(vectorKey(names)) ?? 0));
}

// One heading and its sliders for each column.
function buildTowards() {
  byId("towards-part").hidden = !ATTRIBUTES.length;
  for (const column of new Set(ATTRIBUTES.map(([own]) => own))) {
    const rows = ATTRIBUTES.map(([own], vector) => (own === column ? towardsSlider(vector) : null));
    byId("towards").append(make("h4", {}, COLUMN_WORDS[column] ?? column), ...rows.filter(Boolean));
  }
}

function towardsSlider(vector) {
  return sliderRow(`towards-${vector + 1}`, (value) => {
    const towards = coefficientsTowards(presentPoint());
    towards[vector] = value;
    change({ point: { ...presentPoint(), towards } }, { silent: true });
  });
}

function drawTowards() {
  const known = towardsOf(state.model);
  const towards = coefficientsTowards(presentPoint());
  ATTRIBUTES.forEach((names, vector) => {
    const row = byId(`towards-${vector + 1}`).parentElement;
    row.hidden = !known?.deviations[vector];
    const said = row.hidden ? "" : aboutVector(known, vector);
    drawSlider(row, nameOfVector(names), said, towards[vector]);
  });
}

// How far apart the means are, and how well the vector tells artworks apart that no model was trained on.
function aboutVector({ apart, auc }, vector) {
  const means = `means ${Number(apart[vector].toPrecision(2))} sd apart`;
  if (!auc[vector]) return `${means}; too few artworks for an AUC`;
  const [area, low, high] = auc[vector].map((value) => value.toFixed(2).replace(/^0/, "").replace("1.00", "1"));
  return `${means}; AUC ${area} (${low}–${high})`;
}
