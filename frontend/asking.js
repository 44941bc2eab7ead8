// Asks again every few seconds while the page is in sight; after a failure it waits twice as long.
const LONGEST = 60_000;

/** `gone` ends it for good; `rests` while true, it asks only when the page comes into sight again. */
export const asksAgain = (ask, { least, spread, gone, rests }) => {
  let faults = 0;
  let timer = 0;

  const later = () => {
    clearTimeout(timer);
    if (document.hidden || gone() || rests()) return;
    timer = setTimeout(now, Math.min(LONGEST, least * 2 ** faults) + Math.random() * spread);
  };

  const now = async () => {
    try {
      await ask();
      faults = 0;
    } catch (fault) {
      faults = Math.min(faults + 1, 5);
    }
    later();
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden && !gone()) timer = setTimeout(now, Math.random() * 1000);
  });
  later();
};
