// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <set>
#include <string>
#include <string_view>

#include "analysis/finding.h"
#include "analysis/subjects.h"
#include "report/run_json/accounting.h"
#include "report/run_json/members.h"
#include "report/run_json/reader.h"
#include "report/run_json/records.h"
#include "report/run_json/trace_parts.h"
#include "report/run_json/writer.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

/// Both directions, see trace_parts.h.
/// Where nothing ran at calls they were not counted: null.
template <class Io>
void describe_totals(Io& io, auto& calls, bool counted) {
    if constexpr (Io::reads)
        counted = io.has("send_calls");
    io.when(counted, "send_calls", calls.send_calls);
    io("send_bytes", calls.send_bytes);
    io.when(counted, "recv_calls", calls.recv_calls);
    io("recv_bytes", calls.recv_bytes);
    io.when(counted, "errqueue_calls", calls.errqueue_calls);
}

template <class Io>
void describe_subject(Io& io, auto& subject) {
    auto& figures = subject.figures;
    io("name", figures.subject.name);
    io("pid", subject.pid);
    io("comm", subject.comm, null_when_empty);
    io("cgroup", subject.cgroup, null_when_empty);
    io("connection", subject.connection, null_when_empty);
    io("members", subject.members, {.least = 1});
    io.object("totals", [&](Io& inner) {
        describe_totals(inner, figures.calls,
                        analysis::calls_of(figures, Direction::sent).available() &&
                            analysis::calls_of(figures, Direction::received).available());
    });
    io.derived("copies_per_byte", [&] {
        return Json{{"sent", to_json(analysis::copies_per_byte(figures, Direction::sent))},
                    {"received", to_json(analysis::copies_per_byte(figures, Direction::received))}};
    });
    io("calls", subject.calls);
    io.object("paths", [&](Io& inner) { describe_paths(inner, figures, attach_paths); });
    io.object("zerocopy", [&](Io& inner) {
        describe_kernel_zerocopy(inner, figures);
        inner("unknown_fates", subject.unknown_fates, missing_before);
        inner("unknown_fates_reason", subject.unknown_fates_reason, null_when_empty);
        describe_copied_after_all(inner, figures);
    });
    io.object("cpu", [&](Io& inner) { describe_profile(inner, figures.cpu); });
    io("sockets", subject.sockets);
    io.list("laws", subject.laws, [](Io& inner, auto& law) { describe_law(inner, law); });
}

/// Puts a Recording together from the members of the file, in whatever order they come.
class RecordingBuilder final : public MemberListener {
  public:
    explicit RecordingBuilder(std::size_t most_subjects) : most_subjects_(most_subjects) {}

    [[nodiscard]] bool wants(std::string_view member) override { return wanted.contains(member); }
    [[nodiscard]] bool in_pieces(std::string_view member) override {
        return member == "subjects" && seen_.insert("subjects").second;
    }

    [[nodiscard]] std::optional<std::string> take(std::string_view member, std::optional<std::size_t> element,
                                                  Json value) override {
        const std::string path =
            element ? std::string(member) + "[" + std::to_string(*element) + "]" : std::string(member);
        if (!element && !seen_.insert(std::string(member)).second)
            return path + ": stands twice";
        if (member == "schema")
            return take_schema(value, recording_schema);
        // What is wrong in a file of another schema is the schema; it may stand after what was stumbled over.
        if (!fault_)
            take_member(member, element.has_value(), JsonField(value, path, fault_));
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> fault() const {
        if (!seen_.contains("schema"))
            return "it has no \"schema\", so it is not a trace.json";
        if (fault_)
            return fault_;
        for (const std::string_view member : wanted)
            if (!seen_.contains(std::string(member)))
                return std::string(member) + ": is missing";
        return std::nullopt;
    }

    [[nodiscard]] Recording take_recording() && { return std::move(recording_); }

  private:
    static inline const std::set<std::string_view> wanted{
        "schema", "environment", "spec",     "duration_s", "timed_s", "windows",       "command_exit",
        "notes",  "failure",     "subjects", "losses",     "samples", "copy_evidence", "network"};

    void take_member(std::string_view member, bool is_element, const JsonField& field) {
        if (member == "environment")
            read(field, recording_.environment);
        else if (member == "spec")
            read(field, recording_.spec);
        else if (member == "duration_s")
            read(field, recording_.duration_s);
        else if (member == "timed_s")
            read(field, recording_.timed_s);
        else if (member == "windows")
            read(field, recording_.windows);
        else if (member == "command_exit")
            read(field, recording_.command_exit);
        else if (member == "notes")
            read(field, recording_.notes);
        else if (member == "failure")
            read(field, recording_.failure);
        else if (member == "network")
            read(field, recording_.network);
        else if (member == "samples")
            read(field, recording_.samples);
        else if (member == "copy_evidence")
            read(field, recording_.copy_evidence);
        else if (member == "losses")
            for (const JsonField& element : field.elements()) {
                Reader reader(element);
                describe_loss(reader, recording_.losses.emplace_back());
            }
        else if (member == "subjects" && !is_element)
            field.fail("must be a list");
        else if (member == "subjects")
            take_subject(field);
    }

    void take_subject(const JsonField& field) {
        if (recording_.subjects.size() == most_subjects_) {
            field.fail_inside("a trace of more than " + grouped(most_subjects_) + " subjects is too large");
            return;
        }
        Reader reader(field);
        AttachedSubject& subject = recording_.subjects.emplace_back();
        describe_subject(reader, subject);
        if (!names_.insert(subject.figures.subject.name).second && !fault_)
            field.fail_inside("has the name of another: each may stand once");
    }

    std::size_t most_subjects_;
    Recording recording_;
    std::set<std::string> names_; ///< of subjects
    std::set<std::string> seen_;
    std::optional<std::string> fault_;
};

} // namespace

std::string render_recording_json(const Recording& recording) {
    Json json{{"schema", recording_schema},
              {"environment", to_json(recording.environment)},
              {"spec", to_json(recording.spec)}};
    Writer io(json);
    io("duration_s", recording.duration_s);
    io("timed_s", recording.timed_s);
    io("windows", recording.windows);
    io("command_exit", recording.command_exit);
    io("notes", recording.notes);
    io("failure", recording.failure);
    json["accounting"] = accounting_to_json(analysis::account(recording));
    json["findings"] = findings_to_json(analysis::find_insights(recording));
    io.list("subjects", recording.subjects,
            [](Writer& inner, const AttachedSubject& subject) { describe_subject(inner, subject); });
    json["lost"] = recording.lost_events();
    io.list("losses", recording.losses, [](Writer& inner, const Loss& loss) { describe_loss(inner, loss); });
    io("network", recording.network);
    io("samples", recording.samples);
    io("copy_evidence", recording.copy_evidence);
    return lay_out(json);
}

Result<Recording> read_recording(std::string_view text, const std::string& name, std::size_t most_subjects) {
    RecordingBuilder builder(most_subjects);
    if (auto fault = read_members(text, builder))
        return unreadable_text(name, std::move(*fault));
    if (auto fault = builder.fault())
        return unreadable_text(name, std::move(*fault));
    return std::move(builder).take_recording();
}

} // namespace netio::report
