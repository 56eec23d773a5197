// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

// What each chart of the page shows. A figure's `show(state)` returns what there is for the run, the field size, the
// number of connections and the variants that are chosen:
//   config: for Chart.js, or null and `empty`: why there is nothing to draw
//   says: what the picture shows, for those who do not see it; table: the same data; keys: its legend; note: what to know

/** A box with title, chart, legend, note and table, which is kept while what it shows changes. */
class FigureBox {
  constructor({id, title, about, low = false, show}) {
    this.show = show;
    this.title = title;
    this.canvas = make("canvas", {id, role: "img", tabindex: "0"});
    this.plot = make("div", {class: low ? "plot low" : "plot"}, this.canvas);
    this.empty = make("p", {class: "empty", hidden: true});
    this.keys = make("ul", {class: "keys", "aria-label": `Legend of: ${title}`});
    this.note = make("p", {class: "note"});
    this.where = make("p", {class: "where"});
    this.table = make("div");
    this.details = detailsOf("Data as a table", this.table);
    this.element = make("figure", {"aria-labelledby": `${id}-title`},
      make("figcaption", {}, make("h3", {id: `${id}-title`}, title), make("p", {}, about), this.where),
      this.plot, this.empty, this.keys, this.note, this.details);
    driveByKeys(this.canvas);
  }

  update(state) {
    const {config = null, empty = "", says = "", table = null, keys = [], note = "", where = ""} = this.show(state);
    this.where.textContent = where;
    this.where.hidden = where === "";
    this.plot.hidden = config === null;
    this.empty.hidden = config !== null;
    this.empty.textContent = empty;
    this.note.textContent = note;
    this.note.hidden = note === "";
    fill(this.keys, ...keys.map(({variant, name, label}) => make("li", {},
      variant ? variantSwatch(variant) : segmentSwatch(name), own(variant ? variantTitle(variant) : label))));
    this.keys.hidden = keys.length === 0 || config === null;
    fill(this.table, table);
    this.details.hidden = table === null;
    this.canvas.setAttribute("aria-label", `${this.title}. ${says} Arrow keys read the values; the table below has them all.`);
    const before = Chart.getChart(this.canvas);
    if (config !== null) draw(this.canvas, config);
    else if (before) before.destroy();
  }
}

const nothingChosen = "No variant that was measured here is switched on.";

/** The variants of a group that are switched on. */
function shown(group, state) {
  return group === undefined ? [] : group.variants.filter(({variant}) => !state.hidden.has(variant));
}

function groupOf(run, fieldSize, threads) {
  return run.groups.find((group) => group.field_size === fieldSize && group.threads === threads);
}

/** "one 3.66, another 4.75" */
function inWords(parts, unit) {
  return `${parts.join(", ")} ${unit}.`.trim();
}

/** Why a figure is missing, once for each reason. */
function reasonsOf(figures) {
  const reasons = new Set(figures.filter((figure) => figure && figure.v === null).map((figure) => figure.why || "no reason was given"));
  return [...reasons].join("; ");
}

/** over: "field_size", "threads", or which of them for a run; pick: a variant's figure. */
function overFigure({id, title, over, about, unit, label, pick, factor = false}) {
  const show = (state) => {
    const {run} = state;
    const fieldSizes = (typeof over === "function" ? over(run) : over) === "field_size";
    const places = fieldSizes ? run.field_sizes : run.threads.map(({value}) => ({value, label: String(value)}));
    const groups = places.map(({value}) => (fieldSizes ? groupOf(run, value, state.threads) : groupOf(run, state.fieldSize, value)));
    const measured = variantsWhere((variant) => groups.some((group) => group && group.variants.some((each) => each.variant === variant)));
    const variants = measured.filter((variant) => !state.hidden.has(variant));
    const figureAt = (group, variant) => {
      const found = group && group.variants.find((each) => each.variant === variant);
      return found && pick(found);
    };
    const table = makeTable({
      caption: unit === "" ? title : `${title}, ${unit}`,
      columns: [fieldSizes ? "Field size" : "Connections", ...variants.map((variant) => variantTitle(variant))],
      rows: places.map(({label: place}, index) => ({head: place, cells: variants.map((variant) => figureAt(groups[index], variant) || null)})),
    });
    const all = measured.map((variant) => ({
      variant,
      points: places.map(({value}, index) => ({x: value, figure: figureAt(groups[index], variant)}))
        .filter(({figure}) => figure && figure.v !== null),
    })).filter(({points}) => points.length !== 0);
    const series = all.filter(({variant}) => !state.hidden.has(variant));
    if (variants.length === 0) return {empty: nothingChosen};
    if (series.length === 0)
      return {empty: `Not measured here: ${reasonsOf(groups.flatMap((group) => variants.map((variant) => figureAt(group, variant))))}`, table};
    return {
      config: lineConfig({
        series, all, places, yTitle: factor ? `× the throughput of ${baselineOf(run)}` : unit, yLabel: label, unit, factor,
        xTitle: fieldSizes ? "Field size (log scale)" : "Connections (log scale)",
      }),
      keys: series,
      says: inWords(series.map(({variant, points}) =>
        `${variant}: ${points.map(({x, figure}) => `${places.find(({value}) => value === x).label} ${inFull(figure)}`).join(", ")}`), unit),
      table,
    };
  };
  return new FigureBox({id, title, about, show});
}

/** The variant that the others of a run are compared with. */
function baselineOf(run) {
  return run.groups.length === 0 ? "" : run.groups[0].variants[0].variant;
}

function latencyFigure() {
  const show = (state) => {
    const {group} = state;
    const series = shown(group, state).filter(({histogram}) => histogram.length !== 0)
      .map(({variant, histogram}) => ({variant, shares: histogram}));
    if (series.length === 0) return {empty: shown(group, state).length === 0 ? nothingChosen : "No message was measured here."};
    const rows = [["Mean", "mean"], ["p50", "p50"], ["p99", "p99"], ["p99.9", "p999"], ["Largest", "max"]];
    return {
      config: distributionConfig({series, middles: group.axis_ns}),
      keys: series,
      says: inWords(shown(group, state).map(({variant, p50, p99}) => `${variant}: median ${inFull(p50)}, 99th percentile ${inFull(p99)}`), "µs"),
      table: make("div", {}, makeTable({
        caption: "Latency of a message, µs",
        columns: ["Figure", ...shown(group, state).map(({variant}) => variantTitle(variant))],
        rows: rows.map(([head, key]) => ({head, cells: shown(group, state).map((each) => each[key])})),
      }), makeTable({
        caption: "Share of messages by duration, % (durations that no message took are left out)",
        columns: ["About", ...series.map(({variant}) => variantTitle(variant))],
        rows: group.axis_ns.map((middle, column) => ({middle, shares: series.map(({shares}) => shares[column])}))
          .filter(({shares}) => shares.some((share) => share > 0))
          .map(({middle, shares}) => ({head: timeLabel(middle / 1e3), cells: shares.map((share) => (share > 0 ? numberLabel(share) : "–"))})),
      })),
    };
  };
  return new FigureBox({
    id: "latency", title: "Latency of single messages", show,
    about: "All repeats' messages together. The table has the percentiles, and below each that of the lowest and the highest repeat.",
  });
}

/** Segments over the variants that are shown. parts: of a variant, [{name, label, figure, stacked}]. */
function stackFigure({id, title, about, unit, partsOf, totalOf, noteOf, tableOf}) {
  const show = (state) => {
    const variants = shown(state.group, state);
    if (variants.length === 0) return {empty: nothingChosen};
    const parts = variants.map(partsOf);
    const table = tableOf(variants, parts);
    const names = [...new Map(parts.flat().map((part) => [part.name, part])).values()];
    const drawn = names.filter(({name}) => parts.some((list) => list.some((part) => part.name === name && part.stacked && part.figure.v)));
    if (drawn.length === 0) return {empty: `Not measured here: ${reasonsOf(parts.flat().map(({figure}) => figure)) || "nothing was moved"}`, table};
    const segments = drawn.map(({name, label}) => ({
      name, label,
      figures: parts.map((list) => (list.find((part) => part.name === name && part.stacked) || {}).figure || null),
    }));
    return {
      config: stackConfig({
        rows: variants.map(({variant}) => variant), segments, xTitle: unit, unit,
        totals: totalOf ? variants.map(totalOf) : null,
      }),
      keys: drawn, where: state.run.groups.length > 1 ? state.group.title : "",
      says: inWords(variants.map(({variant}, row) =>
        `${variant}: ${segments.filter(({figures}) => figures[row] && figures[row].v).map(({label, figures}) => `${label} ${inFull(figures[row])}`).join(", ")}`), unit),
      note: noteOf ? noteOf(variants, parts) : "",
      table,
    };
  };
  return new FigureBox({id, title, about, low: true, show});
}

function pathTimeFigure() {
  return stackFigure({
    id: "path-time", title: "By path", unit: "ns per payload byte",
    about: "Time that each path took for itself, without what is nested in it and without time off the CPU.",
    partsOf: ({paths}) => paths.map(({path, own: figure, stacked}) => ({name: path, label: path, figure, stacked})),
    noteOf: (variants) => {
      const mixed = new Map();
      for (const {paths} of variants)
        for (const {path, contains} of paths)
          if (contains.length !== 0) mixed.set(path, contains.join(", "));
      const missing = new Set(variants.flatMap(({paths}) => paths.filter(({own: time}) => time.v === null).map(({path}) => path)));
      const notes = [];
      if (mixed.size !== 0)
        notes.push(`Not stacked, because its own time still contains what was timed by samples or not at all: ${
          [...mixed].map(([path, contains]) => `${path} (with ${contains})`).join("; ")}.`);
      if (missing.size !== 0) notes.push(`Without an own time here: ${[...missing].join(", ")}.`);
      return notes.length === 0 ? "" : `${notes.join(" ")} The table has what is known, and why not more.`;
    },
    tableOf: (variants) => makeTable({
      caption: "For each payload byte and message, in the payload's direction",
      columns: ["Path", "What happens", ...variants.flatMap(({variant}) => [`${variant} ns/byte`, `${variant} bytes/byte`, `${variant} calls/msg`])],
      words: [1],
      rows: variants[0].paths.map(({path, does}, row) => ({
        head: path,
        cells: [does, ...variants.flatMap(({paths}) => [paths[row].own, paths[row].bytes, paths[row].calls])],
      })),
    }),
  });
}

function cpuClassFigure() {
  return stackFigure({
    id: "cpu-classes", title: "By kind of work", unit: "ns of CPU time per payload byte",
    about: "All CPU time of both ends as sampled: eight classes of kernel work, and user space.",
    partsOf: ({classes}) => classes.parts.length === 0
      ? [{name: "other", label: "", figure: classes.total, stacked: true}]
      : classes.parts.map(({name, own: figure, share}) => ({name, label: classTable.get(name).label, figure, share, stacked: true})),
    totalOf: ({classes}) => classes.total.t,
    tableOf: (variants, parts) => variants.some(({classes}) => classes.parts.length === 0) ? null : makeTable({
      caption: "CPU time of both ends",
      columns: ["Class", ...variants.flatMap(({variant}) => [`${variant} ns/byte`, `${variant} share`])],
      rows: [
        ...parts[0].map(({label}, row) => ({head: label, cells: parts.flatMap((list) => [list[row].figure, list[row].share])})),
        {head: "all", cells: variants.flatMap(({classes}) => [classes.total, null])},
        {head: "of it in softirq", cells: variants.flatMap(({classes}) => [null, classes.softirq])},
        {head: "of it in tracing itself", cells: variants.flatMap(({classes}) => [null, classes.tracing])},
      ],
    }),
  });
}

function copiesFigure() {
  return stackFigure({
    id: "copies", title: "Copies of each payload byte", unit: "copies per byte",
    about: "How often a byte was copied from the sender's buffer to the receiver's, and where.",
    partsOf: ({copies}) => copies.parts.map(({path, bytes}) => ({name: path, label: path, figure: bytes, stacked: true})),
    totalOf: ({copies}) => copies.total.t,
    noteOf: (variants) => {
      const missing = new Set(variants.flatMap(({copies}) => copies.parts.filter(({bytes}) => bytes.v === null || bytes.q === "range").map(({path}) => path)));
      return missing.size === 0 ? "" : `Not all copies are counted here in ${[...missing].join(", ")}: the total is a range, and the bar is what was counted.`;
    },
    tableOf: (variants) => makeTable({
      caption: "Copies per payload byte",
      columns: ["Path", ...variants.map(({variant}) => variantTitle(variant))],
      rows: [
        ...variants[0].copies.parts.map(({path}, row) => ({head: path, cells: variants.map(({copies}) => copies.parts[row].bytes)})),
        {head: "in all", cells: variants.map(({copies}) => copies.total)},
      ],
    }),
  });
}

/** What became of zero-copy sends, for each field size. */
function zerocopyFigure() {
  const show = (state) => {
    const {run} = state;
    const sending = variantsWhere((variant) => variantTable.get(variant).zero_copy &&
      run.groups.some((group) => group.variants.some((each) => each.variant === variant)));
    if (sending.length !== 0 && sending.every((variant) => state.hidden.has(variant)))
      return {empty: `Switched off: ${sending.join(", ")}.`};
    const cells = run.field_sizes.flatMap(({value, label}) => shown(groupOf(run, value, state.threads), state)
      .filter(({zerocopy}) => zerocopy)
      .map(({variant, zerocopy}) => ({label: sending.length > 1 ? `${label}, ${variant}` : label, zerocopy})));
    if (cells.length === 0) return {empty: "No zero-copy send was made here."};
    const share = (key, sends, fate) => cells.map(({zerocopy}) => ({v: zerocopy[key], t: `${zerocopy[sends]} of ${zerocopy.completions} completed sends ${fate}`}));
    const row = (head, text) => ({head, cells: cells.map(({zerocopy}) => text(zerocopy))});
    const read = (text) => (zerocopy) => (zerocopy.latency ? text(zerocopy.latency)
      : {v: null, t: "n/a", q: "unavailable", why: zerocopy.latency_why || "not traced"});
    return {
      config: stackConfig({
        rows: cells.map(({label}) => label), most: 1, unit: "", xTitle: "Share of completed zero-copy sends",
        xLabel: (value) => `${Math.round(value * 100)} %`,
        segments: [
          {name: "copied after all", label: "copied after all", figures: share("copied_share", "copied", "were copied after all")},
          {name: "sent without a copy", label: "sent without a copy", figures: share("kept_share", "kept", "went without a copy")},
        ],
      }),
      keys: ["copied after all", "sent without a copy"].map((name) => ({name, label: name})),
      says: inWords(cells.map(({label, zerocopy}) => `${label}: ${zerocopy.copied_text} copied after all`), ""),
      note: zerocopyNote(cells),
      table: make("div", {}, makeTable({
        caption: `Zero-copy sends of ${sending.join(", ")}`,
        columns: ["Figure", ...cells.map(({label}) => label)],
        rows: [
          row("Sends", ({sends}) => sends),
          row("Completed", ({completions}) => completions),
          row("Copied after all", ({copied, by}) => `${copied} (by ${by})`),
          row("Copied, by the error queue", ({told}) => told),
          row("Refused with ENOBUFS", ({enobufs}) => enobufs),
          row("Most outstanding", ({deepest}) => deepest),
          row("Notifications", ({notifications}) => notifications),
          row("Merged ones, with their sends", read(({merged, merged_sends: sends}) => `${merged} with ${sends}`)),
          row("Done to notified, median", read(({p50}) => p50)),
          row("Done to notified, p99", read(({p99}) => p99)),
        ],
      }), siteTable(cells)),
    };
  };
  return new FigureBox({
    id: "zerocopy", title: "Was zero-copy zero-copy?", low: true, show,
    about: "What the kernel said of each completed zero-copy send, for each field size.",
  });
}

function zerocopyNote(cells) {
  const reasons = new Set(cells.flatMap(({zerocopy}) => (zerocopy.sites || []).map(({reason}) => reason)));
  if (reasons.size !== 0) return `Copied for: ${[...reasons].join(", ")}.`;
  const sampled = new Set(cells.flatMap(({zerocopy}) => zerocopy.sampled_reasons || []));
  if (sampled.size !== 0) return `Copied for, by samples: ${[...sampled].join(", ")}.`;
  const why = new Set(cells.map(({zerocopy}) => zerocopy.sites_why).filter(Boolean));
  return why.size === 0 ? "" : `The reason of each copy was not traced: ${[...why].join("; ")}. The finding zerocopy-copied has the likely one.`;
}

function siteTable(cells) {
  const rows = cells.flatMap(({label, zerocopy}) => (zerocopy.sites || []).map((site) => ({
    head: label, cells: [site.reason, site.path, site.bytes, site.calls, site.functions],
  })));
  if (rows.length === 0) return null;
  return makeTable({
    caption: "Where zero-copy bytes were copied, and why", words: [1, 2, 5],
    columns: ["Field size", "Reason", "Path", "Bytes", "Calls", "Functions, innermost first"], rows,
  });
}

/** One bar for each run and variant. */
function runsFigure({id, title, unit, pick, label}) {
  const show = (state) => {
    const groups = state.runs.map((run) => groupOf(run, state.fieldSize, state.threads));
    const measured = variantsWhere((variant) => groups.some((group) => group && group.variants.some((each) => each.variant === variant)));
    const variants = measured.filter((variant) => !state.hidden.has(variant));
    const figureAt = (group, variant) => {
      const found = group && group.variants.find((each) => each.variant === variant);
      return found ? pick(found) : null;
    };
    if (variants.length === 0) return {empty: nothingChosen};
    const all = measured.map((variant) => ({variant, figures: groups.map((group) => figureAt(group, variant))}));
    const series = all.filter(({variant}) => !state.hidden.has(variant));
    return {
      config: barConfig({places: state.runs.map((_, index) => `run ${index + 1}`), series, all, yTitle: unit, yLabel: label, unit}),
      keys: variants.map((variant) => ({name: variant, label: variantTitle(variant)})),
      says: inWords(state.runs.map((run, index) => `run ${index + 1}: ${series.map(({variant, figures}) => `${variant} ${figures[index] ? inFull(figures[index]) : "n/a"}`).join(", ")}`), unit),
      note: groups.some((group) => group === undefined) ? "A run without bars has no cell of this field size and number of connections." : "",
      table: makeTable({
        caption: `${title}, ${unit}`, columns: ["Run", ...variants.map((variant) => variantTitle(variant))],
        rows: state.runs.map((run, index) => ({head: `${index + 1}: ${run.label}`, cells: series.map(({figures}) => figures[index])})),
      }),
    };
  };
  return new FigureBox({id, title, about: "At the field size and the number of connections chosen above.", show});
}
