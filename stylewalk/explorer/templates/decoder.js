// The decoders of the models, and what they make of latents: see stylewalk/explorer/decoders.py.
// Numbers lie in the order row, column, channel.
const DO = {
  // To a length, as a family has it whose latents are directions.
  direction({ length }, x) {
    const norm = Math.hypot(...x) || 1;
    return x.map((value) => (value / norm) * length);
  },
  dense({ weight, bias }, x) {
    const found = Float32Array.from(bias);
    for (let row = 0; row < found.length; row++) found[row] += product(weight, row * x.length, x, 0, x.length);
    return found;
  },
  scale({ factor, offset }, x) {
    const channels = factor.length;
    for (let i = 0; i < x.length; i++) x[i] = x[i] * factor[i % channels] + offset[i % channels];
    return x;
  },
  silu(_, x) {
    for (let i = 0; i < x.length; i++) x[i] /= 1 + Math.exp(-x[i]);
    return x;
  },
  relu(_, x) {
    for (let i = 0; i < x.length; i++) if (x[i] < 0) x[i] = 0;
    return x;
  },
  sigmoid(_, x) {
    for (let i = 0; i < x.length; i++) x[i] = 1 / (1 + Math.exp(-x[i]));
    return x;
  },
  add({ values }, x) {
    for (let i = 0; i < x.length; i++) x[i] += values[i];
    return x;
  },
  widen,
};

// The sum of products of two rows of numbers. Four sums at a time: one would wait for itself.
function product(a, from, b, at, count) {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < count; i += 4) {
    s0 += a[from + i] * b[at + i];
    s1 += a[from + i + 1] * b[at + i + 1];
    s2 += a[from + i + 2] * b[at + i + 2];
    s3 += a[from + i + 3] * b[at + i + 3];
  }
  for (; i < count; i++) s0 += a[from + i] * b[at + i];
  return s0 + s1 + s2 + s3;
}

// A transposed convolution of 4 x 4 by steps of 2 with a border of 1: sides become twice as long.
function widen({ side, weight, bias }, x) {
  const [inputs, outputs, wide] = [x.length / (side * side), bias.length, 2 * side];
  const found = new Float32Array(wide * wide * outputs);
  for (let row = 0; row < wide; row++) {
    for (let column = 0; column < wide; column++) {
      const to = (row * wide + column) * outputs;
      for (let out = 0; out < outputs; out++) found[to + out] = bias[out];
      // Of every second row and column of the kernel, those that meet a pixel of the input.
      for (let ky = (row + 1) % 2; ky < 4; ky += 2) {
        const y = (row + 1 - ky) / 2;
        if (y < 0 || y >= side) continue;
        for (let kx = (column + 1) % 2; kx < 4; kx += 2) {
          const left = (column + 1 - kx) / 2;
          if (left < 0 || left >= side) continue;
          const [from, at] = [(ky * 4 + kx) * outputs * inputs, (y * side + left) * inputs];
          for (let out = 0; out < outputs; out++) found[to + out] += product(weight, from + out * inputs, x, at, inputs);
        }
      }
    }
  }
  return found;
}

// The image of a latent, in 0 to 255, not rounded.
function decoded(model, latent) {
  let x = latent;
  for (const step of data.decoders[model].steps) x = DO[step.do](step, x);
  for (let i = 0; i < x.length; i++) x[i] = Math.min(255, Math.max(0, 255 * x[i]));
  return x;
}

const canDecode = (model) => Boolean(data.decoders?.[model].steps);

function latentOf(model, place) {
  const { width, latents } = data.decoders[model];
  return Float32Array.from(latents.subarray(place * width, (place + 1) * width));
}

// Points from one latent to another, both included: see stylewalk/trajectories/paths.
const PATHS = {
  line: (a, b, t) => a.map((value, i) => (1 - t) * value + t * b[i]),
  slerp(a, b, t) {
    const norms = [Math.hypot(...a), Math.hypot(...b)];
    const cosine = a.reduce((sum, value, i) => sum + value * b[i], 0) / (norms[0] * norms[1]);
    const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
    if (!(Math.sin(angle) > 1e-6)) return PATHS.line(a, b, t);
    const norm = ((1 - t) * norms[0] + t * norms[1]) / Math.sin(angle);
    const [of_a, of_b] = [Math.sin((1 - t) * angle) / norms[0], Math.sin(t * angle) / norms[1]];
    return a.map((value, i) => norm * (of_a * value + of_b * b[i]));
  },
};

// The distance of each image from the line through the ends, over theirs (rho_t); its mean between
// the ends is null where these nearly coincide.
function residuals(images) {
  const [first, last] = [images[0], images.at(-1)];
  const across = last.map((value, i) => value - first[i]);
  const squared = product(across, 0, across, 0, across.length);
  if (squared < across.length) return [null, images.map(() => 0)];
  const each = images.map((image) => {
    let dot = 0;
    for (let i = 0; i < image.length; i++) dot += (image[i] - first[i]) * across[i];
    let sum = 0;
    for (let i = 0; i < image.length; i++) sum += (image[i] - first[i] - (dot / squared) * across[i]) ** 2;
    return Math.sqrt(sum / squared);
  });
  const between = each.slice(1, -1);
  return [between.reduce((sum, value) => sum + value, 0) / between.length, each];
}

// A decoded image as a canvas takes it.
function pixelsOf(image, size) {
  const pixels = new ImageData(size, size);
  for (let i = 0; i < size * size; i++) {
    for (let channel = 0; channel < 3; channel++) pixels.data[4 * i + channel] = Math.round(image[3 * i + channel]);
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}

// A strip of images as an address.
function stripAddress(images, size) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [size * images.length, size];
  const context = canvas.getContext("2d");
  images.forEach((image, place) => context.putImageData(pixelsOf(image, size), place * size, 0));
  return canvas.toDataURL("image/png");
}

// The row of one model in a walk that the page computes.
function decodedRow(model, from, to, path, steps) {
  const [a, b] = [latentOf(model, from), latentOf(model, to)];
  const images = [];
  for (let step = 0; step <= steps; step++) images.push(decoded(model, PATHS[path](a, b, step / steps)));
  const [rho, residual] = residuals(images);
  const l2 = Math.hypot(...a.map((value, i) => value - b[i]));
  const sheet = stripAddress(images, data.decoders[model].size);
  return { model, a: from, b: to, l2, rho: rho === null ? null : Number(rho.toFixed(3)), loss: null, residual, sheet };
}
