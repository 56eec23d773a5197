// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/cell_runner.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "analysis/laws.h"
#include "analysis/missed_hits.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory_headroom.h"
#include "experiment/cell_workers.h"

namespace netio::experiment {
namespace {

using Kind = ControlMessage::Kind;

constexpr int tick_ms = 100;

constexpr int last_words_ms = 200;
constexpr int last_words_of_the_cause_ms = 3'000;

/// What has been heard from one worker.
struct Worker {
    WorkerProcess process;
    std::optional<EndResult> result;
    std::optional<Error> error;
    bool closed = false;

    [[nodiscard]] bool done() const { return closed || result || error; }
};

/// One cell from fork to results.
class CellRun {
  public:
    CellRun(const CellKey& key, const CellContext& context, workload::StopEvent stop)
        : key_(key), context_(context), stop_(std::move(stop)) {}

    Result<std::optional<Cell>> run() {
        Surroundings surroundings(context_.link);
        WorkerSetup setup{options(),
                          context_.spec.events,
                          context_.session,
                          stop_,
                          [session = context_.session] {
                              if (session != nullptr) {
                                  session->start_timeline();
                                  session->start_sampling();
                              }
                          },
                          [session = context_.session] {
                              if (session != nullptr)
                                  session->stop_sampling();
                          },
                          surroundings};
        NETIO_TRY_TO(auto server,
                     start_server(setup, context_.link != nullptr ? &context_.link->server_namespace() : nullptr));
        server_.emplace(Worker{std::move(server), {}, {}, false});
        start_ns_ = monotonic_ns();

        while (!all_done()) {
            if (port_ != 0 && !client_ && !failed()) {
                setup.options.port = port_;
                auto client =
                    start_client(setup, context_.link != nullptr ? &context_.link->client_namespace() : nullptr);
                if (!client)
                    return std::move(client).error();
                client_.emplace(Worker{std::move(client).value(), {}, {}, false});
            }
            NETIO_TRY(wait_for_news());
            if (interrupted_twice_)
                return std::optional<Cell>{};
            if (failed())
                break;
        }
        // Errors of the ends after they were told to stop follow from that.
        if (interrupted_)
            return std::optional<Cell>{};
        if (auto error = first_error())
            return std::move(*error);
        return finish();
    }

  private:
    workload::Options options() const {
        workload::Options options = workload_options(context_.spec, key_);
        options.address = context_.link != nullptr ? context_.link->server_address() : "127.0.0.1";
        return options;
    }

    [[nodiscard]] bool all_done() const { return server_->done() && client_ && client_->done(); }

    [[nodiscard]] bool failed() const {
        const auto broken = [](const std::optional<Worker>& worker) {
            return worker && (worker->error || (worker->closed && !worker->result));
        };
        return broken(server_) || broken(client_);
    }

    Result<void> wait_for_news() {
        std::array<pollfd, 3> descriptors{};
        descriptors[0] = {context_.signals.fd(), POLLIN, 0};
        descriptors[1] = {server_->done() ? -1 : server_->process.channel().fd(), POLLIN, 0};
        descriptors[2] = {!client_ || client_->done() ? -1 : client_->process.channel().fd(), POLLIN, 0};
        const int ready = poll(descriptors.data(), descriptors.size(), tick_ms);
        if (ready < 0 && errno != EINTR)
            return system_error("cannot wait for the worker processes", errno);
        if (ready > 0) {
            if (descriptors[0].revents != 0)
                take_signal();
            if (descriptors[1].revents != 0)
                if (auto heard = hear(*server_); !heard)
                    return heard;
            if (descriptors[2].revents != 0)
                if (auto heard = hear(*client_); !heard)
                    return heard;
        }
        return report_time();
    }

    void take_signal() {
        if (context_.signals.take() == 0)
            return;
        interrupted_twice_ = interrupted_;
        interrupted_ = true;
        interrupted_ns_ = monotonic_ns();
        stop_.signal();
    }

    /// The processes that have not said their last word; "" when there are none.
    [[nodiscard]] std::string silent() const {
        std::string names;
        for (const std::optional<Worker>* worker : {&server_, &client_})
            if (*worker && !(*worker)->done())
                names += (names.empty() ? "" : " and ") + (*worker)->process.name() + " (process " +
                         std::to_string((*worker)->process.pid()) + ")";
        return names;
    }

    void tell_whom_the_stop_waits_for() {
        if (!interrupted_ || told_ || monotonic_ns() - interrupted_ns_ < 1'000'000'000)
            return;
        told_ = true;
        spdlog::warn("stopping, and waiting for {}; a second signal ends it at once", silent());
    }

    Result<void> hear(Worker& worker) {
        NETIO_TRY_TO(auto message, worker.process.channel().receive());
        if (!message.has_value()) {
            worker.closed = true;
            return {};
        }
        ControlMessage& heard = *message;
        switch (heard.kind) {
        case Kind::listening:
            port_ = heard.port;
            break;
        case Kind::measuring:
            measuring_since_ns_ = monotonic_ns();
            break;
        case Kind::result:
            worker.result = std::move(heard.result);
            if (heard.machine)
                machine_ = heard.machine;
            if (!heard.namespaces.empty())
                namespaces_ = std::move(heard.namespaces);
            break;
        case Kind::error:
            worker.error = std::move(heard.error);
            break;
        }
        return {};
    }

    Result<void> report_time() {
        tell_whom_the_stop_waits_for();
        const double now = static_cast<double>(monotonic_ns());
        if (measuring_since_ns_ != 0 && context_.tick)
            context_.tick(
                std::min(1.0, (now - static_cast<double>(measuring_since_ns_)) / 1e9 / context_.spec.duration_s));
        if ((now - static_cast<double>(start_ns_)) / 1e9 > context_.spec.duration_s + context_.patience_s)
            return Error{"the cell did not end",
                         "no result of " + silent() + " " + std::to_string(static_cast<int>(context_.patience_s)) +
                             " s after its planned end",
                         "try fewer threads or smaller fields", ExitCode::failure};
        return {};
    }

    /// A worker that just vanished is the cause when there is one; the other's complaint is then only its echo.
    std::optional<Error> first_error() {
        for (std::optional<Worker>* worker : {&server_, &client_}) {
            if (!*worker || !(*worker)->closed || (*worker)->result || (*worker)->error)
                continue;
            std::string how = (*worker)->process.wait();
            const std::string what = "the " + (*worker)->process.name() + " process " +
                                     (how.empty() ? "ended without a result" : how) + " during the cell";
            const auto kills = memory_kills();
            if (kills && memory_kills_before_ && *kills > *memory_kills_before_)
                return Error{what,
                             "meanwhile the kernel's memory killer struck (oom_kill of /proc/vmstat rose by " +
                                 std::to_string(*kills - *memory_kills_before_) + ")",
                             "finished cells are kept; give it more memory (memory.max of the cgroup)"}
                    .or_choose({Choice::smaller_fields, Choice::fewer_threads});
            return Error{what, {}, "finished cells are kept; run it again"};
        }
        // A worker that was killed takes its connections along, and so does one that failed: the survivor may be heard
        // first. Its last words are waited for, for longer where what was heard is an echo for certain.
        if (failed()) {
            for (std::optional<Worker>* worker : {&server_, &client_}) {
                if (!*worker || (*worker)->done())
                    continue;
                const std::optional<Worker>& other = worker == &server_ ? client_ : server_;
                const bool is_echo = other && other->error && other->error->is_echo;
                pollfd descriptor{(*worker)->process.channel().fd(), POLLIN, 0};
                if (poll(&descriptor, 1, is_echo ? last_words_of_the_cause_ms : last_words_ms) > 0)
                    if (auto heard = hear(**worker); heard && (*worker)->closed)
                        return first_error();
            }
        }
        for (const bool echoes : {false, true})
            for (std::optional<Worker>* worker : {&client_, &server_})
                if (*worker && (*worker)->error && (*worker)->error->is_echo == echoes)
                    return std::move((*worker)->error);
        return std::nullopt;
    }

    /// CPU time of all worker threads in the measured part, as the kernel accounted it.
    static double accounted_ns(const Cell& cell) {
        double seconds = 0.0;
        for (const EndResult* end : {&cell.sender, &cell.receiver})
            seconds += end->cpu_user_s + end->cpu_system_s;
        return seconds * 1e9;
    }

    Result<std::optional<Cell>> finish() {
        Cell cell;
        static_cast<CellKey&>(cell) = key_;
        cell.sender = std::move(*server_->result);
        cell.receiver = std::move(*client_->result);
        cell.namespaces = std::move(namespaces_);
        cell.machine = machine_;
        // Both processes are gone before the figures are read, so that nothing is still being counted.
        for (std::optional<Worker>* worker : {&server_, &client_})
            if (std::string how = (*worker)->process.wait(); !how.empty())
                spdlog::warn("the {} process {} after its result", (*worker)->process.name(), how);
        if (context_.session != nullptr) {
            NETIO_TRY_TO(cell.trace, context_.session->end(cell.payload_bytes(), accounted_ns(cell)));
            if (cell.trace->copy_evidence && context_.link != nullptr)
                cell.trace->copy_evidence->expected_for = why_payload_is_copied(context_.link->facts().server);
        }
        cell.laws = analysis::check_laws(cell);
        analysis::weigh_losses(cell);
        return std::optional<Cell>{std::move(cell)};
    }

    const CellKey& key_;
    const CellContext& context_;
    workload::StopEvent stop_;
    std::optional<Worker> server_;
    std::optional<Worker> client_;
    std::vector<NamespaceActivity> namespaces_;
    std::optional<MachineLoad> machine_;
    std::optional<std::uint64_t> memory_kills_before_ = memory_kills();
    std::uint16_t port_ = 0;
    std::uint64_t start_ns_ = 0;
    std::uint64_t measuring_since_ns_ = 0;
    bool interrupted_ = false;
    bool interrupted_twice_ = false;
    std::uint64_t interrupted_ns_ = 0;
    bool told_ = false;
};

} // namespace

Result<std::optional<Cell>> run_cell(const CellKey& key, const CellContext& context) {
    NETIO_TRY_TO(auto stop, workload::StopEvent::create());
    if (context.session != nullptr)
        NETIO_TRY(context.session->begin(uses_zero_copy(key.variant)));
    CellRun run(key, context, std::move(stop));
    auto outcome = run.run();
    if (context.session != nullptr)
        context.session->stop_sampling();
    return outcome;
}

workload::Options workload_options(const RunSpec& spec, const CellKey& key) {
    workload::Options options;
    options.variant = key.variant;
    options.pattern = spec.pattern;
    options.field_size = key.field_size;
    options.threads = key.threads;
    options.duration_s = spec.duration_s;
    options.warmup_messages = effective_warmup(spec.warmup_messages, key.field_size);
    options.port = spec.port;
    options.send_buffer = spec.send_buffer;
    options.receive_buffer = spec.receive_buffer;
    options.nagle = spec.nagle;
    options.quickack = spec.quickack;
    options.congestion = spec.congestion;
    options.request_writes = spec.request_writes;
    options.receive = spec.receive;
    options.pin = spec.pin;
    options.verify = spec.verify;
    options.think_time_ns = spec.think_time_ns;
    return options;
}

unsigned effective_warmup(unsigned asked, std::uint64_t field_size) {
    constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;
    const std::uint64_t message = std::max<std::uint64_t>(1, field_size * fields_per_message); // 0: not checked yet
    const std::uint64_t most = std::max<std::uint64_t>(1, most_bytes / message);
    return static_cast<unsigned>(std::min<std::uint64_t>(asked, most));
}

} // namespace netio::experiment
