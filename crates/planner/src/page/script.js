// Sorts and filters the table of access points, and counts the check boxes of the runbook. Nothing is stored, nothing is asked for.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  // The table.
  const table = document.querySelector("table.access-points");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const filter = byId("filter");
  const verdict = byId("filter-verdict");
  const shown = byId("shown");
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const texts = rows.map((row) => row.textContent.toLowerCase());

  const key = (row, column) => {
    const cell = row.cells[column];
    return "sort" in cell.dataset ? cell.dataset.sort : cell.textContent.trim();
  };

  // What has no value comes last, in both directions; what is equal keeps its order.
  const sort = (header, column, direction) => {
    const numbers = rows.every((row) => "sort" in row.cells[column].dataset);
    const sorted = rows
      .map((row) => ({ row, key: key(row, column) }))
      .sort((one, other) => {
        if (one.key === "" || other.key === "") {
          return (one.key === "") - (other.key === "");
        }
        const sign = direction === "ascending" ? 1 : -1;
        return sign * (numbers ? one.key - other.key : order.compare(one.key, other.key));
      });
    body.append(...sorted.map((entry) => entry.row));
    for (const cell of table.tHead.rows[0].cells) {
      cell.removeAttribute("aria-sort");
    }
    header.setAttribute("aria-sort", direction);
  };

  // The title stays text beside its button: browsers do not print the text of a button on each page that repeats the head.
  Array.from(table.tHead.rows[0].cells).forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `sort by ${header.textContent}`);
    header.append(button);
    header.addEventListener("click", () => {
      const ascending = header.getAttribute("aria-sort") === "ascending";
      sort(header, column, ascending ? "descending" : "ascending");
    });
  });

  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    rows.forEach((row, index) => {
      const fits =
        (verdict.value === "" || row.dataset.verdict === verdict.value) &&
        words.every((word) => texts[index].includes(word));
      row.hidden = !fits;
      number += fits;
    });
    shown.hidden = number === rows.length;
    shown.textContent = `${number} of ${rows.length} access points are shown`;
  };
  filter.addEventListener("input", apply);
  verdict.addEventListener("change", apply);
  document.querySelector(".filter").hidden = false;

  // The runbook.
  const boxes = Array.from(document.querySelectorAll(".runbook input"));
  const progress = byId("progress");
  const count = () => {
    const done = boxes.filter((box) => box.checked).length;
    progress.hidden = done === 0;
    progress.textContent = `${done} of ${boxes.length} steps are done`;
  };
  boxes.forEach((box) => box.addEventListener("change", count));
})();
