// What is known nearby and like the text being typed, to be followed instead of being said again.

const PAUSE = 1200; // milliseconds without a key
const SHORTEST = 8;

/** Asks while somebody types and shows what is alike; once shown, sending is not held up for it. */
export const startAlike = (form) => {
  const place = form.querySelector("[data-alike]");
  const { text, station, code, seen } = form.elements;
  let waiting = 0;
  let asked = "";
  const ask = async () => {
    clearTimeout(waiting);
    const words = text.value.trim();
    const where = station ? station.value : code.value;
    const question = `${where} ${words}`;
    if (words.length < SHORTEST || !where || question === asked || navigator.onLine === false) return;
    asked = question;
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("text", words);
    data.append("code", code.value);
    if (station) data.append("station", station.value);
    try {
      const answer = await fetch(place.dataset.address, { method: "POST", body: data, credentials: "same-origin" });
      if (!answer.ok || question !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.textContent = "";
      place.append(...page.body.childNodes);
      if (place.firstElementChild) seen.value = "1";
    } catch {
      asked = ""; // no signal: asked again with the next pause
    }
  };
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  text.addEventListener("blur", ask);
  if (station) station.addEventListener("change", ask);
};
