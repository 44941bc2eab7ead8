import { all, on } from "./shared.js";

const quoted = (text) => `"${text.trim().replace(/"/g, '""')}"`;

/** A table that is shown once is kept as a file, made in the browser: it goes over the line no second time. */
export const saves = (root) =>
  on(root, "[data-save-table]", "click", (event, button) => {
    const lines = all(document.getElementById(button.dataset.saveTable), "tr").map((row) =>
      all(row, "th, td").map((cell) => quoted(cell.textContent)).join(","),
    );
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n")], { type: "text/csv" }));
    link.download = button.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
