// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

// The page: what is chosen, its sections, and what happens when something else is chosen.

const state = {
  runs: data.runs,
  run: data.runs[0],
  fieldSize: 0,
  threads: 0,
  group: undefined,
  hidden: new Set(),
  open: new Set(), // sections, by their ids
};

/** The cell to begin with: of those that all runs have the one with the largest fields and the fewest connections. */
function commonCell() {
  const [first, ...others] = data.runs.filter(({groups}) => groups.length !== 0);
  const common = first === undefined ? [] : first.groups.filter(({field_size: size, threads}) =>
    others.every((run) => groupOf(run, size, threads) !== undefined));
  return common.sort((one, other) => other.field_size - one.field_size || one.threads - other.threads)[0];
}

/** Keeps what was chosen where the run has it; else takes the largest fields and the fewest connections. */
function choose({run = state.run, fieldSize = state.fieldSize, threads = state.threads} = {}) {
  state.run = run;
  const has = (list, wanted) => list.some(({value}) => value === wanted);
  if (run.groups.length === 0) {
    state.group = undefined;
    return;
  }
  state.fieldSize = has(run.field_sizes, fieldSize) ? fieldSize : run.field_sizes[run.field_sizes.length - 1].value;
  state.threads = has(run.threads, threads) ? threads : run.threads[0].value;
  state.group = groupOf(run, state.fieldSize, state.threads);
}

/** What is chosen, as it stands in the page's address: "#run=2&size=4096&threads=1&hide=A1&open=latency". */
function address() {
  const parts = [];
  if (data.runs.length > 1) parts.push(["run", data.runs.indexOf(state.run) + 1]);
  if (state.run.field_sizes.length > 1) parts.push(["size", state.fieldSize]);
  if (state.run.threads.length > 1) parts.push(["threads", state.threads]);
  if (state.hidden.size !== 0) parts.push(["hide", [...state.hidden].join(",")]);
  if (state.open.size !== 0) parts.push(["open", [...state.open].join(",")]);
  return `#${parts.map(([name, value]) => `${name}=${value}`).join("&")}`;
}

function remember() {
  if (!printing && address() !== (location.hash || "#")) history.replaceState(null, "", address());
}

/** Takes over what an address says and this page has. */
function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const list = (name) => (parts.get(name) || "").split(",").filter((word) => word !== "");
  const cell = commonCell() || {};
  const number = (name, otherwise) => (parts.has(name) ? Number(parts.get(name)) : otherwise);
  choose({
    run: data.runs[number("run", 1) - 1] || data.runs[0],
    fieldSize: number("size", cell.field_size), threads: number("threads", cell.threads),
  });
  state.hidden = new Set(list("hide").filter((variant) => variantTable.has(variant)));
  state.open = new Set(list("open").filter((id) => foldedSections.some((section) => section.id === id)));
  for (const section of foldedSections) section.open = state.open.has(section.id);
}

const figures = [];
const sections = []; // functions that fill what is no figure
const foldedSections = [];

function section(title, about, ...children) {
  return make("section", {}, make("h2", {}, title), about === "" ? null : make("p", {class: "muted small"}, about), ...children);
}

/** A section of which only the title is there until it is opened. */
function folded(id, title, about, ...children) {
  const element = make("details", {class: "section", id}, make("summary", {}, make("h2", {}, title)),
    about === "" ? null : make("p", {class: "muted small"}, about), ...children);
  element.addEventListener("toggle", () => {
    if (printing) return;
    if (element.open) state.open.add(id);
    else state.open.delete(id);
    remember();
    drawFigures(); // those that could not be seen until now
  });
  foldedSections.push(element);
  return element;
}

/** A place that is filled anew whenever something else is chosen. */
function filled(element, contents) {
  sections.push(() => fill(element, ...[contents()].flat()));
  return element;
}

function grid(kind, ...boxes) {
  figures.push(...boxes);
  return make("div", {class: kind}, ...boxes.map(({element}) => element));
}

function alerts() {
  return state.run.alerts.map((text) => make("p", {class: "alert", role: "note"}, own(text)));
}

function banner() {
  const {text, detail, sound} = state.run.accounting;
  return make("p", {class: sound ? "banner" : "banner unsound"}, make("strong", {}, text), make("span", {}, detail),
    make("a", {href: "#trust"}, "what was checked and what is missing"));
}

const mainFindings = 3;

/** The list, with what each means or without. */
function findingList(list, withMeaning) {
  return make("ul", {class: "findings"}, ...list.map(({id, warning, fact, meaning}) =>
    make("li", {class: warning ? "warning" : null},
      make("span", {class: "kind"}, warning ? "Warning: " : "Note: "), sentence(fact), " ",
      meaning === "" || !withMeaning ? null : make("span", {class: "muted"}, sentence(meaning)), " ", make("code", {class: "id"}, `[${id}]`))));
}

function findingsThatMatter() {
  const {findings} = state.run;
  if (findings.length === 0) return make("p", {class: "muted"}, "No findings.");
  return [findingList(findings.slice(0, mainFindings), false),
    make("p", {class: "small"}, make("a", {href: "#findings"}, findings.length > mainFindings
      ? `All ${findings.length} findings, and what they mean` : "What they mean"))];
}

function allFindings() {
  return state.run.findings.length === 0 ? make("p", {class: "muted"}, "No findings.") : findingList(state.run.findings, true);
}

function verdict() {
  const {run, group} = state;
  const text = run.verdict || (group === undefined ? "" : group.verdict);
  return text === "" ? [] : make("p", {class: "verdict"}, sentence(text));
}

/** Sizes, unless only the number of connections varies. */
function mainAxis(run) {
  return run.field_sizes.length === 1 && run.threads.length > 1 ? "threads" : "field_size";
}

function answerFigures() {
  return grid("charts three",
    overFigure({id: "throughput", title: "Throughput", over: mainAxis, about: "Geometric mean of the repeats; whiskers: lowest to highest repeat.",
      unit: "Gbit/s", label: numberLabel, pick: ({throughput}) => throughput}),
    overFigure({id: "ratio", title: "Throughput, compared", over: mainAxis, about: "Whiskers: 95 % interval of the ratio. Dashed line: equally fast.",
      unit: "×", label: numberLabel, pick: ({ratio}) => ratio, factor: true}),
    copiesFigure());
}

function glance() {
  const {group} = state;
  if (group === undefined)
    return make("p", {class: "empty"}, state.run.groups.length === 0 ? "No cell was finished: there is nothing to show."
      : "This run has no cell of this field size with this number of connections.");
  const variants = shown(group, state);
  const row = (head, pick) => ({head, cells: variants.map(pick)});
  return [
    make("h3", {}, group.title),
    group.verdict === "" ? null : make("p", {}, sentence(group.verdict)),
    variants.length === 0 ? make("p", {class: "empty"}, nothingChosen) : makeTable({
      caption: "Geometric mean of the repeats, latencies of all repeats together; below it the lowest and the highest repeat",
      columns: ["Figure", ...variants.map(({variant}) => variantTitle(variant))],
      rows: [
        row("Throughput, Gbit/s", ({throughput}) => throughput),
        row("Latency p50, µs", ({p50}) => p50),
        row("Latency p99, µs", ({p99}) => p99),
        row("Latency p99.9, µs", ({p999}) => p999),
        row("CPU time, ns/byte", ({cpu}) => cpu),
        row("Copies per byte", ({copies}) => copies.total),
        row("Messages measured", ({messages}) => messages),
      ],
    }),
  ];
}

function counterTable() {
  const {group} = state;
  const variants = shown(group, state);
  if (variants.length === 0 || variants[0].counters.all.length === 0) return null;
  return detailsOf("All counters as a table", makeTable({
    caption: "Sender and receiver, for each payload byte or message",
    columns: ["Event", "Unit", ...variants.flatMap(({variant}) => [`${variant} sender`, `${variant} receiver`])],
    words: [1],
    rows: variants[0].counters.all.map(({event, unit}, row) => ({
      head: event,
      cells: [unit, ...variants.flatMap(({counters}) => (counters.all[row] ? [counters.all[row].sender, counters.all[row].receiver] : [null, null]))],
    })),
  }));
}

/// What explains the figures. Their columns are all variants of the group.
function causeTables() {
  const {group} = state;
  const columns = shown(group, state).map((one) => ({variant: one.variant, column: group.variants.indexOf(one)}));
  if (columns.length === 0) return [];
  return group.tables.map(({title, rows}) => makeTable({
    caption: title,
    columns: ["", ...columns.map(({variant}) => variant)],
    rows: rows.map(({label, values}) => ({head: label, cells: columns.map(({column}) => values[column] === "" ? "n/a" : values[column])})),
  }));
}

function hottestTable() {
  const {group} = state;
  const rows = shown(group, state).flatMap(({variant, hottest}) => Object.entries(hottest)
    .filter(([, symbols]) => symbols !== "").map(([role, symbols]) => ({head: `${variant} ${role}`, cells: [symbols]})));
  if (rows.length === 0) return null;
  const counts = shown(group, state).filter(({samples}) => samples !== "")
    .map(({variant, samples}) => make("li", {}, own(`${variant}: ${samples}`)));
  return detailsOf("Kernel functions in which most samples lie", counts.length === 0 ? null : make("ul", {class: "small"}, ...counts), makeTable({
    caption: "The five with most samples, with their share of the samples of that end", columns: ["End", "Functions"], words: [1], long: true, rows,
  }));
}

function marks() {
  return make("ul", {class: "small"},
    make("li", {}, make("b", {}, "exact"), " (no mark): every occurrence was counted or timed."),
    make("li", {}, make("b", {}, "⊢ bracketed"), `: exact but for a stated few nanoseconds around it${state.run.bracket ? ": " : "."}`, own(state.run.bracket || "")),
    make("li", {}, make("b", {}, "~ sampled"), ": estimated from periodic samples; the 95 % interval is behind it."),
    make("li", {}, make("b", {}, "≈ estimated"), ": derived under an assumption, or counted while hits were missed; which is stated."),
    make("li", {}, make("b", {}, "n/a, not measured"), ": there is no figure, and the reason is given. It is not 0."));
}

function trust() {
  const {laws, losses, unmeasured, estimated} = state.run;
  const lost = losses.filter(({any}) => any);
  const none = losses.length - lost.length;
  return [
    make("h3", {}, "What was lost"),
    losses.length === 0 ? make("p", {class: "muted"}, "Nothing was traced, so that nothing could be lost.")
      : lost.length === 0 ? make("p", {}, `Nothing: none of ${losses.length} kinds of loss occurred.`)
        : makeTable({
          caption: `Events that the tracer lost (kinds of loss that did not occur: ${none})`, words: [2], long: true,
          columns: ["Kind", "Events", "Touches"],
          rows: lost.map(({name, count, touches}) => ({head: name, cells: [count, touches]})),
        }),
    make("h3", {}, "What could not be measured"),
    unmeasured.length === 0 ? make("p", {}, "Nothing is missing.")
      : makeTable({
        caption: "What is missing, and why", words: [1], long: true, columns: ["Figures", "Reason"],
        rows: unmeasured.map(([what, reason]) => ({head: what, cells: [reason]})),
      }),
    ...estimated.length === 0 ? [] : [
      make("h3", {}, "What is estimated"),
      makeTable({
        caption: "What is estimated, and what that assumes or what was missed", words: [1], long: true, columns: ["Figures", "Reason"],
        rows: estimated.map(([what, reason]) => ({head: what, cells: [reason]})),
      }),
    ],
    make("h3", {}, "How a figure was obtained"),
    marks(),
    laws.length === 0 ? null : detailsOf(`All ${laws.length} laws`, makeTable({
      caption: "Sums that must match, over all cells", words: [1, 2], long: true, columns: ["Law", "States", "Outcome"],
      rows: laws.map(({name, statement, outcome, broken, not_shown}) =>
        ({head: name, cells: [statement, `${broken ? "✗ " : not_shown ? "? " : ""}${outcome}`]})),
    })),
  ];
}

function environment() {
  const {facts, notes, plan, name} = state.run;
  return [
    ...notes.map((note) => make("p", {class: "small"}, "Note: ", own(note))),
    make("dl", {class: "facts"}, make("dt", {}, "File"), make("dd", {}, own(name)),
      ...facts.flatMap(([what, value]) => [make("dt", {}, own(what)), make("dd", {}, own(value))])),
    plan.length === 0 ? null : detailsOf("What each path was observed with", makeTable({
      caption: "Backend of each path, and the quality of its figures", words: [1, 2, 3, 4, 5, 6], long: true,
      columns: ["Path", "What happens", "Backend", "Calls", "Bytes", "Time", "Limits"],
      rows: plan.map((path) => ({head: path.path, cells: [path.does, path.backend, path.calls, path.bytes, path.time, path.why || "–"]})),
    })),
  ];
}

function differences() {
  if (data.runs.length < 2) return null;
  if (data.differences.length === 0)
    return make("p", {class: "banner"}, "The runs differ in nothing that was recorded and bears on the figures.");
  return make("div", {class: "alert", role: "note"},
    make("p", {}, make("b", {}, `${data.runs.length} runs, which differ in: `), own(data.differences.map(({what}) => what).join(", "))),
    detailsOf("Their values", makeTable({
      caption: "What differs between the runs", words: data.runs.map((_, index) => index + 1),
      columns: ["Fact", ...data.runs.map((_, index) => `Run ${index + 1}`)],
      rows: [
        {head: "File, start", cells: data.runs.map(({label}) => label)},
        ...data.differences.map(({what, values}) => ({head: what, cells: values.map((value) => value || "–")})),
      ],
    })));
}

/** What the judge says of the other runs against the first. */
function comparison() {
  if (data.comparison === null) return null;
  const {sentences, pairs, left_out: leftOut} = data.comparison;
  if (pairs.length === 0) return make("p", {class: "muted"}, "The runs have no cell in common: nothing is compared.");
  return make("div", {class: "comparison"},
    ...sentences.map((text) => make("p", {}, sentence(text))),
    detailsOf("Each cell that they share", makeTable({
      caption: "Ratio to run 1 with its 95 % interval", words: [1, 2, 4], long: true,
      columns: ["Cell", "Run", "Metric", "Ratio", "Verdict"],
      rows: pairs.map(({run, variant, field_size: size, threads, metric, statistic, ratio, verdict}) => ({
        head: `${variant}, 8 × ${size} B, ${threads} connection${threads === 1 ? "" : "s"}`,
        cells: [String(run + 1), metric === statistic ? metric : `${metric} ${statistic}`, ratio, verdict],
      })),
    }), leftOut.length === 0 ? null : make("ul", {class: "small"}, ...leftOut.map((text) => make("li", {}, own(`Not compared: ${text}`))))));
}

/** A labelled choice; `options`: [{value, label}]. */
function chooser(id, label, options, chosen, change) {
  const select = make("select", {id}, ...options.map((option, index) =>
    make("option", {value: String(index), selected: option.value === chosen}, option.label)));
  select.addEventListener("change", () => change(options[Number(select.value)].value));
  return make("label", {for: id}, label, select);
}

function controls() {
  const {run} = state;
  const focused = document.activeElement && document.activeElement.id;
  const variants = variantsWhere((variant) => data.runs.some(({groups}) => groups.some((group) => group.variants.some((each) => each.variant === variant))));
  const buttons = variants.map((variant) => {
    const button = make("button", {type: "button", id: `show-${variant}`, "aria-pressed": String(!state.hidden.has(variant))},
      variantSwatch(variant), variantTitle(variant));
    button.addEventListener("click", () => {
      if (!state.hidden.delete(variant)) state.hidden.add(variant);
      refresh();
      announce(`${variantTitle(variant)} is ${state.hidden.has(variant) ? "hidden" : "shown"}`);
    });
    return button;
  });
  const element = document.getElementById("controls");
  fill(element,
    data.runs.length < 2 ? null : chooser("run", "Run", data.runs.map((each, index) => ({value: each, label: `${index + 1}: ${each.label}`})), run,
      (value) => { choose({run: value}); refresh(); }),
    run.field_sizes.length < 2 ? null : chooser("field-size", "Field size", run.field_sizes, state.fieldSize,
      (value) => { choose({fieldSize: value}); refresh(); }),
    run.threads.length < 2 ? null : chooser("threads", "Connections", run.threads, state.threads,
      (value) => { choose({threads: value}); refresh(); }),
    variants.length === 0 ? null : make("div", {class: "variants", role: "group", "aria-label": "Variants; press to hide or show"}, ...buttons));
  element.hidden = element.childElementCount === 0;
  // The control that was used is a new element now.
  if (focused && element.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
}

function overFigures(over) {
  const name = over === "field_size" ? "field size" : "number of connections";
  const short = over === "field_size" ? "size" : "threads";
  const about = "Geometric mean of the repeats; whiskers: lowest to highest repeat.";
  const percentile = "All repeats' messages together; whiskers: lowest to highest repeat.";
  return grid("charts three",
    overFigure({id: `throughput-${short}`, title: `Throughput over ${name}`, over, about, unit: "Gbit/s", label: numberLabel, pick: ({throughput}) => throughput}),
    overFigure({id: `p50-${short}`, title: `Median latency over ${name}`, over, about: percentile, unit: "µs", label: numberLabel, pick: ({p50}) => p50}),
    overFigure({id: `p99-${short}`, title: `99th percentile of latency over ${name}`, over, about: percentile, unit: "µs", label: numberLabel, pick: ({p99}) => p99}));
}

function counterFigures() {
  const about = "Both ends together, for each payload byte; whiskers: lowest to highest repeat.";
  return grid("charts",
    overFigure({id: "cycles", title: "Cycles per byte over field size", over: "field_size", about, unit: "cycles per byte", label: numberLabel, pick: ({counters}) => counters.charted.cycles}),
    overFigure({id: "cache-misses", title: "Cache misses per byte over field size", over: "field_size", about, unit: "cache misses per byte", label: numberLabel, pick: ({counters}) => counters.charted["cache-misses"]}));
}

/** A section over one thing that is varied; put away for a run that does not vary it, unless it varies nothing. */
function overSection(id, title, about, over, other) {
  const element = folded(id, title, about, overFigures(over === "field_sizes" ? "field_size" : "threads"));
  sections.push(() => {
    const {run} = state;
    element.hidden = run.groups.length === 0 || (run[over].length === 1 && (over === "threads" || run[other].length > 1));
  });
  return element;
}

/** A section that there is only where cells are. */
function cellSection(id, title, about, ...children) {
  const element = folded(id, title, about, ...children);
  sections.push(() => { element.hidden = state.run.groups.length === 0; });
  return element;
}

function runsSideBySide() {
  return section("Runs side by side", "", comparison(),
    grid("charts",
      runsFigure({id: "runs-throughput", title: "Throughput", unit: "Gbit/s", label: numberLabel, pick: ({throughput}) => throughput}),
      runsFigure({id: "runs-p99", title: "99th percentile of latency", unit: "µs", label: numberLabel, pick: ({p99}) => p99})),
    filled(make("ol", {class: "small"}), () => data.runs.map(({label}) => make("li", {}, own(label)))),
    differences());
}

function build() {
  const main = document.getElementById("content");
  fill(main,
    filled(make("div"), alerts),
    data.runs.length < 2 ? null : runsSideBySide(),
    filled(make("div"), () => (data.runs.length < 2 ? [] : make("h2", {}, `Run ${data.runs.indexOf(state.run) + 1}: `, own(state.run.label)))),
    filled(make("div"), verdict),
    filled(make("div"), () => (state.run.accounting.sound ? [] : banner())),
    answerFigures(),
    filled(make("div"), findingsThatMatter),
    filled(make("div"), () => (state.run.accounting.sound ? banner() : [])),
    folded("findings", "Findings", "", filled(make("div"), allFindings)),
    cellSection("cell", "Figures of the cell", "", filled(make("div"), glance)),
    overSection("sizes", "Over field size", "", "field_sizes", "threads"),
    overSection("connections", "Over connections", "Each connection has a thread at both ends.", "threads", "field_sizes"),
    cellSection("latencies", "Distribution of latency", "", grid("charts wide", latencyFigure())),
    cellSection("time", "Where each byte's time goes", "Waiting is not in these bars: see the tables.", grid("charts", pathTimeFigure(), cpuClassFigure()),
      filled(make("div"), hottestTable)),
    cellSection("causes", "What takes the time", "", filled(make("div"), causeTables)),
    cellSection("sends", "Zero-copy sends", "", grid("charts", zerocopyFigure())),
    cellSection("counters", "Counters", "", counterFigures(), filled(make("div"), counterTable)),
    folded("trust", "What was checked, and what is missing", "", filled(make("div"), trust)),
    folded("environment", "Environment", "", filled(make("div"), environment)));
  document.getElementById("made-by").textContent = `Made by ${data.made_by}. This page has everything in it and loads nothing.`;
}

/** Everything that depends on what is chosen. */
function refresh() {
  const {run} = state;
  document.getElementById("run-line").textContent = run.label;
  document.title = `${run.label} – netio-trace report`;
  controls();
  for (const fillSection of sections) fillSection();
  for (const figure of figures) figure.stale = true;
  drawFigures();
  remember();
}

/** Draws what can be seen: a chart has no size in a section that is closed. */
function drawFigures() {
  for (const figure of figures.filter(({stale, element}) => stale && element.closest("details.section:not([open])") === null)) {
    figure.update(state);
    figure.stale = false;
  }
}

/** The same figures in other colours. */
function repaint() {
  applyTheme();
  document.getElementById("theme").textContent = `Theme: ${theme}`;
  refresh();
}

document.getElementById("theme").addEventListener("click", () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  repaint();
});
darkSystem.addEventListener("change", repaint);
for (const [event, now] of [["beforeprint", true], ["afterprint", false]])
  window.addEventListener(event, () => {
    printing = now;
    for (const section of foldedSections) section.open = now || state.open.has(section.id); // paper has all
    repaint();
  });
window.addEventListener("hashchange", () => {
  if (location.hash !== "" && !location.hash.includes("=") && !foldedSections.some(({id}) => `#${id}` === location.hash)) return; // a place
  const target = foldedSections.find(({id}) => `#${id}` === location.hash);
  if (target === undefined) {
    recall();
    refresh();
    return;
  }
  target.open = true;
  target.scrollIntoView();
});

build();
recall();
repaint();
document.getElementById("not-drawn").remove();
document.documentElement.dataset.renderedMs = String(Math.round(performance.now()));
