// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

// Charts: a line over sizes or threads with whiskers, a distribution on a log axis, stacked bars, bars side by side.
// Each function returns a configuration for Chart.js; `texts` of a point or segment are what its tooltip says.

const widestLinear = 12; // ratio of largest to smallest value above which an axis is logarithmic

function timeLabel(microseconds) {
  if (microseconds >= 1e6) return `${+(microseconds / 1e6).toPrecision(3)} s`;
  if (microseconds >= 1e3) return `${+(microseconds / 1e3).toPrecision(3)} ms`;
  if (microseconds >= 1) return `${+microseconds.toPrecision(3)} µs`;
  return `${+(microseconds * 1e3).toPrecision(3)} ns`;
}

function numberLabel(value) {
  return (+value.toPrecision(3)).toLocaleString("en");
}

/** Only 1, 2 and 5 of each decade, or 1 alone over many decades. */
function decadeTicks(axis) {
  const decades = Math.log10(axis.max / axis.min);
  const digits = decades > 3 ? [1] : [1, 2, 5];
  axis.ticks = [];
  for (let power = Math.floor(Math.log10(axis.min)); power <= Math.ceil(Math.log10(axis.max)); ++power)
    for (const digit of digits) {
      const value = digit * 10 ** power;
      if (value >= axis.min * 0.999 && value <= axis.max * 1.001) axis.ticks.push({value});
    }
}

/** The line of an axis has its colour in `grid` with Chart.js 3, in `border` with 4; neither heeds the other's. */
function scaleLooks(title) {
  return {
    title: {display: title !== "", text: title, color: color("--muted"), font: {size: 12}},
    border: {color: color("--line")},
    grid: {color: color("--grid"), borderColor: color("--line")},
    ticks: {color: color("--text"), font: {size: 12}, maxRotation: 0, autoSkipPadding: 8},
  };
}

function tooltipLooks(callbacks) {
  return {
    backgroundColor: color("--text"), titleColor: color("--page"), bodyColor: color("--page"), footerColor: color("--page"),
    displayColors: false, padding: 8, caretPadding: 6, bodyFont: {size: 12}, callbacks,
  };
}

/** Lowest and highest repeat, drawn as a line with caps at each point of a dataset that has `whiskers`. */
const whiskerPlugin = {
  id: "whiskers",
  afterDatasetsDraw(chart) {
    chart.data.datasets.forEach((dataset, index) => {
      if (!dataset.whiskers) return;
      const meta = chart.getDatasetMeta(index);
      const pen = chart.ctx;
      const {left, top, right, bottom} = chart.chartArea;
      pen.save();
      pen.beginPath();
      pen.rect(left, top, right - left, bottom - top);
      pen.clip();
      pen.strokeStyle = dataset.whiskerColor;
      pen.lineWidth = 1.5;
      meta.data.forEach((point, at) => {
        const ends = dataset.whiskers[at];
        if (!ends) return;
        const low = chart.scales.y.getPixelForValue(ends.lo);
        const high = chart.scales.y.getPixelForValue(ends.hi);
        const x = point.x + (dataset.whiskerShift || 0);
        pen.beginPath();
        pen.moveTo(x, low);
        pen.lineTo(x, high);
        for (const end of [low, high]) {
          pen.moveTo(x - 4, end);
          pen.lineTo(x + 4, end);
        }
        pen.stroke();
      });
      pen.restore();
    });
  },
};

/** The text of each bar's total, at its end. */
const totalPlugin = {
  id: "totals",
  afterDatasetsDraw(chart) {
    const totals = chart.options.plugins.totals && chart.options.plugins.totals.texts;
    if (!totals) return;
    const pen = chart.ctx;
    pen.save();
    pen.fillStyle = color("--text");
    pen.font = "600 12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    totals.forEach((text, row) => {
      let end = chart.chartArea.left;
      let middle = null;
      chart.getSortedVisibleDatasetMetas().forEach((meta) => {
        const bar = meta.data[row];
        if (!bar || Number.isNaN(bar.x)) return;
        end = Math.max(end, bar.x);
        middle = bar.y;
      });
      if (middle !== null && text) pen.fillText(text, end + 5, middle);
    });
    pen.restore();
  },
};

/** `factor`: of ratios, linear around 1. Else from 0, or logarithmic where the values lie far apart. */
function valueAxis(title, extremes, label, factor = false) {
  const values = extremes.filter((value) => Number.isFinite(value) && value > 0);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const axis = scaleLooks(title);
  axis.ticks.callback = (value) => label(value);
  if (factor) {
    const step = high > 4 ? 1 : 0.1; // so that the ends are ticks of their own
    return {...axis, type: "linear", min: Math.floor(Math.min(low, 1) * 0.95 / step) * step, max: Math.ceil(Math.max(high, 1) * 1.05 / step) * step};
  }
  if (values.length === 0 || high / low <= widestLinear || extremes.some((value) => value <= 0))
    return {...axis, type: "linear", beginAtZero: true, suggestedMax: values.length === 0 ? 1 : high * 1.05};
  axis.title.text = `${title} (log scale)`;
  return {...axis, type: "logarithmic", min: low * 0.8, max: high * 1.25, afterBuildTicks: decadeTicks};
}

/** Where a ratio is 1: as fast as what the others are compared with. */
const unityPlugin = {
  id: "unity",
  beforeDatasetsDraw(chart) {
    const {left, right} = chart.chartArea;
    const y = chart.scales.y.getPixelForValue(1);
    const pen = chart.ctx;
    pen.save();
    pen.strokeStyle = color("--muted");
    pen.setLineDash([4, 4]);
    pen.beginPath();
    pen.moveTo(left, y);
    pen.lineTo(right, y);
    pen.stroke();
    pen.restore();
  },
};

/** A figure with its interval or repeats, and its unit. */
function withUnit(text, unit) {
  return unit === "" ? text : `${text} ${unit}`;
}

/** The points at one place of the x axis, of all variants. */
const atOnePlace = {mode: "nearest", axis: "x", intersect: false};

/**
 * series: [{variant, points: [{x, figure}]}], places: [{value, label}] of the x axis, which is logarithmic. `all`: the
 * series that can be switched on, which the axis is made for, so that it stays when one is switched off.
 */
function lineConfig({series, all, places, xTitle, yTitle, yLabel, unit, factor = false}) {
  const labels = new Map(places.map((place) => [place.value, place.label]));
  const x = scaleLooks(xTitle);
  const values = places.map((place) => place.value);
  x.ticks.callback = (value) => labels.get(value) || "";
  x.ticks.autoSkip = true;
  // An interval of a ratio can reach far beyond all values: it is cut off at the edge, and the tooltip has it.
  const ends = (figure) => (factor ? [figure.v, Math.max(figure.lo ?? figure.v, figure.v / 2), Math.min(figure.hi ?? figure.v, figure.v * 1.6)]
    : [figure.v, figure.lo ?? figure.v, figure.hi ?? figure.v]);
  const extremes = all.flatMap(({points}) => points.flatMap(({figure}) => ends(figure)));
  return {
    type: "line",
    data: {
      datasets: series.map(({variant, points}, index) => {
        const look = looksOf(variant);
        return {
          label: variantTitle(variant),
          data: points.map(({x: at, figure}) => ({x: at, y: figure.v})),
          texts: points.map(({figure}) => inFull(figure)),
          whiskers: points.map(({figure}) => (figure.lo === undefined ? null : figure)),
          whiskerColor: look.color, whiskerShift: 3 * (index - (series.length - 1) / 2),
          borderColor: look.color, backgroundColor: look.color,
          borderWidth: 2, borderDash: look.dash,
          pointStyle: look.marker, pointRadius: look.radius, pointHoverRadius: look.radius + 2, pointBorderColor: color("--card"), pointBorderWidth: 1,
        };
      }),
    },
    options: {
      interaction: atOnePlace,
      scales: {
        x: {
          ...x, type: "logarithmic",
          min: Math.min(...values) / 1.3, max: Math.max(...values) * 1.3,
          afterBuildTicks: (axis) => { axis.ticks = values.map((value) => ({value})); },
        },
        y: valueAxis(yTitle, extremes, yLabel, factor),
      },
      plugins: {
        tooltip: tooltipLooks({
          title: (items) => (items.length === 0 ? "" : labels.get(items[0].parsed.x) || ""),
          label: (item) => `${item.dataset.label}: ${withUnit(item.dataset.texts[item.dataIndex], unit)}`,
        }),
      },
    },
    plugins: factor ? [unityPlugin, whiskerPlugin] : [whiskerPlugin],
  };
}

/** series: [{variant, shares: [percent]}] over columns whose middles are `middles`, in nanoseconds. */
function distributionConfig({series, middles}) {
  const x = scaleLooks("Latency of a message (log scale)");
  x.ticks.callback = (value) => timeLabel(value);
  const micros = middles.map((value) => value / 1e3);
  return {
    type: "line",
    data: {
      datasets: series.map(({variant, shares}) => {
        const look = looksOf(variant);
        return {
          label: variantTitle(variant),
          data: shares.map((share, column) => ({x: micros[column], y: share})),
          borderColor: look.color, backgroundColor: `${look.color}26`, fill: true,
          borderWidth: 2, borderDash: look.dash, stepped: "middle", pointRadius: 0,
          pointHoverRadius: 5, pointStyle: look.marker, pointHoverBackgroundColor: look.color,
        };
      }),
    },
    options: {
      interaction: atOnePlace,
      scales: {
        x: {...x, type: "logarithmic", min: micros[0], max: micros[micros.length - 1], afterBuildTicks: decadeTicks},
        y: {...scaleLooks("Share of messages, %"), beginAtZero: true},
      },
      plugins: {
        tooltip: tooltipLooks({
          title: (items) => (items.length === 0 ? "" : `about ${timeLabel(items[0].parsed.x)}`),
          label: (item) => `${item.dataset.label}: ${numberLabel(item.parsed.y)} % of messages`,
        }),
      },
    },
  };
}

/** rows: [label], segments: [{name, label, figures: one a row, or null}], totals: one text a row. */
function stackConfig({rows, segments, totals, xTitle, xLabel, most, unit}) {
  const x = scaleLooks(xTitle);
  x.ticks.callback = (value) => (xLabel || numberLabel)(value);
  const sums = rows.map((_, row) => segments.reduce((sum, {figures}) => sum + ((figures[row] && figures[row].v) || 0), 0));
  return {
    type: "bar",
    data: {
      labels: rows,
      datasets: segments.map(({name, label, figures}) => ({
        label,
        data: figures.map((figure) => (figure && figure.v !== 0 ? figure.v : null)), // nothing has no outline
        texts: figures.map((figure) => (figure ? inFull(figure) : "")),
        backgroundColor: fillOf(name), borderColor: color("--card"), borderWidth: 1, borderSkipped: false,
        barPercentage: 0.85, categoryPercentage: 0.85, maxBarThickness: 44,
      })),
    },
    options: {
      indexAxis: "y",
      interaction: {mode: "index", axis: "y", intersect: false},
      scales: {
        x: {...x, stacked: true, beginAtZero: true, max: most, suggestedMax: most ? undefined : Math.max(...sums, 1e-9) * (totals ? 1.22 : 1.05)},
        y: {...scaleLooks(""), stacked: true, grid: {display: false, borderColor: color("--line")}},
      },
      plugins: {
        totals: {texts: totals},
        tooltip: tooltipLooks({
          label: (item) => (item.parsed.x ? `${item.dataset.label}: ${withUnit(item.dataset.texts[item.dataIndex], unit)}` : null),
        }),
      },
    },
    plugins: [totalPlugin],
  };
}

/** Bars side by side: places: [label], series: [{variant, figures: one a place, or null}]. `all` as for lines. */
function barConfig({places, series, all, yTitle, yLabel, unit}) {
  const extremes = all.flatMap(({figures}) => figures.filter(Boolean).flatMap((figure) => [figure.v, figure.lo ?? figure.v, figure.hi ?? figure.v]));
  const y = {...valueAxis(yTitle, extremes, yLabel)};
  return {
    type: "bar",
    data: {
      labels: places,
      datasets: series.map(({variant, figures}) => ({
        label: variantTitle(variant),
        data: figures.map((figure) => (figure ? figure.v : null)),
        texts: figures.map((figure) => (figure ? inFull(figure) : "n/a")),
        whiskers: figures.map((figure) => (figure && figure.lo !== undefined ? figure : null)),
        whiskerColor: color("--text"),
        backgroundColor: fillOf(variant), borderColor: looksOf(variant).color, borderWidth: 1,
        maxBarThickness: 44,
      })),
    },
    options: {
      interaction: {mode: "index", axis: "x", intersect: false},
      scales: {x: {...scaleLooks(""), grid: {display: false}}, y},
      plugins: {tooltip: tooltipLooks({label: (item) => `${item.dataset.label}: ${withUnit(item.dataset.texts[item.dataIndex], unit)}`})},
    },
    plugins: [whiskerPlugin],
  };
}

/** Draws a configuration; the chart that the canvas had before is gone. */
function draw(canvas, config) {
  const before = Chart.getChart(canvas);
  if (before) before.destroy();
  config.options = {
    ...config.options,
    responsive: true, maintainAspectRatio: false, animation: false,
    plugins: {...config.options.plugins, legend: {display: false}},
  };
  return new Chart(canvas, config);
}

/** Arrow keys go from place to place as the pointer would, and what the tooltip says is read out. */
function driveByKeys(canvas) {
  let at = -1;
  const show = (chart, places) => {
    const active = places.length === 0 ? [] : places[at];
    chart.setActiveElements(active);
    const point = active.length === 0 ? {x: 0, y: 0} : chart.getDatasetMeta(active[0].datasetIndex).data[active[0].index];
    chart.tooltip.setActiveElements(active, {x: point.x, y: point.y});
    chart.update("none");
    if (active.length !== 0)
      announce([...chart.tooltip.title, ...chart.tooltip.body.flatMap((part) => part.lines)].join("; "));
  };
  canvas.addEventListener("keydown", (event) => {
    const chart = Chart.getChart(canvas);
    if (!chart) return;
    const places = placesOf(chart);
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (step !== undefined && places.length !== 0) at = (at + step + places.length + (at < 0 && step < 0 ? 1 : 0)) % places.length;
    else if (event.key === "Home") at = 0;
    else if (event.key === "End") at = places.length - 1;
    else if (event.key === "Escape") at = -1;
    else return;
    event.preventDefault();
    show(chart, at < 0 ? [] : places);
  });
  canvas.addEventListener("blur", () => {
    const chart = Chart.getChart(canvas);
    at = -1;
    if (chart) show(chart, []);
  });
}

/** The elements at each place along the axis that is not the value's, in its order. */
function placesOf(chart) {
  const places = new Map();
  chart.data.datasets.forEach((dataset, datasetIndex) => {
    dataset.data.forEach((point, index) => {
      const value = point !== null && typeof point === "object" ? point.y : point;
      if (value === null || value === undefined) return;
      const key = point !== null && typeof point === "object" ? point.x : index;
      if (!places.has(key)) places.set(key, []);
      places.get(key).push({datasetIndex, index});
    });
  });
  return [...places.entries()].sort(([one], [other]) => one - other).map(([, elements]) => elements);
}
