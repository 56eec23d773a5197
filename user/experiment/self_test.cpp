// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/self_test.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace netio::experiment {
namespace {

/// What must be seen of a path when this has happened so often.
struct Expectation {
    Path path;
    std::uint64_t happened = 0;
    std::string_view what;       ///< that happened, for a reader
    std::string_view tracepoint; ///< whose programs see it where that is the path's backend
};

double calls_seen(const Cell& cell, Path path) {
    double calls = 0;
    for (Role role : all_roles)
        if (const Figure& figure = cell.trace->of(role).path(path).calls; figure.available())
            calls += figure.value;
    return calls;
}

tracer::Setback silence(const PathPlan& plan, const Expectation& expected) {
    const bool at_tracepoint = plan.backend == Backend::tracepoint;
    const std::string programs =
        at_tracepoint ? "at the tracepoint " + std::string(expected.tracepoint) : std::string(name_of(plan.backend));
    return {plan.backend, at_tracepoint ? std::string(expected.tracepoint) : std::string{},
            Error{"the BPF programs (" + programs + ") are attached but do not run",
                  "none of " + std::to_string(expected.happened) + " " + std::string(expected.what) + " was seen as " +
                      std::string(name_of(plan.path)),
                  at_tracepoint ? "" : "as root: sysctl -w kernel.ftrace_enabled=1"}};
}

} // namespace

std::optional<tracer::Setback> find_silent(const tracer::ProbePlan& plan, const Cell& cell) {
    if (!cell.trace)
        return std::nullopt;
    const std::uint64_t zero_copy = cell.sender.zerocopy.sends;
    // Requests are sent with plain send(), in every variant.
    const std::uint64_t plain = cell.receiver.calls.send_calls + cell.sender.calls.send_calls - zero_copy;
    // System calls first: where these are not seen, nothing is.
    const std::array expectations{
        Expectation{Path::send_syscall, cell.sender.calls.send_calls, "send calls", "sys_enter"},
        Expectation{Path::recv_syscall, cell.receiver.calls.recv_calls, "receive calls", "sys_enter"},
        Expectation{Path::tcp_sendmsg, cell.sender.calls.send_calls, "send calls", ""},
        Expectation{Path::copy_in, plain, "send calls", "sys_exit"},
        Expectation{Path::pin, zero_copy, "zero-copy sends", "sys_exit"},
        Expectation{Path::copy_out, cell.receiver.calls.recv_calls, "receive calls", "skb_copy_datagram_iovec"},
        Expectation{Path::deferred_copy, cell.sender.zerocopy.copied, "zero-copy sends that were copied after all", ""},
        Expectation{Path::zc_complete, cell.sender.zerocopy.completions, "zero-copy completions",
                    "inet_sk_error_report"}};
    for (const Expectation& expected : expectations) {
        const PathPlan& path = plan.paths[index_of(expected.path)];
        const bool counts = path.calls == Quality::exact && path.backend != Backend::none;
        const bool estimates = path.backend == Backend::tracepoint && expected.tracepoint.empty();
        if (counts && !estimates && expected.happened != 0 && calls_seen(cell, expected.path) == 0)
            return silence(path, expected);
    }
    return std::nullopt;
}

Result<SelfTest> test_session(tracer::Session& session, Variant variant, double duration_s, const netns::Link* link,
                              const SignalReceiver& signals) {
    RunSpec spec;
    const CellKey key{variant, 4096, 1, 0};
    spec.variants = {variant};
    spec.duration_s = duration_s;
    spec.warmup_messages = 1;
    spec.port = 0;
    spec.events.clear();
    // On an emulated CPU that is shared, all of it takes a second or two.
    constexpr double patience_s = 20.0;
    const CellContext context{spec, link, &session, signals, {}, patience_s};
    std::optional<Result<std::optional<Cell>>> outcome;
    SelfTest test;
    test.runs = session.count_runs([&] { outcome.emplace(run_cell(key, context)); });
    if (!*outcome)
        return std::move(*outcome).error().within("the test of tracing failed");
    if (!outcome->value())
        return Error{"stopped by a signal", {}, {}, ExitCode::interrupted};
    test.cell = std::move(*outcome->value());
    return test;
}

} // namespace netio::experiment
