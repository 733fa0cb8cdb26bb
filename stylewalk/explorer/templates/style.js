// The style loss of a walk by two layers of the study's style network, which travel with the page: see stylewalk/explorer/style.py. It takes seconds, and lets the browser do other things meanwhile.
const AT_ONCE = 25; // milliseconds of computing before the browser has its turn

// Work that pauses at every `yield`, done bit by bit.
function bitByBit(work) {
  return new Promise((done, failed) => {
    const go = () => {
      const start = performance.now();
      try {
        for (;;) {
          const { value, done: isDone } = work.next();
          if (isDone) return done(value);
          if (performance.now() - start > AT_ONCE) return void setTimeout(go);
        }
      } catch (error) {
        failed(error);
      }
    };
    go();
  });
}

// A convolution of 3 x 3 with a border of 1, then ReLU; numbers lie in the order row, column, channel.
function* sameSize({ weight, bias }, x, side) {
  const [inputs, outputs] = [x.length / (side * side), bias.length];
  const found = new Float32Array(side * side * outputs);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const to = (row * side + column) * outputs;
      for (let out = 0; out < outputs; out++) found[to + out] = bias[out];
      const first = column ? 0 : 1, past = column + 1 < side ? 3 : 2;
      for (let ky = row ? 0 : 1; ky < (row + 1 < side ? 3 : 2); ky++) {
        const at = ((row + ky - 1) * side + column + first - 1) * inputs;
        addProducts(found, to, outputs, weight, (ky * 3 + first) * inputs, 9 * inputs, x, at, (past - first) * inputs);
      }
      for (let out = to; out < to + outputs; out++) if (found[out] < 0) found[out] = 0;
    }
    yield;
  }
  return found;
}

// The largest of each 2 x 2 numbers of a channel.
function pooled(x, side) {
  const channels = x.length / (side * side);
  const found = new Float32Array(x.length / 4);
  for (let row = 0; row < side / 2; row++) {
    for (let column = 0; column < side / 2; column++) {
      const at = (2 * row * side + 2 * column) * channels, to = (row * (side / 2) + column) * channels;
      for (let i = 0; i < channels; i++) {
        found[to + i] = Math.max(x[at + i], x[at + channels + i], x[at + side * channels + i], x[at + (side + 1) * channels + i]);
      }
    }
  }
  return found;
}

// The Gram matrix of features of N channels and M pixels, over 2 N M.
function* gramOf(x, channels) {
  const found = new Float64Array(channels * channels), pixels = x.length / channels;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * channels;
    for (let i = 0; i < channels; i++) {
      const value = x[at + i];
      if (value) for (let j = 0; j < channels; j++) found[i * channels + j] += value * x[at + j];
    }
    if (pixel % 256 === 255) yield;
  }
  return found.map((value) => value / (2 * channels * pixels));
}

let isUnpacked = false;

function* gramsOf(image, size) {
  if (!isUnpacked) unpackAll(data.style);
  isUnpacked = true;
  const { mean, std } = data.style;
  let x = Float32Array.from(image, (value, i) => (value - mean[i % 3]) / std[i % 3]), side = size;
  const grams = [];
  for (const step of data.style.steps) {
    if (step.pools) [x, side] = [pooled(x, side), side / 2];
    x = yield* sameSize(step, x, side);
    if (step.tapped) grams.push(yield* gramOf(x, step.bias.length));
  }
  return grams;
}

// Of every step between two images (Gatys, Ecker and Bethge 2015), the sum over layers.
function* styleLosses(images, size) {
  const losses = [];
  let before = null;
  for (const image of images) {
    const grams = yield* gramsOf(image, size);
    if (before) losses.push(grams.reduce((sum, gram, layer) => sum + gram.reduce((part, value, i) => part + (value - before[layer][i]) ** 2, 0), 0));
    before = grams;
  }
  return losses;
}

// ------------------------------------------------------------------ of the walk on view

// Whether the page can compute the style loss of a row, and has not.
const lacksLoss = (row) => !row.loss && !row.style && hasLatents(row.model, row.a, row.b);

let isTelling = false;

async function tellStyle() {
  const [walk, button] = [presentWalk(), byId("tell-style")];
  if (isTelling || !walk) return;
  isTelling = true;
  try {
    // Models are decoded one after another: some may come meanwhile.
    for (let row; presentWalk() === walk && (row = walk.rows.find(lacksLoss));) {
      button.textContent = `Computing: ${data.models[row.model].name} …`;
      row.style = await bitByBit(styleLosses(imagesOf(walk, row), data.decoders[row.model].size));
      if (presentWalk() === walk) drawStrips(state, true);
    }
    if (presentWalk() === walk) say("The style loss of every step is below each strip.");
  } finally {
    isTelling = false;
    drawTelling();
  }
}

function drawTelling() {
  const walk = presentWalk();
  const button = byId("tell-style");
  if (!data.style || isTelling) return;
  button.parentElement.hidden = !walk?.rows.some(lacksLoss);
  button.textContent = "Compute the style loss of every step here";
}

// The images of a walk that the page decoded, again.
function imagesOf(walk, row) {
  const [a, b] = [latentOf(row.model, row.a), latentOf(row.model, row.b)];
  return walk.shown.map((image) => decoded(row.model, PATHS[walk.path ?? "line"](a, b, image / walk.steps)));
}
