// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/facts.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <optional>

#include "analysis/contradictions.h"
#include "analysis/laws.h"
#include "analysis/phrases.h"
#include "report/run_json/writer.h"

namespace netio::labs {
namespace {

using analysis::grouped;

/// How far times of different clocks may lie apart: a worker's CPU time is read before and after the measured part.
constexpr double slack_s = 0.25;
constexpr double slack_share = 0.02;
constexpr std::int64_t a_day_s = 86'400;

/// "2026-11-22T10:00:00Z" in seconds since 1970.
std::optional<std::int64_t> seconds_of(const std::string& time) {
    std::tm parts{};
    const char* end = ::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return end == nullptr || *end != '\0' ? std::nullopt : std::optional<std::int64_t>(::timegm(&parts));
}

/// The first line in which two texts differ; 0: in none.
std::size_t first_difference(std::string_view one, std::string_view other) {
    const auto [at, unused] = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    if (at == one.end() && one.size() == other.size())
        return 0;
    return 1 + static_cast<std::size_t>(std::count(one.begin(), at, '\n'));
}

class Doubts {
  public:
    void that(bool is_so, const std::string& sentence) {
        if (!is_so && std::ranges::find(list_, sentence) == list_.end())
            list_.push_back(sentence);
    }
    [[nodiscard]] std::vector<std::string> take() && { return std::move(list_); }

  private:
    std::vector<std::string> list_;
};

void look_at_environment(Doubts& doubts, const Environment& environment, std::int64_t now) {
    const auto started = seconds_of(environment.started_at);
    doubts.that(started.has_value(), "its date is none: " + environment.started_at.substr(0, 40));
    doubts.that(!started || *started <= now + a_day_s, "it was made in the future: " + environment.started_at);
    doubts.that(environment.cpus > 0, "it was made on a machine without a CPU");
}

void look_at_end(Doubts& doubts, const std::string& where, const Cell& cell, const EndResult& end) {
    const double most = static_cast<double>(cell.threads) * cell.duration_s();
    const double cpu = end.cpu_user_s + end.cpu_system_s;
    doubts.that(cpu <= most * (1 + slack_share) + slack_s * cell.threads,
                where + ": its " + std::string(name_of(end.role)) + " used " + analysis::significant(cpu) +
                    " s of CPU time in " + analysis::significant(most) + " s of its threads");
}

/// Laws that the file says hold, and that do not when they are computed from its figures.
void look_at_laws(Doubts& doubts, const std::string& where, const Cell& cell) {
    std::map<std::string, const LawCheck*, std::less<>> in_file;
    for (const LawCheck& law : cell.laws)
        in_file[law.name] = &law;
    for (const LawCheck& law : analysis::check_laws(cell)) {
        const auto found = in_file.find(law.name);
        if (!law.checked || law.holds || (found != in_file.end() && found->second->checked && !found->second->holds))
            continue;
        doubts.that(false, where + ": " + law.statement + " is " + analysis::significant(law.expected, 6) +
                               " against " + analysis::significant(law.observed, 6) +
                               ", and the file says that it holds");
    }
}

void look_at_cell(Doubts& doubts, const Cell& cell, const RunSpec& spec) {
    const std::string where = analysis::name_of(cell);
    const EndResult& receiver = cell.receiver;
    doubts.that(cell.sender.calls.send_bytes >= receiver.payload_bytes,
                where + ": its sender sent fewer bytes than arrived");
    doubts.that(receiver.total_payload_bytes >= receiver.payload_bytes,
                where + ": more was measured than was sent in all");
    doubts.that(cell.duration_s() >= spec.duration_s * (1 - slack_share) || receiver.messages == 0,
                where + ": it took " + analysis::significant(cell.duration_s()) + " s, and " +
                    analysis::significant(spec.duration_s) + " s were asked for");
    const double latencies_s = static_cast<double>(receiver.latency.sum()) / 1e9;
    const double longest_s = static_cast<double>(receiver.latency.max()) / 1e9;
    const double most_s = static_cast<double>(cell.threads) * (cell.duration_s() + longest_s);
    doubts.that(spec.pattern != Pattern::rr || latencies_s <= most_s * (1 + slack_share) + slack_s,
                where + ": its messages took " + analysis::significant(latencies_s) + " s one after another, in " +
                    analysis::significant(most_s) + " s");
    doubts.that(std::ranges::find(spec.variants, cell.variant) != spec.variants.end() &&
                    std::ranges::find(spec.field_sizes, cell.field_size) != spec.field_sizes.end() &&
                    std::ranges::find(spec.threads, cell.threads) != spec.threads.end() && cell.repeat < spec.repeats,
                where + ": the run was not asked for it");
    look_at_end(doubts, where, cell, cell.sender);
    look_at_end(doubts, where, cell, cell.receiver);
    if (cell.trace)
        look_at_laws(doubts, where, cell);
}

void look_at_text(Doubts& doubts, std::string_view text, const std::string& written, const Environment& environment) {
    // Another version may have other fields.
    if (environment.tool_version != NETIO_VERSION)
        return;
    const std::size_t line = first_difference(text, written);
    doubts.that(line == 0, "the file is not what netio-trace writes of its figures: line " + grouped(line) +
                               " is the first that was changed");
}

} // namespace

std::vector<std::string> doubts_about(const SavedRun& saved, std::string_view text, std::int64_t now) {
    Doubts doubts;
    if (const auto* run = std::get_if<Run>(&saved)) {
        look_at_environment(doubts, run->environment, now);
        look_at_text(doubts, text, report::render_json(*run), run->environment);
        for (const std::string& contradiction : analysis::contradictions_in(*run))
            doubts.that(false, contradiction);
        for (const Cell& cell : run->cells)
            look_at_cell(doubts, cell, run->spec);
    } else {
        const Recording& recording = std::get<Recording>(saved);
        look_at_environment(doubts, recording.environment, now);
        look_at_text(doubts, text, report::render_recording_json(recording), recording.environment);
        for (const std::string& contradiction : analysis::contradictions_in(recording))
            doubts.that(false, contradiction);
        for (const AttachedSubject& subject : recording.subjects) {
            std::uint64_t bytes = 0;
            for (const CallFigures& call : subject.calls)
                bytes += call.bytes;
            doubts.that(subject.calls.empty() || bytes == subject.bytes(),
                        subject.figures.subject.name + ": the bytes of its system calls do not add up");
        }
    }
    return std::move(doubts).take();
}

std::vector<std::string> fingerprints_of(const SavedRun& saved) {
    std::vector<std::string> prints;
    if (const auto* run = std::get_if<Run>(&saved)) {
        for (const Cell& cell : run->cells)
            if (const Histogram& latency = cell.receiver.latency; !latency.empty())
                prints.push_back(analysis::name_of(cell) + " " + std::to_string(cell.repeat) + " " +
                                 std::to_string(latency.count()) + " " + std::to_string(latency.sum()) + " " +
                                 std::to_string(latency.max()));
        return prints;
    }
    const Recording& recording = std::get<Recording>(saved);
    for (const AttachedSubject& subject : recording.subjects)
        if (subject.bytes() != 0)
            prints.push_back(recording.environment.started_at + " " + subject.figures.subject.name + " " +
                             std::to_string(subject.bytes()));
    return prints;
}

} // namespace netio::labs
