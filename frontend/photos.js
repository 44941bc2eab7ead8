// Photos before they are sent: looked at, taken out again, and made smaller where the phone can do that rightly.

const LONGEST = 2560;
const SMALL_ENOUGH = 1_200_000;

const upright = () => Boolean(window.CSS && CSS.supports && CSS.supports("image-orientation", "from-image"));

const loaded = (url) =>
  new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });

/** The photo in at most 2560 pixels, or the photo as it came when that cannot be done. */
const smaller = async (file, url) => {
  if (file.type !== "image/jpeg" || file.size < SMALL_ENOUGH || !upright()) return file;
  try {
    const image = await loaded(url);
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    canvas.width = canvas.height = 0;
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
};

/** The photos of one form. `ready()` waits until all are prepared; `files()` gives what is to be sent. */
export class Photos {
  constructor() {
    this.picked = [];
  }

  attach(form) {
    this.input = form.querySelector("[data-photos]");
    if (!this.input) return;
    if (form.elements.kept) this.picked = []; // the server has them: the page that came back shows them
    this.most = Number(this.input.dataset.photos);
    this.shelf = form.querySelector("[data-shots]");
    this.told = form.querySelector("[data-shots-told]");
    this.input.addEventListener("change", () => this.add(Array.from(this.input.files)));
    this.draw();
  }

  add(files) {
    const room = this.most - this.picked.length;
    files.slice(0, room).forEach((file) => {
      const photo = { file, url: URL.createObjectURL(file) };
      photo.done = smaller(file, photo.url).then((result) => (photo.file = result));
      this.picked.push(photo);
    });
    this.input.value = "";
    this.draw();
    if (this.told) this.told.textContent = files.length > room ? this.told.dataset.full : "";
  }

  remove(photo) {
    URL.revokeObjectURL(photo.url);
    this.picked = this.picked.filter((other) => other !== photo);
    if (this.told) this.told.textContent = "";
    this.draw();
    this.input.focus();
  }

  draw() {
    const words = this.shelf.dataset;
    this.shelf.textContent = "";
    this.picked.forEach((photo, index) => {
      const place = document.createElement("li");
      const image = document.createElement("img");
      image.src = photo.url;
      image.alt = `${words.photo} ${index + 1}`;
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `${words.remove} ${index + 1}`);
      button.append(document.querySelector("[data-cross]").content.cloneNode(true));
      button.addEventListener("click", () => this.remove(photo));
      place.append(image, button);
      this.shelf.append(place);
    });
    this.input.closest(".pick").hidden = this.picked.length >= this.most;
  }

  clear() {
    this.picked.forEach((photo) => URL.revokeObjectURL(photo.url));
    this.picked = [];
    if (this.input) this.draw();
  }

  ready() {
    return Promise.all(this.picked.map((photo) => photo.done));
  }

  into(data) {
    if (!this.input) return;
    data.delete(this.input.name);
    this.picked.forEach((photo) => data.append(this.input.name, photo.file, photo.file.name));
  }
}
