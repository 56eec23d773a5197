#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Draws the classic plots of the experiment from a run, as PNG and SVG:

    throughput.*        throughput over field size, a panel for each number of connections
    ratios.*            throughput of each variant over that of the first in the same repeat
    latency.*           median and 99th percentile over connections, a panel for each field size
    cache-misses.*      cache misses of both ends over field size
    cycles-per-byte.*   cycles of both ends for each payload byte, over field size
    cpu-share.*         CPU time of both ends for each payload byte, and the share of it that copies data at either end

It reads cells.csv and histograms.csv of the run. Each repeat is a dot, so that the spread can be seen. The line is what
netio-trace tells of all repeats: the geometric mean, and for latency the percentile of all repeats' messages together
("pooled"). Where histograms.csv is missing, and for counters, it is the median of the repeats (of an even number, the lower of
the two in the middle: percentiles are never averaged); each plot says which. A plot whose columns are empty is not drawn, and the reason is
printed. The same files give the same bytes.

The interpreter is Debian's own, which is the one that sees the package python3-matplotlib.
"""
import argparse
import csv
import math
import statistics
import sys
import textwrap
from pathlib import Path

# Okabe and Ito's colours, with line and marker so that the colour is never needed: one of each for each variant, in turn.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v")
LINES = ("-", "--", ":", "-.")
KEY = ("variant", "field_size_bytes", "threads")
FEWEST_BEYOND = 5  # values beyond a percentile above the median; with fewer it is as good as the maximum
WIDEST_LINEAR = 12  # ratio of largest to smallest value above which an axis is logarithmic


class BadInput(Exception):
    pass


class Missing(Exception):
    """A plot's columns hold nothing; says which and why."""


def read_rows(path):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            needed = {"variant", "field_size_bytes", "threads", "repeat", "payload_bytes"}
            absent = needed - set(reader.fieldnames or [])
            if absent:
                raise BadInput(f"{path} is no cells.csv: it has no column {', '.join(sorted(absent))}")
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"cannot read {path}: {error}") from error
    if not rows:
        raise BadInput(f"{path} has no cells: there is nothing to draw")
    for number, row in enumerate(rows, 2):
        if not row["variant"]:
            raise BadInput(f"{path}, line {number}: no variant")
        for column in ("field_size_bytes", "threads"):
            if not (row[column] or "").isdecimal() or int(row[column]) == 0:
                raise BadInput(f"{path}, line {number}: {column} is {row[column]!r}, which is no number of them")
    return rows


def looks_of(rows):
    """How each variant is drawn, a little beside the others."""
    labels = {row["variant"]: row.get("variant_label") or row["variant"] for row in rows}
    return {
        variant: {
            "label": labels[variant], "color": COLORS[index % len(COLORS)], "marker": MARKERS[index % len(MARKERS)],
            "linestyle": LINES[index % len(LINES)], "beside": 1.05 ** (index - (len(labels) - 1) / 2),
        }
        for index, variant in enumerate(sorted(labels))
    }  # fmt: skip


def number(row, column):
    """The value of a field; None when it was not measured."""
    text = row.get(column)
    try:
        return float(text) if text else None
    except ValueError as error:
        raise BadInput(f"{column} is {text!r}, which is no number") from error


def require(rows, columns):
    """Raises Missing when one of the columns has no value at all."""
    for column in columns:
        if column not in rows[0]:
            hint = ": the run did not ask for it (option -e)" if "_event_" in column else ""
            raise Missing(f"there is no column {column}{hint}")
        if all(number(row, column) is None for row in rows):
            statuses = sorted({row.get(f"{column}_status") or "" for row in rows} - {""})
            why = f" ({', '.join(statuses)}; run.json has the kernel's answer)" if statuses else ""
            raise Missing(f"{column} is empty in all {len(rows)} rows{why}")


class Pooled:
    """Latencies of all repeats together, from a run's histograms.csv; without that file they are not known."""

    def __init__(self, path):
        self.buckets = {}
        if not path.exists():
            return
        try:
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    if row["histogram"] == "latency":
                        cell = self.buckets.setdefault((row["variant"], row["field_size_bytes"], row["threads"]), {})
                        bounds = (int(row["lower_ns"]), int(row["upper_ns"]))
                        cell[bounds] = cell.get(bounds, 0) + int(row["count"])
        except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError) as error:
            raise BadInput(f"cannot read {path}: {error}") from error

    def percentile(self, rows, quantile):
        """Microseconds, as in cells.csv: the values of a bucket are spread evenly over it; None where it is not known."""
        buckets = sorted(self.buckets.get(tuple(rows[0][column] for column in KEY), {}).items())
        values = sum(count for _, count in buckets)
        if quantile > 0.5 and (1 - quantile) * values < FEWEST_BEYOND - 1e-6:
            return None
        wanted = quantile * values
        shortest = min(number(row, "latency_min_us") or 0 for row in rows) * 1e3
        longest = max(number(row, "latency_max_us") or math.inf for row in rows) * 1e3
        seen = 0
        for (lower, upper), count in buckets:
            if seen + count >= wanted:
                low, high = max(lower, shortest), min(upper, longest)
                return (low + (wanted - seen) / count * max(0, high - low)) / 1e3
            seen += count
        return None


def geometric_mean(rows, value):
    values = [value(row) for row in rows if value(row)]
    return statistics.geometric_mean(values) if values else None


def median_repeat(rows, value):
    values = [value(row) for row in rows if value(row) is not None]
    return statistics.median_low(values) if values else None


def add_ratios(rows):
    """Adds the column throughput_ratio: over the first variant in the same repeat. Empty for the first itself."""
    first = min(row["variant"] for row in rows)
    rates = {tuple(row[name] for name in (*KEY, "repeat")): number(row, "throughput_gbit_per_s") for row in rows}
    for row in rows:
        own, other = rates[tuple(row[name] for name in (*KEY, "repeat"))], rates.get((first, *(row[name] for name in (*KEY[1:], "repeat"))))
        row["throughput_ratio"] = str(own / other) if own and other and row["variant"] != first else ""
    return first


def event_of_both_ends(event, per_byte):
    columns = [f"{role}_event_{event}" for role in ("sender", "receiver")]

    def value(row):
        counts = [number(row, column) for column in columns]
        payload = number(row, "payload_bytes") if per_byte else 1
        if None in counts or not payload:
            return None
        return sum(counts) / payload

    return columns, value


def size_label(size):
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"


def count_label(threads):
    return f"{threads} connection{'' if threads == 1 else 's'}"


def draw_panel(axes, rows, looks, over, value, of_repeats, name):
    """Dots of all rows, and a line through what is told of all repeats. Returns the values drawn."""
    drawn = []
    for variant, look in looks.items():
        own = [row for row in rows if row["variant"] == variant]
        points = [(int(row[over]), value(row)) for row in own if value(row) is not None]
        lines = [(place, of_repeats([row for row in own if int(row[over]) == place], value))
                 for place in sorted({int(row[over]) for row in own})]
        lines = [(place, y) for place, y in lines if y is not None]
        if not points and not lines:
            continue
        drawn += [y for _, y in points]
        shift = look["beside"]
        axes.plot([x * shift for x, _ in points], [y for _, y in points], linestyle="none", marker=look["marker"],
                  color=look["color"], markersize=4, alpha=0.55, gid=f"points-{name}-{variant}")
        places = sorted({x for x, _ in points})
        at_place = [[y for x, y in points if x == place] for place in places]
        # With one place the line is no more than its marker.
        axes.plot([place * shift for place, _ in lines], [y for _, y in lines], color=look["color"], linestyle=look["linestyle"],
                  linewidth=1.6, marker=look["marker"], markersize=8, markerfacecolor="none", gid=f"line-{name}-{variant}")
        axes.vlines([place * shift for place in places], [min(values) for values in at_place],
                    [max(values) for values in at_place], color=look["color"], linewidth=1)
    return drawn


def finish_panel(axes, places, label, drawn, ticker):
    axes.set_xscale("log", base=2)
    axes.set_xticks(places)
    axes.set_xticklabels([label(place) for place in places])
    axes.minorticks_off()
    axes.set_xlim(min(places) / 1.5, max(places) * 1.5)
    positive = [value for value in drawn if value > 0]
    if positive and len(positive) == len(drawn) and max(positive) / min(positive) > WIDEST_LINEAR:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:,g}"))
        axes.yaxis.set_minor_locator(ticker.NullLocator())
    elif drawn:
        axes.set_ylim(0, max(axes.get_ylim()[1], 1.05 * max(drawn)))  # the uppermost marker whole
    axes.grid(True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)


def draw_grid(matplotlib, rows, *, title, over, beside, measures, note=""):
    """A figure with a row of panels for each measure (label, value of a row, value of all repeats) and a column for each
    value of `beside`."""
    columns = sorted({int(row[beside]) for row in rows})
    places = sorted({int(row[over]) for row in rows})
    over_sizes = over == "field_size_bytes"
    width, height = max(5.0, 3.2 * len(columns)), 1.1 + 2.7 * len(measures)
    figure, panels = matplotlib.pyplot.subplots(len(measures), len(columns), squeeze=False, sharex=True, sharey="row",
                                                figsize=(width, height))
    drawn_points = 0
    looks = looks_of(rows)
    for line, (label, value, of_repeats) in enumerate(measures):
        everything = []
        for column, fixed in enumerate(columns):
            chosen = [row for row in rows if int(row[beside]) == fixed]
            everything += draw_panel(panels[line][column], chosen, looks, over, value, of_repeats, f"{line}-{column}")
        drawn_points += len(everything)
        for column, fixed in enumerate(columns):
            axes = panels[line][column]
            finish_panel(axes, places, size_label if over_sizes else str, everything, matplotlib.ticker)
            if line == 0:
                axes.set_title(count_label(fixed) if over_sizes else f"8 × {size_label(fixed)}", fontsize=10)
            if line == len(measures) - 1:
                axes.set_xlabel("field size" if over_sizes else "connections")
        drawn_lines = any(axes.lines for axes in panels[line])
        panels[line][0].set_ylabel(label if drawn_lines else f"{label}:\ntoo few messages")
    letters = int(12.5 * width)  # that fit beside one another
    figure.suptitle("\n".join([title, *textwrap.wrap(note, letters)]), fontsize=11)
    keys = [matplotlib.lines.Line2D([], [], **{name: look[name] for name in ("label", "color", "marker", "linestyle")})
            for look in looks.values()]
    figure.legend(handles=keys, loc="lower center", ncol=len(keys), frameon=False)
    figure.tight_layout(rect=(0, 0.3 / height, 1, 1))  # the legend's line below the panels
    return figure, drawn_points


def plots(rows, pooled):
    """(file name, columns that it needs, a function that draws it) of each plot."""
    miss_columns, misses = event_of_both_ends("cache-misses", per_byte=False)
    cycle_columns, cycles = event_of_both_ends("cycles", per_byte=True)
    first = add_ratios(rows)
    by_size = {"over": "field_size_bytes", "beside": "threads"}

    def column(name):
        return lambda row: number(row, name)

    def share(role):
        return lambda row: None if number(row, f"{role}_cpu_data_copy_share") is None else 100 * number(row, f"{role}_cpu_data_copy_share")

    def percentile(quantile):
        return lambda chosen, value: pooled.percentile(chosen, quantile) or median_repeat(chosen, value)

    return [
        ("throughput", ["throughput_gbit_per_s"], lambda matplotlib: draw_grid(
            matplotlib, rows, title="Throughput over field size", **by_size,
            measures=[("Gbit/s", column("throughput_gbit_per_s"), geometric_mean)],
            note="dots: repeats; bar: their range; line: their geometric mean")),
        ("ratios", ["throughput_ratio"], lambda matplotlib: draw_grid(
            matplotlib, rows, title=f"Throughput, as a multiple of that of {first}", **by_size,
            measures=[(f"× {first}", column("throughput_ratio"), geometric_mean)],
            note=f"dots: over {first} in the same repeat; bar: their range; line: their geometric mean; netio-trace compare has the 95 % intervals")),
        ("latency", ["latency_p50_us"], lambda matplotlib: draw_grid(
            matplotlib, rows, title="Latency of a message over connections", over="threads", beside="field_size_bytes",
            measures=[("median, µs", column("latency_p50_us"), percentile(0.5)),
                      ("99th percentile, µs", column("latency_p99_us"), percentile(0.99))],
            note="dots: repeats; bar: their range; line: " + ("pooled, messages of all repeats together" if pooled.buckets else "median of the repeats"))),
        ("cache-misses", miss_columns, lambda matplotlib: draw_grid(
            matplotlib, rows, title="Cache misses over field size", **by_size,
            measures=[("cache misses, both ends", misses, median_repeat)],
            note="dots: repeats; bar: their range; line: their median; in the measured part: more messages in the same time make more of them")),
        ("cycles-per-byte", cycle_columns, lambda matplotlib: draw_grid(
            matplotlib, rows, title="Cycles per payload byte over field size", **by_size,
            measures=[("cycles per byte, both ends", cycles, median_repeat)],
            note="dots: repeats; bar: their range; line: their median")),
        ("cpu-share", ["cpu_ns_per_byte", "sender_cpu_data_copy_share", "receiver_cpu_data_copy_share"], lambda matplotlib: draw_grid(
            matplotlib, rows, title="CPU time, and the share of it that copies data", **by_size,
            measures=[("both ends, ns per byte", column("cpu_ns_per_byte"), geometric_mean),
                      ("copying at the sender, %", share("sender"), median_repeat),
                      ("copying at the receiver, %", share("receiver"), median_repeat)],
            note="dots: repeats; bar: their range; line: their geometric mean, of shares their median. Shares are sampled")),
    ]


def save(figure, path):
    """Without the date and the version that matplotlib would put in."""
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None, "Creator": None})
    figure.savefig(path.with_suffix(".png"), dpi=150, metadata={"Software": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a run, or the cells.csv in it")
    parser.add_argument("-o", "--output", type=Path, help="folder for the plots; that of the run when not given")
    arguments = parser.parse_args()
    cells = arguments.run / "cells.csv" if arguments.run.is_dir() else arguments.run
    try:
        import matplotlib
    except ImportError:
        sys.exit("plot.py: error: matplotlib is not there: install it (Debian, Ubuntu: apt install python3-matplotlib)")
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "netio-trace", "font.size": 9})
    import matplotlib.lines
    import matplotlib.pyplot
    import matplotlib.ticker

    try:
        rows = read_rows(cells)
        folder = arguments.output or cells.parent
        folder.mkdir(parents=True, exist_ok=True)
        drawn = 0
        for name, columns, draw in plots(rows, Pooled(cells.with_name("histograms.csv"))):
            try:
                require(rows, columns)
            except Missing as reason:
                print(f"{name}: not drawn: {reason}")
                continue
            figure, points = draw(matplotlib)
            save(figure, folder / name)
            matplotlib.pyplot.close(figure)
            drawn += 1
            print(f"{folder / name}.png, .svg: {points} points of {len(rows)} rows")
        if drawn == 0:
            raise BadInput(f"nothing in {cells} can be drawn")
    except (BadInput, OSError) as error:
        print(f"plot.py: error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
