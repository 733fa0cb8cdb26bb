// Animated GIFs (GIF89a, https://www.w3.org/Graphics/GIF/spec-gif89a.txt), each frame with its own
// 256 colours: median cut (Heckbert 1982) over colours of 5 bits a channel, then LZW (Welch 1984).
const COLOURS = 256;

// The bins of a frame's pixels: how many fall into each, and the sums of their channels.
function binsOf(pixels) {
  const bins = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    const key = ((pixels[i] >> 3) << 10) | ((pixels[i + 1] >> 3) << 5) | (pixels[i + 2] >> 3);
    const bin = bins.get(key) ?? { key, count: 0, sums: [0, 0, 0] };
    if (!bin.count++) bins.set(key, bin);
    for (let channel = 0; channel < 3; channel++) bin.sums[channel] += pixels[i + channel];
  }
  return [...bins.values()];
}

const meanOf = (bin, channel) => bin.sums[channel] / bin.count;

// The widest channel of a box of bins, how wide it is, and how many pixels it holds.
function boxOf(bins) {
  const widths = [0, 1, 2].map((channel) => {
    const values = bins.map((bin) => meanOf(bin, channel));
    return Math.max(...values) - Math.min(...values);
  });
  const width = Math.max(...widths);
  return { bins, width, channel: widths.indexOf(width), pixels: bins.reduce((sum, bin) => sum + bin.count, 0) };
}

// A palette of 256 colours, and the colour of each bin.
function paletteOf(pixels) {
  const boxes = [boxOf(binsOf(pixels))];
  while (boxes.length < COLOURS) {
    const worth = (box) => (box.bins.length > 1 ? box.width * Math.sqrt(box.pixels) : -1);
    const place = boxes.reduce((best, box, i) => (worth(box) > worth(boxes[best]) ? i : best), 0);
    const { bins, channel, pixels: total } = boxes[place];
    if (bins.length < 2) break;
    bins.sort((a, b) => meanOf(a, channel) - meanOf(b, channel));
    let [cut, seen] = [0, 0];
    while (cut < bins.length - 1 && seen + bins[cut].count / 2 < total / 2) seen += bins[cut++].count;
    cut = Math.max(1, cut);
    boxes.splice(place, 1, boxOf(bins.slice(0, cut)), boxOf(bins.slice(cut)));
  }
  const [palette, colourOfBin] = [new Uint8Array(3 * COLOURS), new Map()];
  boxes.forEach(({ bins, pixels: total }, colour) => {
    for (let channel = 0; channel < 3; channel++) {
      palette[3 * colour + channel] = Math.round(bins.reduce((sum, bin) => sum + bin.sums[channel], 0) / total);
    }
    for (const bin of bins) colourOfBin.set(bin.key, colour);
  });
  return [palette, colourOfBin];
}

function lzw(indices, out) {
  const [clear, end] = [COLOURS, COLOURS + 1];
  const [table, packed] = [new Map(), []];
  let [size, next, held, bits] = [9, end + 1, 0, 0];
  const put = (code) => {
    held |= code << bits;
    for (bits += size; bits >= 8; bits -= 8, held >>>= 8) packed.push(held & 255);
  };
  put(clear);
  let prefix = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const key = (prefix << 8) | indices[i];
    const known = table.get(key);
    if (known !== undefined) { prefix = known; continue; }
    put(prefix);
    if (next === 4096) {
      put(clear);
      table.clear();
      [size, next] = [9, end + 1];
    } else {
      if (next >= 1 << size) size++;
      table.set(key, next++);
    }
    prefix = indices[i];
  }
  put(prefix);
  put(end);
  if (bits) packed.push(held & 255);
  out.push(8); // bits of an index
  for (let i = 0; i < packed.length; i += 255) out.push(Math.min(255, packed.length - i), ...packed.slice(i, i + 255));
  out.push(0);
}

// Frames, each ImageData of one size, as the bytes of a GIF that goes round for ever; delays in 1/100 s.
function gifOf(frames, delays) {
  const { width, height } = frames[0];
  const short = (value) => [value & 255, value >> 8];
  const text = (letters) => [...letters].map((letter) => letter.charCodeAt(0));
  const out = [...text("GIF89a"), ...short(width), ...short(height), 0, 0, 0];
  out.push(0x21, 0xff, 11, ...text("NETSCAPE2.0"), 3, 1, 0, 0, 0);
  frames.forEach(({ data: pixels }, place) => {
    const [palette, colourOfBin] = paletteOf(pixels);
    out.push(0x21, 0xf9, 4, 4, ...short(delays[place]), 0, 0);
    out.push(0x2c, 0, 0, 0, 0, ...short(width), ...short(height), 0x87, ...palette);
    const indices = new Uint8Array(pixels.length / 4);
    for (let i = 0; i < indices.length; i++) {
      const [red, green, blue] = [pixels[4 * i] >> 3, pixels[4 * i + 1] >> 3, pixels[4 * i + 2] >> 3];
      indices[i] = colourOfBin.get((red << 10) | (green << 5) | blue);
    }
    lzw(indices, out);
  });
  out.push(0x3b);
  return Uint8Array.from(out);
}
