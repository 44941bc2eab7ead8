// What both sides need: forms that are sent once, actions that open in place, lists that can be filtered.

export const all = (root, selector) => Array.from(root.querySelectorAll(selector));

export const on = (root, selector, type, run) => all(root, selector).forEach((one) => one.addEventListener(type, (event) => run(event, one)));

/** A form is sent once: a second press does nothing until the page is shown again. */
const sendOnce = (root) => {
  on(root, 'form[method="post"]', "submit", (event, form) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    if ("again" in form.dataset) setTimeout(() => release(root), 3000); // answers with a file, the page stays
    setTimeout(() => all(form, "button").forEach((button) => button.setAttribute("aria-disabled", "true")));
  });
};

export const release = (root) => {
  all(root, "form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all(form, "button").forEach((button) => button.removeAttribute("aria-disabled"));
  });
};

/** Anything that a link "#name" opens: the forms of actions (one at a time) and the menu. */
const openers = (root) => {
  const links = all(root, "a[data-opens]");
  const panel = (link) => document.getElementById(link.hash.slice(1));
  const show = (link, open) => {
    const target = panel(link);
    if (!target) return;
    target.classList.toggle("is-open", open);
    link.setAttribute("aria-expanded", String(open));
  };
  links.forEach((link) => {
    const target = panel(link);
    if (!target) return;
    link.setAttribute("role", "button");
    if (location.hash === link.hash) target.classList.add("is-open");
    link.setAttribute("aria-expanded", String(target.classList.contains("is-open")));
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        link.click();
      }
    });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const open = !target.classList.contains("is-open");
      links.filter((other) => other.dataset.opens === link.dataset.opens).forEach((other) => show(other, false));
      show(link, open);
      const first = open && target.matches("form") && target.querySelector("textarea, .box, input:not([type=hidden])");
      if (first) first.focus();
      if (open && target.getBoundingClientRect().bottom > innerHeight) target.scrollIntoView({ block: "nearest" });
    });
  });
  on(root, "a[data-closes]", "click", (event, closer) => {
    event.preventDefault();
    const link = links.find((one) => one.hash === closer.dataset.closes);
    if (link) {
      show(link, false);
      link.focus();
    }
  });
};

const counters = (root) => {
  on(root, "[data-count]", "input", (event, box) => count(box));
  all(root, "[data-count]").forEach(count);
};

export const count = (box) => {
  const most = Number(box.dataset.count);
  const place = document.getElementById(`${box.id}-count`);
  if (!place) return;
  const length = Array.from(box.value.trim()).length;
  place.textContent = length > most * 0.6 ? `${length} / ${most}` : "";
  place.classList.toggle("over", length > most);
};

const filters = (root) => {
  on(root, "[data-filter]", "input", (event, box) => {
    const words = box.value.trim().toLowerCase();
    all(document.getElementById(box.dataset.filter), ".opt").forEach((option) => {
      const chosen = option.querySelector("input").checked;
      option.hidden = Boolean(words) && !chosen && !option.textContent.toLowerCase().includes(words);
    });
  });
  on(root, "[data-filter]", "keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
};

const copyText = async (text) => {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "sr";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("copy");
};

const copies = (root) => {
  on(root, "[data-copy]", "click", async (event, button) => {
    const label = button.querySelector("[data-label]") || button;
    const before = label.textContent;
    try {
      await copyText(button.dataset.copy);
      label.textContent = button.dataset.done;
    } catch {
      label.textContent = button.dataset.failed;
    }
    setTimeout(() => (label.textContent = before), 4000);
  });
};

const prints = (root) => on(root, "[data-print]", "click", () => window.print());

export const start = (root) => {
  openers(root);
  counters(root);
  filters(root);
  copies(root);
  prints(root);
  sendOnce(root);
};

document.documentElement.classList.add("js");
addEventListener("pageshow", (event) => {
  if (event.persisted) release(document);
});
