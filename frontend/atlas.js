// Fetches the map when it is asked for: its script and style lie in bundles of their own.

let fetching = null;

const script = (address) =>
  new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = address;
    tag.onload = resolve;
    tag.onerror = () => {
      tag.remove();
      reject(new Error(address));
    };
    document.head.append(tag);
  });

const style = (address) =>
  new Promise((resolve, reject) => {
    const tag = document.createElement("link");
    tag.rel = "stylesheet";
    tag.href = address;
    tag.onload = resolve;
    tag.onerror = () => {
      tag.remove();
      reject(new Error(address));
    };
    document.head.append(tag);
  });

/** Draws the map into `box`, an element of parts/map.html; gives the map (see map.js). Fails without a signal. */
export const drawMap = async (box, options) => {
  if (!window.tingchaoMap) {
    fetching = fetching || Promise.all([script(box.dataset.script), style(box.dataset.sheet)]);
    try {
      await fetching;
    } finally {
      fetching = null;
    }
  }
  return window.tingchaoMap.draw(box, options);
};

/** Where the phone is, as {lat, lng}; fails when that is not known or not allowed. */
export const whereIAm = () =>
  new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(new Error("geolocation"));
      return;
    }
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ lat: coords.latitude, lng: coords.longitude }), reject, {
      enableHighAccuracy: true,
      timeout: 15_000,
      maximumAge: 60_000,
    });
  });
