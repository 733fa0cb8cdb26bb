// Tables that are sorted by a click on the head of a column: up, down, as they were.
(() => {
  "use strict";
  const NEXT = { none: "ascending", ascending: "descending", descending: "none" };
  const SCALES = { million: 1e6, h: 3600, min: 60 };

  // The number that a cell begins with; NaN where there is none.
  const number = (text) => {
    const plain = text.replaceAll("−", "-").replaceAll(",", "").replaceAll("\u00a0", " ");
    const found = plain.match(/^(<\s*)?([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(.*)$/i);
    if (!found) return NaN;
    let value = Number(found[2]);
    const unit = found[3].match(/^ (million|h|min)\b(?: (\d+) (min|s))?/);
    if (unit) {
      value *= SCALES[unit[1]];
      if (unit[2]) value += Number(unit[2]) * (unit[3] === "min" ? 60 : 1);
    }
    return found[1] ? value * 0.999 : value; // "< 0.001" is before 0.001
  };
  // The second number of "a to b": of two intervals that begin alike, the shorter comes first.
  const end = (text) => {
    const found = text.match(/ to (.*)$/);
    return found ? number(found[1]) : NaN;
  };
  const isMissing = (text) => text === "" || text === "–";
  const words = new Intl.Collator("en", { numeric: true });

  const compare = (texts, a, b, numeric) => {
    if (!numeric) return words.compare(texts[a], texts[b]);
    const by = number(texts[a]) - number(texts[b]);
    return by || (end(texts[a]) - end(texts[b])) || 0;
  };

  const sort = (table, column, order) => {
    const body = table.tBodies[0];
    const texts = table.ownRows.map((row) => row.cells[column].textContent.trim());
    const known = texts.filter((text) => !isMissing(text));
    const numeric = known.every((text) => !Number.isNaN(number(text)));
    const sign = order === "descending" ? -1 : 1;
    const places = [...texts.keys()];
    if (order !== "none") {
      places.sort((a, b) => {
        const missing = isMissing(texts[a]) - isMissing(texts[b]); // last, whichever way
        return missing || sign * compare(texts, a, b, numeric) || a - b;
      });
    }
    body.append(...places.map((place) => table.ownRows[place]));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    if (table.tBodies[0].rows.length < 2) continue;
    table.ownRows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      if (head.textContent.trim() === "") button.setAttribute("aria-label", "name");
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const order = NEXT[head.getAttribute("aria-sort")];
        for (const other of heads) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", order);
        sort(table, column, order);
      });
    });
  }
})();
