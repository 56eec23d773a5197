// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

// The data of the page, and how things look: theme, and colour, dash, marker and fill of what is drawn.

const data = JSON.parse(document.getElementById("data").textContent);

const dashes = {solid: [], dashed: [8, 4], dotted: [2, 3], dash_dot: [8, 3, 2, 3]};
const markers = { // equally large to the eye
  circle: {marker: "circle", radius: 5}, square: {marker: "rect", radius: 5.5},
  triangle: {marker: "triangle", radius: 6.5}, diamond: {marker: "rectRot", radius: 6},
};

const byName = (list) => new Map(list.map((each) => [each.name, each]));
const variantTable = byName(data.tables.variants);
const classTable = byName(data.tables.classes);
const segmentTable = byName([
  ...data.tables.variants.map((variant) => ({...variant, series: true})), ...data.tables.paths, ...data.tables.classes,
  {name: "copied after all", color: "vermilion", fill: "rising"},
  {name: "sent without a copy", color: "green", fill: "plain"},
]);

/** Colour, line and marker of a variant together, so that none of them is needed alone. */
function looksOf(variant) {
  const {color: name, line, marker} = variantTable.get(variant);
  return {color: seriesColor(name), dash: dashes[line], ...markers[marker]};
}

function variantTitle(variant) {
  return variantTable.get(variant).label;
}

/** The variants for which something is so, in their order. */
function variantsWhere(isSo) {
  return [...variantTable.keys()].filter(isSo);
}

const themes = ["system", "light", "dark"];
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
let theme = "system";
let printing = false;

function applyTheme() {
  const dark = !printing && (theme === "dark" || (theme === "system" && darkSystem.matches));
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.classList.toggle("printing", printing);
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colour of a line, which stands out from the page by more than that of an area. */
function seriesColor(name) {
  return color(`--series-${name}`) || color(`--${name}`);
}

/** What a segment is filled with: its colour, with lines or dots in the colour of the card. */
function fillOf(name) {
  const look = segmentTable.get(name) || {color: "slate", fill: "plain"};
  const paint = look.series ? seriesColor(look.color) : color(`--${look.color}`);
  if (look.fill === "plain") return paint;
  const size = 8;
  const tile = make("canvas", {width: size, height: size});
  const pen = tile.getContext("2d");
  pen.fillStyle = paint;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = color("--card");
  pen.lineWidth = 1.6;
  pen.beginPath();
  if (look.fill === "dots") {
    pen.arc(size / 2, size / 2, 1.5, 0, 2 * Math.PI);
    pen.fill();
  } else {
    // Three lines, so that they meet at the edges of the tile.
    for (const shift of [-size, 0, size]) {
      const [from, to] = look.fill === "rising" ? [size, 0] : [0, size];
      pen.moveTo(shift, from);
      pen.lineTo(shift + size, to);
    }
    pen.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

/** A sample of a segment for a legend. */
function segmentSwatch(name) {
  const swatch = make("canvas", {width: 18, height: 12, "aria-hidden": "true"});
  const pen = swatch.getContext("2d");
  pen.fillStyle = fillOf(name);
  pen.fillRect(0, 0, 18, 12);
  pen.strokeStyle = color("--muted");
  pen.strokeRect(0.5, 0.5, 17, 11);
  return swatch;
}

/** A sample of a variant's line and marker. */
function variantSwatch(variant) {
  const look = looksOf(variant);
  const swatch = make("canvas", {width: 34, height: 14, "aria-hidden": "true"});
  const pen = swatch.getContext("2d");
  pen.strokeStyle = pen.fillStyle = look.color;
  pen.lineWidth = 2;
  pen.setLineDash(look.dash);
  pen.beginPath();
  pen.moveTo(0, 7);
  pen.lineTo(34, 7);
  pen.stroke();
  pen.setLineDash([]);
  Chart.helpers.drawPoint(pen, {pointStyle: look.marker, radius: look.radius, rotation: 0, borderWidth: 0}, 17, 7);
  return swatch;
}
