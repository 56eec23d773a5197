// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

// How things look: theme, and colour, dash, marker and pattern of what is drawn.

const variantNames = {A1: "A1 send×8", A2: "A2 sendmsg", A3: "A3 zero-copy"};

/** Colour, line and marker together, so that none of them is needed alone; `shift` keeps whiskers apart, in pixels. */
const variantLooks = {
  A1: {color: "--a1", dash: [], marker: "circle", radius: 5, shift: -3},
  A2: {color: "--a2", dash: [8, 4], marker: "rect", radius: 5.5, shift: 0},
  A3: {color: "--a3", dash: [2, 3], marker: "triangle", radius: 6.5, shift: 3},
};

const segmentLooks = {
  A1: {color: "--a1", pattern: "plain"}, // as bars; as lines see above
  A2: {color: "--a2", pattern: "rising"},
  A3: {color: "--a3", pattern: "dots"},
  copy_in: {color: "--blue", pattern: "plain"},
  pin: {color: "--sky", pattern: "dots"},
  deferred_copy: {color: "--vermilion", pattern: "plain"},
  linearize: {color: "--yellow", pattern: "rising"},
  skb_copy: {color: "--purple", pattern: "falling"},
  copy_out: {color: "--green", pattern: "plain"},
  tcp_sendmsg: {color: "--orange", pattern: "rising"},
  send_syscall: {color: "--grey", pattern: "plain"},
  recv_syscall: {color: "--grey", pattern: "falling"},
  errqueue_syscall: {color: "--slate", pattern: "dots"},
  data_copy: {color: "--blue", pattern: "plain"},
  tcp_ip: {color: "--orange", pattern: "rising"},
  netdev: {color: "--green", pattern: "plain"},
  skb_management: {color: "--purple", pattern: "falling"},
  memory: {color: "--sky", pattern: "dots"},
  lock: {color: "--vermilion", pattern: "plain"},
  scheduling: {color: "--yellow", pattern: "rising"},
  other: {color: "--slate", pattern: "dots"},
  user_space: {color: "--grey", pattern: "falling"},
  "copied after all": {color: "--vermilion", pattern: "rising"},
  "sent without a copy": {color: "--green", pattern: "plain"},
};

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

/** What a segment is filled with: its colour, with lines or dots in the colour of the card. */
function fillOf(name) {
  const look = segmentLooks[name] || {color: "--slate", pattern: "plain"};
  if (look.pattern === "plain") return color(look.color);
  const size = 8;
  const tile = make("canvas", {width: size, height: size});
  const pen = tile.getContext("2d");
  pen.fillStyle = color(look.color);
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = color("--card");
  pen.lineWidth = 1.6;
  pen.beginPath();
  if (look.pattern === "dots") {
    pen.arc(size / 2, size / 2, 1.5, 0, 2 * Math.PI);
    pen.fill();
  } else {
    // Three lines, so that they meet at the edges of the tile.
    for (const shift of [-size, 0, size]) {
      const [from, to] = look.pattern === "rising" ? [size, 0] : [0, size];
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
  const look = variantLooks[variant];
  const swatch = make("canvas", {width: 34, height: 14, "aria-hidden": "true"});
  const pen = swatch.getContext("2d");
  pen.strokeStyle = pen.fillStyle = color(look.color);
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
