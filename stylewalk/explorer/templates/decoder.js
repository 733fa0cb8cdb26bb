// The decoders of the models, and what they make of latents: see stylewalk/explorer/decoders.py.
// Numbers lie in the order channel, row, column.
const DO = {
  // To a length, as a family has it whose latents are directions.
  direction({ length }, x) {
    const norm = Math.hypot(...x) || 1;
    return x.map((value) => (value / norm) * length);
  },
  dense({ weight, bias }, x) {
    const found = Float32Array.from(bias);
    for (let row = 0, at = 0; row < found.length; row++) {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += weight[at++] * x[i];
      found[row] += sum;
    }
    return found;
  },
  scale({ factor, offset }, x) {
    const each = x.length / factor.length;
    return x.map((value, i) => value * factor[Math.floor(i / each)] + offset[Math.floor(i / each)]);
  },
  silu: (_, x) => x.map((value) => value / (1 + Math.exp(-value))),
  relu: (_, x) => x.map((value) => Math.max(value, 0)),
  sigmoid: (_, x) => x.map((value) => 1 / (1 + Math.exp(-value))),
  add: ({ values }, x) => x.map((value, i) => value + values[i]),
  widen,
};

// A transposed convolution of 4 x 4 by steps of 2 with a border of 1: sides become twice as long.
function widen({ side, weight, bias }, x) {
  const [inputs, outputs, wide] = [x.length / (side * side), bias.length, 2 * side];
  const found = new Float32Array(outputs * wide * wide);
  for (let out = 0; out < outputs; out++) found.fill(bias[out], out * wide * wide, (out + 1) * wide * wide);
  for (let input = 0; input < inputs; input++) {
    for (let out = 0; out < outputs; out++) {
      for (let ky = 0; ky < 4; ky++) {
        for (let kx = 0; kx < 4; kx++) {
          const w = weight[((input * outputs + out) * 4 + ky) * 4 + kx];
          // Row y of the input lands on row 2 y + ky - 1 of the output, where that is inside.
          const [top, left] = [ky === 0 ? 1 : 0, kx === 0 ? 1 : 0];
          const [bottom, right] = [ky === 3 ? side - 1 : side, kx === 3 ? side - 1 : side];
          for (let y = top; y < bottom; y++) {
            let from = (input * side + y) * side + left;
            let to = (out * wide + 2 * y + ky - 1) * wide + 2 * left + kx - 1;
            for (let column = left; column < right; column++, from++, to += 2) found[to] += w * x[from];
          }
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
  return x.map((value) => Math.min(255, Math.max(0, 255 * value)));
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
  const squared = across.reduce((sum, value) => sum + value * value, 0);
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

// A strip of images as an address.
function stripAddress(images, size) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [size * images.length, size];
  const context = canvas.getContext("2d");
  images.forEach((image, place) => {
    const pixels = context.createImageData(size, size);
    for (let i = 0; i < size * size; i++) {
      for (let channel = 0; channel < 3; channel++) pixels.data[4 * i + channel] = Math.round(image[channel * size * size + i]);
      pixels.data[4 * i + 3] = 255;
    }
    context.putImageData(pixels, place * size, 0);
  });
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
  return { model, a: from, b: to, l2, rho: rho === null ? null : Number(rho.toPrecision(3)), loss: null, residual, sheet };
}
