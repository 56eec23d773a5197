// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/recorder.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "analysis/subjects.h"
#include "base/clock.h"
#include "experiment/call_timing.h"
#include "experiment/environment.h"
#include "experiment/surroundings.h"
#include "experiment/targets.h"
#include "experiment/traced_command.h"
#include "experiment/worker_process.h"
#include "netns/namespace.h"
#include "tracer/ways.h"

namespace netio::experiment {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

/// That have figures of their own.
constexpr std::uint32_t subjects = 1024;

/// What is looked at while the trace runs, so that it is known of processes that end before it does.
constexpr std::uint64_t look_every_ns = second_ns / 5;

/// Why no way of bytes is known where sockets alone are asked.
constexpr std::string_view nothing_at_calls = "nothing ran at a call (--no-ways)";

/// Whose sockets are is looked up in all files of all processes. Sockets that are closed in between tell it themselves.
constexpr std::uint64_t owners_every_ns = 5 * second_ns;

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

std::string name_of_subject(const AttachSpec& spec, const tracer::CountedSubject& subject, const std::string& cgroup) {
    switch (spec.by) {
    case SubjectKind::comm:
        return subject.comm;
    case SubjectKind::cgroup:
        return cgroup.empty() ? "?" : cgroup;
    case SubjectKind::connection:
        return subject.connection;
    case SubjectKind::process:
        break;
    }
    return subject.pid ? subject.comm + " " + std::to_string(*subject.pid) : subject.comm;
}

/// What was counted of a path, whatever was timed of it; nothing for those that are not counted.
std::optional<tracer::CountedSubject::Way> counted_way(const tracer::CountedSubject& counted, Path path) {
    if (path == Path::send_syscall)
        return tracer::CountedSubject::Way{counted.calls.send_calls, counted.calls.send_bytes};
    if (path == Path::recv_syscall)
        return tracer::CountedSubject::Way{counted.calls.recv_calls, counted.calls.recv_bytes};
    if (entry_of(path).attached_only || path == Path::copy_in || path == Path::pin || path == Path::copy_out)
        return counted.ways[index_of(path)];
    return std::nullopt;
}

/// The time is that of the calls that were timed; where those are not all, it says so.
void count(PathFigures& figures, const tracer::CountedSubject::Way& way, const std::string& unseen) {
    if (!unseen.empty()) {
        figures.calls = figures.bytes = Figure::unavailable(unseen);
        return;
    }
    const Figure timed = std::exchange(figures.calls, Figure::exact(static_cast<double>(way.calls)));
    figures.bytes = Figure::exact(static_cast<double>(way.bytes));
    if (figures.backend == Backend::none)
        figures.backend = Backend::tracepoint;
    if (figures.time_ns.quality != Quality::exact || !timed.available() || timed.value >= figures.calls.value)
        return;
    const std::string of_how_many = std::to_string(static_cast<std::uint64_t>(timed.value)) + " of " +
                                    std::to_string(way.calls) + " calls were timed";
    for (Figure* figure : {&figures.time_ns, &figures.exclusive_ns, &figures.preempted_ns})
        if (figure->available()) {
            figure->quality = Quality::estimated;
            figure->reason = of_how_many;
        }
}

PathFigures unseen_path(const std::string& reason) {
    PathFigures figures;
    figures.calls = figures.bytes = figures.time_ns = figures.exclusive_ns = figures.preempted_ns =
        figures.skb_path_ns = figures.sampled_time_ns = Figure::unavailable(reason);
    return figures;
}

/// The bytes of the calls on the subject's sockets are those by which the sockets' sequence numbers moved.
LawCheck law_of_sequences(const tracer::CountedSubject& subject, bool sockets_alone) {
    LawCheck law;
    law.name = "socket_sequence";
    law.statement = "bytes that calls returned = what the sockets' sequence numbers say";
    law.expected = static_cast<double>(subject.sockets.bytes_sent + subject.sockets.bytes_received);
    law.observed = static_cast<double>(subject.called_sent + subject.called_received);
    law.holds = law.expected == law.observed && subject.differing_sockets == 0;
    if (sockets_alone) {
        law.checked = false;
        law.reason = nothing_at_calls;
    } else if (subject.sockets.sockets == 0) {
        law.checked = false;
        law.reason = "none of its sockets was found at the end";
    } else if (!law.holds && subject.differing_sockets != 0) {
        law.checked = false;
        law.reason = std::to_string(subject.differing_sockets) +
                     " sockets were in the middle of a call when the trace ended, which had moved " +
                     std::to_string(subject.sockets.uncertain_bytes) + " bytes that it had not returned yet";
    }
    return law;
}

/// What each path moved adds up to what the calls returned.
LawCheck law_of_calls(const tracer::CountedSubject& subject, bool sockets_alone) {
    LawCheck law;
    law.name = "call_bytes";
    law.statement = "bytes by path = bytes that calls returned";
    std::uint64_t by_path = 0;
    for (Path path : attach_paths)
        if (path != Path::peeked)
            by_path += subject.ways[index_of(path)].bytes;
    law.expected = static_cast<double>(subject.calls.send_bytes + subject.calls.recv_bytes);
    law.observed = static_cast<double>(by_path);
    law.holds = law.expected == law.observed;
    if (sockets_alone) {
        law.checked = false;
        law.reason = nothing_at_calls;
    }
    return law;
}

class Recorder {
  public:
    Recorder(const AttachSpec& spec, const std::string& command_line, RecordListener& listener) : listener_(listener) {
        recording_.spec = spec;
        recording_.environment.command_line = command_line;
    }

    Result<Recording> record() {
        NETIO_TRY_TO(auto signals, SignalReceiver::create());
        describe_machine(recording_.environment);
        add_network_settings(recording_.environment);
        NETIO_TRY_TO(targets_, find_targets(recording_.spec));
        NETIO_TRY(open());
        NETIO_TRY(open_timing());
        NETIO_TRY(add_targets());
        const std::uint64_t bytes = ways_->map_bytes() + (timing_ ? timing_->map_bytes() : 0);
        recording_.environment.notes.push_back("the trace's tables take " + std::to_string((bytes >> 20U) + 1) +
                                               " MiB of kernel memory, and some 200 bytes for each socket");
        if (auto own = netns::Namespace::current()) {
            surroundings_.emplace(*own);
            surroundings_->begin();
        }
        begins_ns_ = monotonic_ns();
        if (command_)
            NETIO_TRY(command_->release());
        keep_capabilities_of_tracing();
        listener_.attached(recording_);
        if (targets_.wait_for_comm && found_.empty())
            listener_.waiting_for("a process named " + recording_.spec.comm);
        follow(signals);
        NETIO_TRY(finish());
        return std::move(recording_);
    }

  private:
    const AttachSpec& spec() const { return recording_.spec; }

    Result<void> open() {
        const bool is_filtered_by_task =
            !spec().pids.empty() || !spec().comm.empty() || !spec().cgroup.empty() || !spec().command.empty();
        tracer::WaysOptions options;
        options.by = spec().by;
        options.subjects = subjects;
        options.every_task = spec().all || !is_filtered_by_task;
        options.comm = targets_.wait_for_comm ? spec().comm : "";
        options.port = spec().port;
        options.sockets_alone = spec().sockets_alone;
        options.may_hook = !spec().backend || *spec().backend == Backend::fentry;
        plan_ = spec().sockets_alone ? tracer::plan_sockets_alone(std::string(nothing_at_calls))
                                     : tracer::plan_ways(options.may_hook);
        NETIO_TRY_TO(auto ways, tracer::Ways::open(plan_, options));
        ways_.emplace(std::move(ways));
        recording_.environment.backends = plan_.backend == Backend::fentry ? "fentry + tracepoint" : "tracepoint";
        if (!plan_.doubt.empty())
            recording_.environment.notes.push_back(plan_.doubt);
        return {};
    }

    Result<void> open_timing() {
        if (spec().timing == Timing::none) {
            untimed_ = spec().sockets_alone ? std::string(nothing_at_calls) : "no call was timed (--timing none)";
            return {};
        }
        auto timing = CallTiming::open(spec(), 0, recording_.environment.notes);
        if (!timing && (spec().backend || timing.error().exit_code == ExitCode::interrupted))
            return std::move(timing).error();
        if (!timing) {
            untimed_ = timing.error().message();
            recording_.environment.notes.push_back("no call is timed: " + untimed_);
            return {};
        }
        timing_.emplace(std::move(timing).value());
        untimed_ = "not timed for this subject: times are kept by process";
        recording_.environment.backends = timing_->plan().backends;
        recording_.environment.plan.assign(timing_->plan().paths.begin(), timing_->plan().paths.end());
        return timing_->begin();
    }

    Result<void> add_targets() {
        if (!spec().command.empty()) {
            NETIO_TRY_TO(auto command, TracedCommand::start(spec().command));
            command_.emplace(std::move(command));
            targets_.pids.push_back(static_cast<std::uint32_t>(command_->pid()));
        }
        NETIO_TRY_TO(found_, ways_->add(targets_.pids, targets_.wait_for_comm));
        if (timing_)
            std::ranges::for_each(found_, [this](const auto& task) { timing_->add(task); });
        for (const std::uint32_t pid : spec().pids)
            if (UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); process)
                watched_.emplace(pid, std::move(process));
            else
                recording_.notes.push_back("process " + std::to_string(pid) + " ended before it was traced");
        // Once the tasks are traced: what they move on a socket before it is adopted counts, and the socket begins
        // there.
        NETIO_TRY_TO(closed_, in_each_network_namespace([this] { return ways_->adopt_sockets(); }));
        if (spec().sockets_alone)
            NETIO_TRY(ways_->own_sockets());
        if (timing_ && ways_->zero_copy_sockets() != 0)
            NETIO_TRY(timing_->follow_zero_copy());
        for (const std::string& space : closed_)
            recording_.notes.push_back("sockets in the network namespace " + space +
                                       " that were open before are not adopted: it may not be entered");
        return {};
    }

    /// Until the duration is over, a signal comes, or what is traced has ended.
    void follow(const SignalReceiver& signals) {
        const std::uint64_t until =
            spec().duration_s > 0.0 ? begins_ns_ + static_cast<std::uint64_t>(spec().duration_s * 1e9) : UINT64_MAX;
        std::uint64_t next_look = begins_ns_;
        std::uint64_t next_word = begins_ns_ + second_ns;
        const bool had_watched = !watched_.empty();
        for (;;) {
            std::uint64_t now = monotonic_ns();
            if (now >= until)
                break;
            if (timing_)
                if (auto acted = timing_->act(); !acted) {
                    recording_.failure = acted.error().message();
                    break;
                }
            if (now >= next_look) {
                look();
                next_look = now + look_every_ns;
            }
            if (now >= next_word) {
                describe(recording_, false);
                listener_.goes_on(recording_);
                next_word = now + second_ns;
            }
            now = monotonic_ns();
            const std::uint64_t wake =
                std::min({until, next_look, next_word, timing_ ? timing_->next_ns() : UINT64_MAX});
            std::vector<pollfd> waited{{signals.fd(), POLLIN, 0}};
            if (command_)
                waited.push_back({command_->ended_fd(), POLLIN, 0});
            for (const auto& [pid, process] : watched_)
                waited.push_back({process.get(), POLLIN, 0});
            const std::uint64_t left_ms = wake > now ? (wake - now + 999'999) / 1'000'000 : 0;
            poll(waited.data(), waited.size(), static_cast<int>(left_ms));
            if (const int signal = signals.take(); signal != 0 && !on_signal(signal))
                break;
            if (command_ && (recording_.command_exit = command_->exit_code()))
                break;
            std::erase_if(watched_, [this](const auto& process) {
                pollfd ended{process.second.get(), POLLIN, 0};
                if (poll(&ended, 1, 0) != 1)
                    return false;
                recording_.notes.push_back("process " + std::to_string(process.first) + " ended after " +
                                           std::to_string((monotonic_ns() - begins_ns_) / 1'000'000) + " ms");
                return true;
            });
            if (had_watched && watched_.empty())
                break;
        }
    }

    /// Whether the trace goes on. A terminal sends SIGINT to the command too, which then ends; a second one does not
    /// wait for that.
    bool on_signal(int signal) {
        if (!command_ || std::exchange(signalled_, true))
            return false;
        if (signal == SIGTERM)
            command_->send(SIGTERM);
        return true;
    }

    /// What is known only while a process lives.
    void look() {
        if (const std::uint64_t now = monotonic_ns(); spec().sockets_alone && now >= next_owners_) {
            if (auto owned = ways_->own_sockets(); !owned)
                recording_.failure = owned.error().message();
            next_owners_ = now + owners_every_ns;
        }
        auto subjects = ways_->read();
        if (!subjects)
            return;
        std::vector<std::uint32_t> untimed;
        for (const tracer::CountedSubject& subject : *subjects) {
            if (timing_ && subject.ways[index_of(Path::pin)].calls != 0)
                if (auto followed = timing_->follow_zero_copy(); !followed)
                    recording_.failure = followed.error().message();
            if (!subject.pid)
                continue;
            if (!cgroups_.contains(subject.number))
                if (std::string cgroup = cgroup_of(*subject.pid); !cgroup.empty())
                    cgroups_.emplace(subject.number, std::move(cgroup));
            if (timing_ && !timing_->knows(subject.tgid))
                untimed.push_back(*subject.pid);
        }
        if (timing_)
            for (const std::uint32_t tgid : timing_->processes())
                if (const auto number = ways_->subject_of(tgid))
                    groups_[tgid] = *number;
        if (untimed.empty())
            return;
        // Processes that the programs have met by their name, which the timing programs do not know.
        if (auto tasks = ways_->add(untimed, false))
            std::ranges::for_each(*tasks, [this](const auto& task) { timing_->add(task); });
    }

    Result<void> finish() {
        if (surroundings_) {
            surroundings_->end();
            if (const auto network = surroundings_->namespaces(); !network.empty())
                recording_.network = network.front();
        }
        next_owners_ = 0;
        look();
        if (timing_) {
            NETIO_TRY_TO(trace_, timing_->end());
            recording_.timed_s = seconds(timing_->timed_ns());
            recording_.windows = timing_->windows();
        }
        recording_.duration_s = seconds(monotonic_ns() - begins_ns_);
        const double duration_s = recording_.duration_s;
        if (command_ && !recording_.command_exit)
            recording_.notes.push_back("the command still runs, as process " + std::to_string(command_->pid()));
        // A call that is under way has moved bytes that it has not returned: most have by the next pass.
        constexpr int passes = 4;
        for (int pass = 1; pass <= passes; ++pass) {
            std::uint64_t left = 0;
            NETIO_TRY(in_each_network_namespace([&]() -> Result<void> {
                NETIO_TRY_TO(const std::uint64_t unsettled, ways_->freeze_sockets(pass == passes));
                left += unsettled;
                return {};
            }));
            if (left == 0)
                break;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        describe(recording_, true);
        recording_.duration_s = duration_s;
        if (recording_.subjects.empty() && targets_.wait_for_comm && targets_.pids.empty())
            recording_.notes.push_back("no process named " + spec().comm + " used TCP, if one came at all");
        else if (recording_.subjects.empty())
            recording_.notes.emplace_back("nothing that was traced used TCP");
        if (const std::uint64_t times = ways_->without_subject(); times != 0)
            recording_.notes.push_back("more than " + std::to_string(subjects) +
                                       " subjects: those that came later are summed as \"others\"");
        if (const auto ownerless = ways_->ownerless(); ownerless.sockets != 0)
            recording_.notes.push_back(std::to_string(ownerless.sockets) + " sockets with " +
                                       std::to_string(ownerless.bytes) +
                                       " bytes ended before it was known whose they are: in no figure");
        if (const std::uint64_t sockets = ways_->without_storage(); sockets != 0)
            recording_.notes.push_back(std::to_string(sockets) +
                                       " sockets found no memory for their sequence numbers: their bytes are missing");
        for (AttachedSubject& subject : recording_.subjects)
            subject.laws = std::move(laws_[subject.figures.subject.name]);
        describe_losses();
        return {};
    }

    void describe(Recording& recording, bool at_the_end) {
        auto counted = ways_->read();
        if (!counted) {
            recording.failure = counted.error().message();
            return;
        }
        recording.subjects.clear();
        laws_.clear();
        if (auto added = at_the_end ? ways_->add_copy_sites(*counted) : Result<void>{}; !added)
            recording.environment.notes.push_back("where bytes were copied after all is not known: " +
                                                  added.error().message());
        for (const tracer::CountedSubject& subject : *counted)
            if (at_the_end && spec().sockets_alone && subject.tls_sockets != 0)
                recording.notes.push_back("TLS in the kernel, on " + std::to_string(subject.tls_sockets) +
                                          " sockets of " + subject.comm +
                                          ": their bytes are those of encrypted records");
        for (const tracer::CountedSubject& subject : *counted)
            recording.subjects.push_back(describe(subject));
        std::ranges::stable_sort(recording.subjects, [](const AttachedSubject& one, const AttachedSubject& other) {
            const bool one_is_rest = one.figures.subject.name == "others";
            const bool other_is_rest = other.figures.subject.name == "others";
            return one_is_rest != other_is_rest ? other_is_rest : one.bytes() > other.bytes();
        });
        recording.duration_s = seconds(monotonic_ns() - begins_ns_);
    }

    AttachedSubject describe(const tracer::CountedSubject& counted) {
        AttachedSubject subject;
        const auto cgroup = cgroups_.find(counted.number);
        subject.pid = counted.pid;
        subject.comm = counted.comm;
        subject.connection = counted.connection;
        if (cgroup != cgroups_.end())
            subject.cgroup = cgroup->second;
        subject.figures.subject.name = name_of_subject(spec(), counted, subject.cgroup);
        subject.figures.calls = counted.calls;
        subject.calls = counted.by_call;
        subject.sockets = counted.sockets;
        auto timed = trace_ ? timed_figures(counted) : std::nullopt;
        if (timed) {
            Subject identity = std::move(subject.figures.subject);
            subject.figures = *std::move(timed);
            subject.figures.subject = std::move(identity);
            subject.figures.calls = counted.calls;
        } else {
            const Figure none = Figure::unavailable(untimed_);
            subject.figures.cpu.total_ns = subject.figures.cpu.thread_ns = subject.figures.cpu.user_space =
                subject.figures.cpu.softirq = subject.figures.cpu.tracing = none;
            subject.figures.cpu.share.fill(none);
            subject.figures.no_copy_sites = subject.figures.notifications.reason = untimed_;
        }
        if (spec().sockets_alone) {
            subject.figures.calls.send_bytes = counted.sockets.bytes_sent;
            subject.figures.calls.recv_bytes = counted.sockets.bytes_received;
        }
        for (Path path : attach_paths) {
            PathFigures& figures = subject.figures.path(path);
            if (!timed || entry_of(path).attached_only)
                figures = unseen_path(entry_of(path).attached_only ? "counted, not timed" : untimed_);
            if (const auto way = counted_way(counted, path))
                count(figures, *way, plan_.unseen[index_of(path)]);
            figures.sampled_bytes = figures.sampled_time_ns.available() ? subject.bytes() : 0;
        }
        add_fates(subject, counted);
        laws_[subject.figures.subject.name] = {law_of_calls(counted, spec().sockets_alone),
                                               law_of_sequences(counted, spec().sockets_alone)};
        return subject;
    }

    /// What became of zero-copy sends by io_uring, beside what was timed of those with MSG_ZEROCOPY.
    void add_fates(AttachedSubject& subject, const tracer::CountedSubject& counted) const {
        const tracer::CountedSubject::Fates& fates = counted.fates;
        ZerocopyTotals& zerocopy = subject.figures.zerocopy;
        const std::uint64_t pinned = counted.ways[index_of(Path::pin)].calls;
        // With MSG_ZEROCOPY; where io_uring's cannot be followed, those too.
        const std::uint64_t others = std::max(zerocopy.sends, pinned - std::min(pinned, fates.sends));
        const std::uint64_t unfollowed = others - zerocopy.sends;
        zerocopy.sends = others + fates.sends;
        zerocopy.completions += fates.completions;
        zerocopy.copied += fates.copied;
        subject.unknown_fates = unfollowed + fates.unknown;
        if (fates.unknown != 0)
            subject.unknown_fates_reason = plan_.no_copies;
        else if (unfollowed != 0)
            subject.unknown_fates_reason = !plan_.no_fates.empty() && analysis::sends_by_io_uring(subject)
                                               ? plan_.no_fates
                                           : untimed_.empty() ? "not all of them were timed"
                                                              : untimed_;
        if (fates.sends == 0)
            return;
        const bool no_others = others == 0;
        PathFigures& complete = subject.figures.path(Path::zc_complete);
        add_exactly(complete.calls, static_cast<double>(fates.completions), no_others);
        add_exactly(complete.time_ns, static_cast<double>(fates.elapsed_ns), no_others);
        complete.exclusive_ns = complete.time_ns;
        PathFigures& copies = subject.figures.path(Path::deferred_copy);
        if (plan_.no_copies.empty()) {
            add_exactly(copies.calls, static_cast<double>(fates.copies.calls), no_others);
            add_exactly(copies.bytes, static_cast<double>(fates.copies.bytes), no_others);
            std::ranges::copy(fates.sites, std::back_inserter(subject.figures.copied_after_all));
            if (no_others)
                subject.figures.no_copy_sites.clear();
        } else {
            copies.calls = copies.bytes = Figure::unavailable(plan_.no_copies);
            subject.figures.no_copy_sites = plan_.no_copies;
        }
        for (PathFigures* figures : {&complete, &copies})
            if (figures->backend == Backend::none && figures->calls.available())
                figures->backend = plan_.backend;
    }

    /// Adds to a figure what was counted beside it; where it is not known, that is all if there is `nothing_else`.
    static void add_exactly(Figure& figure, double amount, bool nothing_else) {
        if (figure.available())
            figure.value += amount;
        else if (nothing_else)
            figure = Figure::exact(amount);
    }

    /// What was timed of a subject; nothing: it was not told apart from others.
    std::optional<SubjectTrace> timed_figures(const tracer::CountedSubject& counted) const {
        std::vector<AttachedSubject> processes;
        const auto add = [&](std::uint32_t tgid) {
            if (const SubjectTrace* timed = timing_->of_process(*trace_, tgid))
                processes.emplace_back().figures = *timed;
        };
        if (spec().by == SubjectKind::process)
            add(counted.tgid);
        else if (spec().by != SubjectKind::connection)
            for (const auto& [tgid, number] : groups_)
                if (number == counted.number)
                    add(tgid);
        if (processes.empty())
            return std::nullopt;
        std::vector<const AttachedSubject*> all;
        for (const AttachedSubject& process : processes)
            all.push_back(&process);
        return analysis::sum_of(all, {}).figures;
    }

    void describe_losses() {
        if (trace_) {
            recording_.samples = trace_->samples;
            recording_.copy_evidence = trace_->copy_evidence;
            // Calls such as sendmmsg() return no bytes, and bytes are counted elsewhere.
            std::ranges::copy_if(trace_->losses, std::back_inserter(recording_.losses), [](const Loss& loss) {
                return loss.name != loss_name(NETIO_LOSS_BYTES_OUTSIDE_CALL);
            });
        }
        if (const std::uint64_t count = ways_->without_fate(); count != 0)
            recording_.losses.push_back(loss_of(std::string(loss_name(NETIO_LOSS_RING_TABLE_FULL)), count));
        if (const std::uint64_t count = ways_->without_site(); count != 0)
            recording_.losses.push_back(loss_of(std::string(loss_name(NETIO_LOSS_SITE_TABLE_FULL)), count));
        for (const auto& [program, count] : ways_->misses())
            recording_.losses.push_back(loss_of(recursion_misses_of(program), count));
    }

    RecordListener& listener_;
    Recording recording_;
    Targets targets_;
    tracer::WaysPlan plan_;
    std::optional<tracer::Ways> ways_;
    std::optional<CallTiming> timing_;
    std::optional<Trace> trace_; ///< what was timed, once that has ended
    std::string untimed_;        ///< why something is not timed
    std::optional<TracedCommand> command_;
    std::vector<tracer::FoundTask> found_;
    std::vector<std::string> closed_;
    std::map<std::uint32_t, UniqueFd> watched_; ///< processes that were named, by pidfd
    std::map<std::uint32_t, std::string> cgroups_;
    std::map<std::uint32_t, std::uint32_t> groups_; ///< thread group to the number of its subject
    std::map<std::string, std::vector<LawCheck>> laws_;
    std::optional<Surroundings> surroundings_; ///< none: this process may not look into its own namespace
    std::uint64_t begins_ns_ = 0;
    std::uint64_t next_owners_ = 0; ///< when it is looked at next whose the open sockets are
    bool signalled_ = false;
};

} // namespace

Result<Recording> record(const AttachSpec& spec, const std::string& command_line, RecordListener& listener) {
    return Recorder(spec, command_line, listener).record();
}

} // namespace netio::experiment
