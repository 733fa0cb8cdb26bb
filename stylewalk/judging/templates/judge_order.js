// The order of a judge's trials: their own, and the same again after a pause.

// Of one question at a time, so that a judge need not read another one before each trial.
const BLOCK = 6;

// FNV-1a: a number of 32 bits from a text.
function hashed(text) {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  }
  return sum;
}

// Mulberry32: numbers from 0 to 1, the same for the same seed.
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Fisher and Yates.
function shuffled(values, random) {
  const mixed = [...values];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}

// Rounds of one block of every question, in another order each time.
function orderOf(trials, judge) {
  const random = generator(hashed(judge));
  const left = new Map();
  for (const trial of shuffled(trials, random)) {
    if (!left.has(trial.question)) left.set(trial.question, []);
    left.get(trial.question).push(trial);
  }
  const order = [];
  while (order.length < trials.length) {
    for (const question of shuffled([...left.keys()].sort(), random)) {
      order.push(...left.get(question).splice(0, BLOCK));
    }
  }
  return order;
}
