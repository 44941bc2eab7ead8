// Who has filed, on the map: the table of counties says what each shade means, and is there without this script.
import { all } from "./shared.js";
import { drawMap } from "./atlas.js";

const shown = async (box) => {
  const told = document.querySelector("[data-coverage-told]");
  const counties = {};
  all(document, "[data-county]").forEach((row) => {
    const { county, grade, told: words } = row.dataset;
    counties[county] = { grade: Number(grade), words, hash: `#county-${county}` };
  });
  try {
    await drawMap(box, { counties, code: box.dataset.code });
  } catch {
    box.hidden = true;
    told.hidden = false;
  }
};

export const coverage = (root) => all(root, "[data-coverage]").forEach(shown);
