// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

// Tables of figures, each with its quality; why a figure is not there, or not exact, stands once below the table.

class Footnotes {
  constructor() {
    this.reasons = [];
  }

  /** The number of a reason. */
  of(reason) {
    if (!this.reasons.includes(reason)) this.reasons.push(reason);
    return this.reasons.indexOf(reason) + 1;
  }

  list() {
    if (this.reasons.length === 0) return null;
    return make("ol", {class: "footnotes"}, ...this.reasons.map((reason) => make("li", {}, own(reason))));
  }
}

/** "~0.213 (95 %: 0.190 to 0.236)", or with the lowest and the highest repeat. */
function inFull(figure) {
  if (figure.s === undefined) return figure.t;
  return `${figure.t} (${figure.q === "sampled" ? "95 %" : "repeats"}: ${figure.s})`;
}

/** "~0.213", and below it "0.190 to 0.236 sampled (2)". */
function figureCell(figure, notes) {
  if (!figure) return make("td", {}, "–");
  const cell = make("td", {}, own(figure.t));
  if (figure.s !== undefined) cell.append(make("span", {class: "quality range"}, figure.s));
  const marks = [];
  if (figure.q !== "exact") marks.push(figure.q === "unavailable" ? "not measured" : figure.q);
  if (figure.why) marks.push(`(${notes.of(figure.why)})`);
  if (marks.length !== 0) cell.append(make("span", {class: "quality"}, marks.join(" ")));
  return cell;
}

/**
 * columns: [title], rows: [{head, cells}] with cells as texts or as figures. `words`: indexes of columns with text.
 */
function makeTable({caption, columns, rows, words = [], long = false}) {
  const notes = new Footnotes();
  const isWords = (index) => words.includes(index);
  const head = make("tr", {}, ...columns.map((title, index) =>
    make("th", {scope: "col", class: index === 0 || isWords(index) ? "words" : null}, own(title))));
  const body = rows.map(({head: name, cells}) =>
    make("tr", {}, make("th", {scope: "row"}, own(name)), ...cells.map((cell, index) => {
      if (cell !== null && typeof cell === "object") return figureCell(cell, notes);
      return make("td", {class: isWords(index + 1) ? "words" : null}, own(cell ?? "–"));
    })));
  const table = make("table", {class: long ? "long" : null},
    make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...body));
  const scroll = make("div", {class: "scroll", role: "region", "aria-label": caption, tabindex: "0"}, table);
  return make("div", {}, scroll, notes.list());
}

/** The table in what opens on demand, below a chart. */
function detailsOf(summary, ...children) {
  return make("details", {}, make("summary", {}, summary), ...children);
}
