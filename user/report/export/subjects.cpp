// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/sample.h"
#include "analysis/subjects.h"
#include "report/export/csv_row.h"
#include "report/renderers.h"
#include "report/view/path_view.h"
#include "report/view/recording_view.h"

namespace netio::report {
namespace {

/// A column's name and what stands in it. Header and rows come from the same list, so they cannot disagree.
struct SubjectColumn {
    std::string name;
    std::function<CsvValue(const AttachedSubject&)> value;
};

CsvValue figure_value(const Figure& figure, double unit = 1.0) {
    return figure.available() ? CsvValue(figure.value / unit) : CsvValue();
}

CsvValue text_or_nothing(const std::string& text) { return text.empty() ? CsvValue() : CsvValue(text); }

std::vector<SubjectColumn> subject_columns(Timing timing) {
    std::vector<SubjectColumn> columns;
    const auto add = [&](std::string name, auto value) { columns.push_back({std::move(name), std::move(value)}); };
    add("subject", [](const AttachedSubject& one) { return one.figures.subject.name; });
    add("pid", [](const AttachedSubject& one) { return one.pid ? CsvValue(std::uint64_t{*one.pid}) : CsvValue(); });
    add("comm", [](const AttachedSubject& one) { return text_or_nothing(one.comm); });
    add("cgroup", [](const AttachedSubject& one) { return text_or_nothing(one.cgroup); });
    add("connection", [](const AttachedSubject& one) { return text_or_nothing(one.connection); });
    add("members", [](const AttachedSubject& one) { return one.members; });
    add("sockets", [](const AttachedSubject& one) { return one.sockets.sockets; });
    for (Direction direction : values_of<Direction>) {
        const std::string prefix(name_of(direction));
        add(prefix + "_calls",
            [=](const AttachedSubject& one) { return figure_value(analysis::calls_of(one.figures, direction)); });
        add(prefix + "_bytes", [=](const AttachedSubject& one) { return analysis::bytes_of(one.figures, direction); });
        add(prefix + "_copies_per_byte", [=](const AttachedSubject& one) {
            return figure_value(analysis::copies_per_byte(one.figures, direction));
        });
        const Path call = direction == Direction::sent ? Path::send_syscall : Path::recv_syscall;
        for (const auto& [name, quantile] : {std::pair{"p50", 0.5}, {"p99", 0.99}})
            add(prefix + "_call_" + name + "_us", [=, quantile = quantile](const AttachedSubject& one) {
                return figure_value(call_time_ns(one.figures, call, quantile, timing), 1e3);
            });
    }
    for (Path path : attach_paths) {
        const std::string prefix(name_of(path));
        add(prefix + "_calls", [=](const AttachedSubject& one) { return figure_value(one.figures.path(path).calls); });
        add(prefix + "_bytes", [=](const AttachedSubject& one) { return figure_value(one.figures.path(path).bytes); });
        add(prefix + "_time_ns",
            [=](const AttachedSubject& one) { return figure_value(one.figures.path(path).time_ns); });
        add(prefix + "_quality",
            [=](const AttachedSubject& one) { return std::string(name_of(overall_quality(one.figures.path(path)))); });
    }
    add("zerocopy_sends", [](const AttachedSubject& one) { return one.figures.zerocopy.sends; });
    add("zerocopy_completions", [](const AttachedSubject& one) { return one.figures.zerocopy.completions; });
    add("zerocopy_copied", [](const AttachedSubject& one) { return figure_value(analysis::copied_sends(one)); });
    add("zerocopy_notifications", [](const AttachedSubject& one) { return one.figures.zerocopy.notifications; });
    add("cpu_ns", [](const AttachedSubject& one) { return figure_value(one.figures.cpu.total_ns); });
    return columns;
}

} // namespace

std::string render_subjects_csv(const Recording& recording) {
    const std::vector<SubjectColumn> columns = subject_columns(recording.spec.timing);
    CsvRow head;
    for (const SubjectColumn& column : columns)
        head.text(column.name);
    std::string csv = head.line();
    for (const AttachedSubject& subject : recording.subjects) {
        CsvRow row;
        for (const SubjectColumn& column : columns)
            row.value(column.value(subject));
        csv += row.line();
    }
    return csv;
}

std::string render_subject_histograms_csv(const Recording& recording) {
    CsvRow head;
    for (const char* name : {"subject", "histogram", "lower_ns", "upper_ns", "count"})
        head.text(name);
    std::string csv = head.line();
    for (const AttachedSubject& subject : recording.subjects)
        for (Path path : attach_paths) {
            const auto& histogram = subject.figures.path(path).histogram;
            for (std::size_t i = 0; histogram && i < Histogram::bucket_count; ++i)
                if (histogram->bucket(i) != 0)
                    csv += CsvRow()
                               .text(subject.figures.subject.name)
                               .text(name_of(path))
                               .integer(Histogram::lower_bound(i))
                               .integer(Histogram::upper_bound(i))
                               .integer(histogram->bucket(i))
                               .line();
        }
    return csv;
}

} // namespace netio::report
