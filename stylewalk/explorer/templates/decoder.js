// The networks of the models, and what they make of latents and pictures: see stylewalk/explorer/steps.py.
// Numbers lie in the order row, column, channel.
const DO = {
  // To a length, as a family has it whose latents are directions.
  direction({ length }, x) {
    const norm = Math.hypot(...x) || 1;
    return x.map((value) => (value / norm) * length);
  },
  dense(step, x) {
    if (step.unit) {
      // Whole numbers, each so many units of its row: numbers of one type are multiplied faster.
      step.weight = Float32Array.from(step.weight, (value, i) => value * step.unit[Math.floor(i / x.length)]);
      step.unit = null;
    }
    const { weight, bias } = step;
    const found = Float32Array.from(bias);
    addProducts(found, 0, found.length, weight, 0, x.length, x, 0, x.length);
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
  // Onto the directions along which the decoder of the same model goes, a dense layer.
  project(_, x, model) {
    const [{ weight }] = partOf(model, "steps");
    const width = weight.length / x.length;
    const found = new Float32Array(width);
    for (let pixel = 0; pixel < x.length; pixel++) {
      for (let i = 0; i < width; i++) found[i] += x[pixel] * weight[pixel * width + i];
    }
    return found;
  },
  widen,
  narrow,
};

// Plain declarations in what follows, since arrays that are taken apart take twice as long here.
// The sum of products of two rows of numbers. Four sums at a time: one would wait for itself.
function product(a, from, b, at, count) {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
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

// Add to `rows` numbers of `found` the products of as many rows of a matrix with the same numbers of
// x. Four rows at a time, for which each of these is read once.
function addProducts(found, to, rows, a, from, stride, x, at, count) {
  let row = 0;
  for (; row + 3 < rows; row += 4) {
    const f0 = from + row * stride, f1 = f0 + stride, f2 = f1 + stride, f3 = f2 + stride;
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (let i = 0; i < count; i++) {
      const value = x[at + i];
      s0 += a[f0 + i] * value;
      s1 += a[f1 + i] * value;
      s2 += a[f2 + i] * value;
      s3 += a[f3 + i] * value;
    }
    found[to + row] += s0;
    found[to + row + 1] += s1;
    found[to + row + 2] += s2;
    found[to + row + 3] += s3;
  }
  for (; row < rows; row++) found[to + row] += product(a, from + row * stride, x, at, count);
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
          addProducts(found, to, outputs, weight, (ky * 4 + kx) * outputs * inputs, inputs, x, (y * side + left) * inputs, inputs);
        }
      }
    }
  }
  return found;
}

// A convolution of 4 x 4 by steps of 2 with a border of 1: sides become half as long.
function narrow({ side, weight, bias }, x) {
  const [inputs, outputs, half] = [x.length / (side * side), bias.length, side / 2];
  const found = new Float32Array(half * half * outputs);
  for (let row = 0; row < half; row++) {
    for (let column = 0; column < half; column++) {
      const to = (row * half + column) * outputs;
      for (let out = 0; out < outputs; out++) found[to + out] = bias[out];
      // Of the kernel's columns, those that meet a pixel of the input.
      const left = 2 * column - 1, first = Math.max(0, -left), past = Math.min(4, side - left);
      for (let ky = 0; ky < 4; ky++) {
        const y = 2 * row - 1 + ky;
        if (y < 0 || y >= side) continue;
        addProducts(found, to, outputs, weight, (ky * 4 + first) * inputs, 16 * inputs, x, (y * side + left + first) * inputs, (past - first) * inputs);
      }
    }
  }
  return found;
}

// The latent of a picture, of numbers from 0 to 1.
function encoded(model, picture) {
  let x = Float32Array.from(picture);
  for (const step of partOf(model, "encoder")) x = DO[step.do](step, x, model);
  return x;
}

// The image of a latent, in 0 to 255, not rounded.
function decoded(model, latent) {
  let x = latent;
  for (const step of partOf(model, "steps")) x = DO[step.do](step, x);
  for (let i = 0; i < x.length; i++) x[i] = Math.min(255, Math.max(0, 255 * x[i]));
  return x;
}

const canDecode = (model) => Boolean(data.decoders?.[model].steps);
const canEncode = (model) => canDecode(model) && Boolean(data.decoders[model].encoder);
// Whether a model has a latent of each of these pictures.
const hasLatents = (model, ...places) => canDecode(model) && places.every((place) => place < count || Boolean(guestAt(place)?.latents[model]));

function latentOf(model, place) {
  if (place >= count) return Float32Array.from(guestAt(place).latents[model]);
  const [{ width }, latents] = [data.decoders[model], partOf(model, "latents")];
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
