// A gentle word when a text holds somebody's number, before it is sent: nothing is stopped, one tap masks it. What core/privacy
// finds on the server is more; here it is what people paste most: identity cards, bank cards, mobile numbers.
import { all, count } from "./shared.js";

const GAP = "[ \\-－—]?";
const RUN = new RegExp(`(?:[0-9０-９]${GAP}){10,18}[0-9０-９Xxｘ]`, "g");
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

const narrow = (text) => text.replace(/[０-９]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)).replace(/[xｘ]/g, "X");

const isIdentity = (digits) => {
  if (!/^[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(digits)) return false;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  return "10X98765432"[sum % 11] === digits[17];
};

const isCard = (digits) => {
  if (!/^(?:62|4|5[1-5]|3[4-7]|60|65)\d{14,17}$/.test(digits) || digits.length < 16) return false;
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, place) => total + (place % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit] : Number(digit)), 0);
  return sum % 10 === 0;
};

const KINDS = [
  ["identity", isIdentity, 3, 2],
  ["card", isCard, 0, 4],
  ["mobile", (digits) => /^(?:86)?1[3-9]\d{9}$/.test(digits), 3, 4],
];

const AMOUNT = /^ ?[余多]?[万亿元块％%]/;

/** What of a text is such a number: [kind, the number as written, what is left of it]. */
export const personalIn = (text) => {
  const found = [];
  for (const match of text.matchAll(RUN)) {
    const after = text.slice(match.index + match[0].length);
    if (/[0-9０-９]$/.test(text.slice(0, match.index)) || /^[0-9０-９]/.test(after) || AMOUNT.test(after)) continue;
    const digits = narrow(match[0]).replace(/[^0-9X]/g, "");
    const kind = KINDS.find((one) => one[1](digits));
    if (kind) found.push([kind[0], match[0], `${digits.slice(0, kind[2])}****${digits.slice(-kind[3])}`]);
  }
  return found;
};

const watch = (box) => {
  const told = document.getElementById(`${box.id}-personal`);
  if (!told) return;
  const words = told.querySelector("p");
  const look = () => {
    const found = personalIn(box.value);
    const kinds = found.map((one) => told.dataset[one[0]]).filter((label, place, labels) => labels.indexOf(label) === place);
    told.hidden = !found.length;
    const said = found.length ? told.dataset.words.replace("{}", kinds.join("、")) : "";
    if (words.textContent !== said) words.textContent = said;
  };
  let waiting = 0;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 500);
  });
  told.querySelector("button").addEventListener("click", () => {
    box.value = personalIn(box.value).reduce((text, one) => text.replace(one[1], one[2]), box.value);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    count(box);
    look();
    box.focus();
  });
  look();
};

export const startPrivacy = (root) => all(root, "[data-personal]").forEach(watch);
