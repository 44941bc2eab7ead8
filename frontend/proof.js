// Proof of work: the page finds the number that the server has hidden, a few thousand hashes at a time, so that it stays
// alive. SHA-256 is written out: for a message of one block that is fifteen times as quick as crypto.subtle with its
// promises (measured, see docs/adr/0017-guards.md), and it runs where the page came without encryption too.
const SLICE = 12; // milliseconds of work before the page may draw

const roots = (power, most) => {
  const found = [];
  for (let candidate = 2; found.length < most; candidate += 1) {
    let prime = true;
    for (let by = 2; by * by <= candidate; by += 1) if (candidate % by === 0) prime = false;
    if (prime) found.push((Math.pow(candidate, power) % 1) * 4294967296 | 0);
  }
  return found;
};
const K = roots(1 / 3, 64);
const START = roots(1 / 2, 8);
const W = new Int32Array(64);

/** SHA-256 of one block that is already padded: 16 words in, 8 words out. */
const block = (words) => {
  for (let i = 0; i < 16; i += 1) W[i] = words[i];
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15];
    const y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let a = START[0];
  let b = START[1];
  let c = START[2];
  let d = START[3];
  let e = START[4];
  let f = START[5];
  let g = START[6];
  let h = START[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((value, i) => (value + START[i]) | 0);
};

const hex = (words) => words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** The answer to a challenge of altcha (version 2, SHA-256, cost 1), as the server reads it. */
export const solve = async (challenge) => {
  const asked = challenge.parameters;
  const given = asked.salt + asked.nonce;
  if (asked.algorithm !== "SHA-256" || asked.cost !== 1 || given.length !== 64) throw new Error("a challenge of another kind");
  const words = new Array(16).fill(0);
  for (let i = 0; i < 8; i += 1) words[i] = parseInt(given.slice(i * 8, i * 8 + 8), 16) | 0;
  words[9] = 0x80 << 24;
  words[15] = 36 * 8;
  const first = parseInt(asked.keyPrefix.slice(0, 8), 16) | 0;
  const began = performance.now();
  for (let counter = 0, until = began + SLICE; counter < 4294967296; counter += 1) {
    words[8] = counter;
    const found = block(words);
    if (found[0] === first && hex(found).startsWith(asked.keyPrefix)) {
      const solution = { counter, derivedKey: hex(found), time: Math.round(performance.now() - began) };
      return btoa(JSON.stringify({ challenge, solution }));
    }
    if (counter % 200 === 0 && performance.now() > until) {
      await pause();
      until = performance.now() + SLICE;
    }
  }
  throw new Error("no solution");
};
