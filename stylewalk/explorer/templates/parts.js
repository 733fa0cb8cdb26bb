// What appears between the ends of a walk that the page decodes: a fade, a blur, or new structure. The
// same least squares as in stylewalk/trajectories/transformation.py, which says what each part is.
const SIGMAS = [0.5, 0.75, 1, 1.5, 2, 3, 4]; // of 64 x 64 pixels
const RANK = 1e-7; // of the largest column, below which a direction is none

function dotOf(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

// Take out of some numbers what orthonormal columns span, in place.
function takeOut(values, basis) {
  for (const column of basis) {
    const share = dotOf(values, column);
    for (let i = 0; i < values.length; i++) values[i] -= share * column[i];
  }
  return values;
}

// An orthonormal basis of what some columns add to another one (Gram and Schmidt, twice).
function basisOf(columns, against = [], unit = 1) {
  const found = [];
  const most = Math.max(unit, ...columns.map((column) => Math.sqrt(dotOf(column, column))));
  for (const column of columns) {
    const rest = Float64Array.from(column);
    for (let turn = 0; turn < 2; turn++) takeOut(takeOut(rest, against), found);
    const norm = Math.sqrt(dotOf(rest, rest));
    if (norm > RANK * most) found.push(rest.map((value) => value / norm));
  }
  return found;
}

// Under a Gaussian along both axes, with the picture mirrored at its edges.
function blurredBy(plane, size, sigma) {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = weights.reduce((a, b) => a + b);
  const mirrored = (i) => { const at = ((i % (2 * size)) + 2 * size) % (2 * size); return at < size ? at : 2 * size - 1 - at; };
  let from = plane;
  for (const [step, jump] of [[size, 1], [1, size]]) {
    const to = new Float64Array(plane.length);
    for (let line = 0; line < size; line++) {
      for (let i = 0; i < size; i++) {
        let value = 0;
        for (let k = -radius; k <= radius; k++) value += weights[k + radius] * from[line * jump + mirrored(i + k) * step];
        to[line * jump + i * step] = value / sum;
      }
    }
    from = to;
  }
  return from;
}

const planesOf = (image) => [0, 1, 2].map((channel) => Float64Array.from({ length: image.length / 3 }, (_, i) => image[3 * i + channel]));

// Squares that the best dissolve of two pictures leaves of each one between.
function dissolvedBy(first, last, between) {
  let squared = 0;
  first.forEach((plane, channel) => { for (let i = 0; i < plane.length; i++) squared += (last[channel][i] - plane[i]) ** 2; });
  return between.map((image) => {
    let along = 0;
    image.forEach((plane, channel) => {
      for (let i = 0; i < plane.length; i++) along += (plane[i] - first[channel][i]) * (last[channel][i] - first[channel][i]);
    });
    along /= Math.max(squared, 1e-12);
    let left = 0;
    image.forEach((plane, channel) => {
      for (let i = 0; i < plane.length; i++) left += (plane[i] - first[channel][i] - along * (last[channel][i] - first[channel][i])) ** 2;
    });
    return left;
  });
}

// Polynomials of the place in the picture, to second order.
function placesIn(size) {
  const at = (i) => (i + 0.5) / size - 0.5;
  const of = [() => 1, (x) => x, (_, y) => y, (x, y) => x * y, (x) => x * x, (_, y) => y * y];
  return of.map((value) => Float64Array.from({ length: size * size }, (_, i) => value(at(i % size), at(Math.floor(i / size)))));
}

const times = (a, b) => a.map((value, i) => value * b[i]);

// [fade, blur, structure] of a walk's images, in 0 to 255: means over those between the ends, in shares of
// the squared distance of the ends. Null where these nearly coincide. It takes longest of all where pictures
// are large, and pauses at every `yield`.
function* partsOfWalk(images, size) {
  const planes = images.map(planesOf);
  const [first, last, between] = [planes[0], planes.at(-1), planes.slice(1, -1)];
  let across = 0;
  first.forEach((plane, channel) => { for (let i = 0; i < plane.length; i++) across += (last[channel][i] - plane[i]) ** 2; });
  if (!between.length || across < 3 * size * size) return null;
  const places = placesIn(size);
  const colours = [...first, ...last].map((plane) => plane.map((value) => value / 255));
  const products = colours.flatMap((a, i) => colours.slice(i).map((b) => times(a, b)));
  yield;
  const common = basisOf([...places, ...colours, ...products]);
  const bases = [];
  for (const channel of [0, 1, 2]) {
    yield;
    const uneven = [colours[channel], colours[channel + 3]].flatMap((end) => places.slice(1).map((place) => times(end, place)));
    bases.push([...common, ...basisOf(uneven, common)]);
  }
  const lefts = [];
  for (const image of between) {
    yield;
    lefts.push(image.map((plane, channel) => takeOut(Float64Array.from(plane), bases[channel])));
  }
  const squares = (planesLeft) => planesLeft.reduce((sum, plane) => sum + dotOf(plane, plane), 0);
  const dissolved = dissolvedBy(first, last, between);
  const faded = lefts.map((left, i) => Math.min(squares(left), dissolved[i]));
  const [soft, both] = [dissolved.slice(), lefts.map(squares)];
  for (const sigma of SIGMAS) {
    const ends = [[], []];
    for (const [end, planesOfEnd] of [first, last].entries()) {
      for (const plane of planesOfEnd) {
        ends[end].push(blurredBy(plane, size, (sigma * size) / 64));
        yield;
      }
    }
    dissolvedBy(...ends, between).forEach((value, i) => { soft[i] = Math.min(soft[i], value); });
    const more = bases.map((base, channel) => {
      const columns = ends.map((end) => end[channel]);
      return basisOf(columns, base, columns.reduce((most, column) => column.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0));
    });
    for (const [i, left] of lefts.entries()) {
      const rest = left.map((plane, channel) => takeOut(plane.slice(), more[channel]));
      both[i] = Math.min(both[i], squares(rest));
      yield;
    }
  }
  const found = [0, 0, 0];
  for (let i = 0; i < between.length; i++) {
    const left = Math.min(both[i], faded[i], soft[i]);
    found[0] += (dissolved[i] - faded[i] + soft[i] - left) / 2;
    found[1] += (dissolved[i] - soft[i] + faded[i] - left) / 2;
    found[2] += left;
  }
  return found.map((value) => value / between.length / across);
}
