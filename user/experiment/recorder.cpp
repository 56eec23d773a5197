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

#include "base/clock.h"
#include "experiment/environment.h"
#include "experiment/targets.h"
#include "experiment/traced_command.h"
#include "experiment/worker_process.h"
#include "tracer/ways.h"

namespace netio::experiment {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

/// What is looked at while the trace runs, so that it is known of processes that end before it does.
constexpr std::uint64_t look_every_ns = second_ns / 5;

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

/// A path whose bytes are counted, and that nobody times.
PathFigures counted_path(const tracer::CountedSubject::Way& way, Backend backend, const std::string& untimed) {
    PathFigures figures;
    figures.backend = backend;
    figures.calls = Figure::exact(static_cast<double>(way.calls));
    figures.bytes = Figure::exact(static_cast<double>(way.bytes));
    figures.time_ns = figures.exclusive_ns = figures.preempted_ns = figures.skb_path_ns = figures.sampled_time_ns =
        Figure::unavailable(untimed);
    return figures;
}

PathFigures unseen_path(const std::string& reason) {
    PathFigures figures;
    figures.calls = figures.bytes = figures.time_ns = figures.exclusive_ns = figures.preempted_ns =
        figures.skb_path_ns = figures.sampled_time_ns = Figure::unavailable(reason);
    return figures;
}

/// The bytes of the calls on the subject's sockets are those by which the sockets' sequence numbers moved.
LawCheck law_of_sequences(const tracer::CountedSubject& subject) {
    LawCheck law;
    law.name = "socket_sequence";
    law.statement = "bytes that calls returned = what the sockets' sequence numbers say";
    law.expected = static_cast<double>(subject.sockets.bytes_sent + subject.sockets.bytes_received);
    law.observed = static_cast<double>(subject.called_sent + subject.called_received);
    law.holds = law.expected == law.observed && subject.differing_sockets == 0;
    if (subject.sockets.sockets == 0) {
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
LawCheck law_of_calls(const tracer::CountedSubject& subject) {
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
        NETIO_TRY(add_targets());
        begins_ns_ = monotonic_ns();
        if (command_)
            NETIO_TRY(command_->release());
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
        options.every_task = spec().all || !is_filtered_by_task;
        options.comm = targets_.wait_for_comm ? spec().comm : "";
        options.port = spec().port;
        options.may_hook = !spec().backend || *spec().backend == Backend::fentry;
        plan_ = tracer::plan_ways(options.may_hook);
        NETIO_TRY_TO(auto ways, tracer::Ways::open(plan_, options));
        ways_.emplace(std::move(ways));
        recording_.environment.backends = plan_.backend == Backend::fentry ? "fentry + tracepoint" : "tracepoint";
        if (!plan_.doubt.empty())
            recording_.environment.notes.push_back(plan_.doubt);
        return {};
    }

    Result<void> add_targets() {
        if (!spec().command.empty()) {
            NETIO_TRY_TO(auto command, TracedCommand::start(spec().command));
            command_.emplace(std::move(command));
            targets_.pids.push_back(static_cast<std::uint32_t>(command_->pid()));
        }
        NETIO_TRY_TO(found_, ways_->add(targets_.pids, targets_.wait_for_comm));
        std::set<std::uint32_t> seen;
        for (const tracer::FoundTask& task : found_)
            seen.insert(task.visible_tgid);
        for (const std::uint32_t pid : spec().pids)
            if (UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); process)
                watched_.emplace(pid, std::move(process));
            else
                recording_.notes.push_back("process " + std::to_string(pid) + " ended before it was traced");
        NETIO_TRY_TO(closed_, in_each_network_namespace([this] { return ways_->adopt_sockets(); }));
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
            if (now >= next_look) {
                look();
                next_look = now + look_every_ns;
            }
            if (now >= next_word) {
                describe(recording_);
                listener_.goes_on(recording_);
                next_word = now + second_ns;
            }
            now = monotonic_ns();
            const std::uint64_t wake = std::min({until, next_look, next_word});
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
        if (spec().by == SubjectKind::connection)
            return;
        auto subjects = ways_->read();
        if (!subjects)
            return;
        for (const tracer::CountedSubject& subject : *subjects)
            if (subject.pid && !cgroups_.contains(subject.number))
                if (std::string cgroup = cgroup_of(*subject.pid); !cgroup.empty())
                    cgroups_.emplace(subject.number, std::move(cgroup));
    }

    Result<void> finish() {
        look();
        recording_.duration_s = seconds(monotonic_ns() - begins_ns_);
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
        describe(recording_);
        for (AttachedSubject& subject : recording_.subjects)
            subject.laws = std::move(laws_[subject.figures.subject.name]);
        describe_losses();
        return {};
    }

    void describe(Recording& recording) {
        auto counted = ways_->read();
        if (!counted) {
            recording.failure = counted.error().message();
            return;
        }
        recording.subjects.clear();
        laws_.clear();
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
        const std::string untimed = "no call was timed";
        for (Path path : attach_paths) {
            const std::string& reason = plan_.unseen[index_of(path)];
            PathFigures& figures = subject.figures.path(path);
            if (!reason.empty())
                figures = unseen_path(reason);
            else if (path == Path::send_syscall)
                figures = counted_path({counted.calls.send_calls, counted.calls.send_bytes}, plan_.backend, untimed);
            else if (path == Path::recv_syscall)
                figures = counted_path({counted.calls.recv_calls, counted.calls.recv_bytes}, plan_.backend, untimed);
            else if (entry_of(path).attached_only || path == Path::copy_in || path == Path::pin ||
                     path == Path::copy_out)
                figures = counted_path(counted.ways[index_of(path)], plan_.backend, untimed);
            else
                figures = unseen_path("not followed without timing");
        }
        subject.figures.cpu.total_ns = subject.figures.cpu.thread_ns = subject.figures.cpu.user_space =
            subject.figures.cpu.softirq = subject.figures.cpu.tracing = Figure::unavailable("no samples were taken");
        subject.figures.cpu.share.fill(subject.figures.cpu.total_ns);
        subject.figures.no_copy_sites = "not followed without timing";
        subject.figures.notifications.reason = "not followed without timing";
        laws_[subject.figures.subject.name] = {law_of_calls(counted), law_of_sequences(counted)};
        return subject;
    }

    void describe_losses() {
        for (const auto& [program, count] : ways_->misses())
            recording_.losses.push_back(loss_of(recursion_misses_of(program), count));
    }

    RecordListener& listener_;
    Recording recording_;
    Targets targets_;
    tracer::WaysPlan plan_;
    std::optional<tracer::Ways> ways_;
    std::optional<TracedCommand> command_;
    std::vector<tracer::FoundTask> found_;
    std::vector<std::string> closed_;
    std::map<std::uint32_t, UniqueFd> watched_; ///< processes that were named, by pidfd
    std::map<std::uint32_t, std::string> cgroups_;
    std::map<std::string, std::vector<LawCheck>> laws_;
    std::uint64_t begins_ns_ = 0;
    bool signalled_ = false;
};

} // namespace

Result<Recording> record(const AttachSpec& spec, const std::string& command_line, RecordListener& listener) {
    return Recorder(spec, command_line, listener).record();
}

} // namespace netio::experiment
