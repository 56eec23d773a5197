// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/finding.h"
#include "analysis/machine_load.h"
#include "analysis/message_time.h"
#include "analysis/summary.h"
#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::array findings_of_causes{"machine-busy",  "delayed-ack-stall",   "retransmissions",       "packet-tap",
                                        "fragmentation", "send-buffer-limited", "receive-window-limited"};

/// A cell with figures as a run recorded them.
struct Recorded {
    Variant variant{};
    std::uint64_t field_size = 0;
    std::uint64_t messages = 0;
    double duration_s = 0.0;
    double sender_cpu_s = 0.0;
    double sender_runnable_s = 0.0;
    double receiver_cpu_s = 0.0;
    double receiver_runnable_s = 0.0;
    std::map<std::string, std::uint64_t> counters{};
};

Cell cell_of(const Recorded& recorded) {
    Cell cell;
    cell.variant = recorded.variant;
    cell.field_size = recorded.field_size;
    cell.threads = 1;
    cell.sender.role = Role::sender;
    cell.receiver.role = Role::receiver;
    cell.sender.cpu_user_s = recorded.sender_cpu_s;
    cell.receiver.cpu_user_s = recorded.receiver_cpu_s;
    cell.sender.runnable_s = recorded.sender_runnable_s;
    cell.receiver.runnable_s = recorded.receiver_runnable_s;
    cell.receiver.messages = recorded.messages;
    cell.receiver.messages_per_thread = {recorded.messages};
    cell.receiver.payload_bytes = recorded.messages * cell.message_size();
    cell.sender.total_payload_bytes = cell.receiver.payload_bytes;
    cell.receiver.duration_s = recorded.duration_s;
    for (std::uint64_t i = 0; i < recorded.messages; ++i)
        cell.receiver.latency.record(static_cast<std::uint64_t>(recorded.duration_s * 1e9) / recorded.messages);
    cell.namespaces = {{{Role::sender, Role::receiver}, recorded.counters, 0}};
    cell.machine = MachineLoad{.cpus = 2, .wall_s = 4.0, .user_s = 0.1, .idle_s = 3.9, .load_average = 0.1};
    return cell;
}

netio::Run run_with(std::vector<Cell> cells) {
    netio::Run run;
    run.environment.cpus = 2;
    run.cells = std::move(cells);
    return run;
}

/// --nagle --field-sizes 64 --think-time 13000000: the sender is busy for 13 ms before it sends.
netio::Run think_time_run() {
    netio::Run run =
        run_with({cell_of({Variant::A1,
                           64,
                           34,
                           2.003,
                           0.251,
                           0.254,
                           0.003,
                           0.035,
                           {{"TcpExt.DelayedACKs", 34}, {"Tcp.OutSegs", 170}}}),
                  cell_of({Variant::A2, 64, 129, 2.006, 0.996, 0.9, 0.004, 0.076, {{"Tcp.OutSegs", 258}}})});
    run.spec.nagle = true;
    return run;
}

TEST(DelayedAcknowledgements, AreToldWhateverTheLatencyAroundThem) {
    const Finding finding = found(think_time_run(), "delayed-ack-stall");
    EXPECT_EQ(finding.fact,
              "Delayed acknowledgements hold up A1 at 64 B for 68 % of the time: 34 of them, 1.0 a message, "
              "of 40 ms or more each.");
    EXPECT_THAT(finding.meaning, HasSubstr("Nagle's algorithm holds a short segment"));
    EXPECT_THAT(finding.meaning, HasSubstr("or send a message with one call."));
    EXPECT_EQ(finding.advice.changes, std::vector{Advice::Change::disable_nagle});
    EXPECT_EQ(evidence(finding.evidence, "delayed acknowledgements"), 34);
}

/// --variants A1 --link loopback --sndbuf 2304 --field-sizes 4K
TEST(DelayedAcknowledgements, AreToldWithoutNagle) {
    netio::Run run =
        run_with({cell_of({Variant::A1, 4096, 45, 2.016, 0.004, 0.005, 0.003, 0.002, {{"TcpExt.DelayedACKs", 45}}})});
    run.spec.send_buffer = 2304;
    const std::string text = text_of_finding(run, "delayed-ack-stall");
    EXPECT_THAT(text, HasSubstr("hold up A1 at 4 KiB for 89 % of the time: 45 of them, 1.0 a message"));
    EXPECT_THAT(text, HasSubstr("the send buffer (2,304 B) holds less than a message"));
    EXPECT_THAT(text, Not(HasSubstr("TCP_NODELAY")));
    run.spec.send_buffer = 1 << 20;
    EXPECT_THAT(text_of_finding(run, "delayed-ack-stall"), HasSubstr("the sender waits for an acknowledgement"));
}

/// --variants A2 --nagle --field-sizes 16K over a link of 25 Mbit/s: 42 ms a message, without a delayed
/// acknowledgement.
TEST(DelayedAcknowledgements, AreNotToldOfASlowLink) {
    netio::Run run =
        run_with({cell_of({Variant::A2, 16384, 47, 2.0, 0.01, 0.01, 0.02, 0.01, {{"Tcp.OutSegs", 4300}}})});
    run.spec.nagle = true;
    EXPECT_FALSE(finds(run, "delayed-ack-stall"));
    run.cells[0].namespaces.clear();
    EXPECT_FALSE(finds(run, "delayed-ack-stall")) << "nothing is told where nothing was recorded";
}

TEST(DelayedAcknowledgements, CostNoTimeWhileTheSenderIsBusy) {
    // Each of 20 messages takes the sender 100 ms, and the request's acknowledgement is delayed meanwhile.
    netio::Run run =
        run_with({cell_of({Variant::A2, 64, 20, 2.0, 1.9, 0.05, 0.002, 0.001, {{"TcpExt.DelayedACKs", 20}}})});
    EXPECT_FALSE(finds(run, "delayed-ack-stall"));
    run.cells[0].sender.cpu_user_s = 0.9;
    EXPECT_TRUE(finds(run, "delayed-ack-stall")) << "both ends sleep for half of the time";
}

TEST(DelayedAcknowledgements, AreToldFromATenthOfTheTimeOn) {
    const auto lost = [](std::uint64_t acknowledgements) {
        return finds(
            run_with({cell_of(
                {Variant::A1, 64, 1000, 2.0, 0.1, 0.0, 0.1, 0.0, {{"TcpExt.DelayedACKs", acknowledgements}}})}),
            "delayed-ack-stall");
    };
    EXPECT_TRUE(lost(5));
    EXPECT_FALSE(lost(4));
}

/// --nagle --request-writes 3: the server delays acknowledgements, and its messages are not to blame.
TEST(DelayedAcknowledgements, AreThoseOfRequestsWhereTheServerDelaysThem) {
    netio::Run run = run_with({cell_of({Variant::A2, 64, 14, 0.6, 0.05, 0.03, 0.003, 0.003})});
    run.spec.nagle = true;
    run.spec.request_writes = 3;
    run.cells[0].namespaces = {{{Role::sender}, {{"TcpExt.DelayedACKs", 14}}, 0}, {{Role::receiver}, {}, 0}};
    const std::string requests = text_of_finding(run, "delayed-ack-stall");
    EXPECT_THAT(requests,
                HasSubstr("holds a short segment of the request, which is made in 3 writes, until the previous "
                          "one is acknowledged, and the server delays acknowledgements by 40 ms. Make the "
                          "request in one write, or set TCP_NODELAY."));
    EXPECT_THAT(requests, Not(HasSubstr("send a message with one call")));
    std::swap(run.cells[0].namespaces[0].ends, run.cells[0].namespaces[1].ends);
    EXPECT_THAT(text_of_finding(run, "delayed-ack-stall"), Not(HasSubstr("request")));
    run.cells[0].namespaces = {{{Role::sender, Role::receiver}, {{"TcpExt.DelayedACKs", 14}}, 0}};
    EXPECT_THAT(text_of_finding(run, "delayed-ack-stall"), HasSubstr("made in 3 writes")) << "A2 sends with one call";
}

TEST(DelayedAcknowledgements, NeedATimeToHaveAShareOf) {
    EXPECT_FALSE(
        finds(run_with({cell_of({Variant::A1, 64, 34, 0.0, 0.0, 0.0, 0.0, 0.0, {{"TcpExt.DelayedACKs", 34}}})}),
              "delayed-ack-stall"))
        << "of a file that says so";
}

TEST(DelayedAcknowledgements, AreToldOnceForAllTheirPlaces) {
    netio::Run run = think_time_run();
    Cell other = run.cells[0];
    other.field_size = 1024;
    run.cells.push_back(other);
    other.variant = Variant::A2;
    run.cells.push_back(other);
    EXPECT_THAT(text_of_finding(run, "delayed-ack-stall"),
                HasSubstr("hold up A1 and A2 at 64 B and 1 KiB for 68 % of the time"));
}

/// A shaped link with a short queue, as recorded.
TEST(Retransmissions, AreToldWithTheirTimeouts) {
    const netio::Run run = run_with({cell_of({Variant::A1,
                                              16384,
                                              600,
                                              10.0,
                                              0.3,
                                              0.1,
                                              0.3,
                                              0.1,
                                              {{"Tcp.OutSegs", 80'000},
                                               {"Tcp.RetransSegs", 4007},
                                               {"TcpExt.TCPDSACKRecvSegs", 7},
                                               {"TcpExt.TCPTimeouts", 16}}})});
    const Finding finding = found(run, "retransmissions");
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.fact,
              "TCP sent 4,007 segments again in A1 at 16 KiB, 4.8 % of all, and 16 times after a timeout.");
    EXPECT_THAT(finding.meaning, HasSubstr("for 200 ms or more, at least 32 % of the time."));
}

TEST(Retransmissions, AreNotToldOfAFewThatWereOnlyLate) {
    // Of a run on a busy machine: loss probes, and the receiver reports each as a duplicate.
    EXPECT_FALSE(
        finds(run_with({cell_of({Variant::A1,
                                 4096,
                                 2185,
                                 2.0,
                                 0.55,
                                 0.9,
                                 0.47,
                                 0.8,
                                 {{"Tcp.OutSegs", 1000}, {"Tcp.RetransSegs", 20}, {"TcpExt.TCPDSACKRecvSegs", 20}}})}),
              "retransmissions"));
    const auto told = [](std::uint64_t again) {
        return find(run_with({cell_of({Variant::A1,
                                       4096,
                                       2185,
                                       2.0,
                                       0.5,
                                       0.1,
                                       0.5,
                                       0.1,
                                       {{"Tcp.OutSegs", 100'000 - again}, {"Tcp.RetransSegs", again}}})}),
                    "retransmissions");
    };
    EXPECT_FALSE(told(99));
    ASSERT_TRUE(told(100));
    EXPECT_EQ(told(100)->severity, Severity::note);
    EXPECT_EQ(told(1000)->severity, Severity::warning);
}

TEST(PacketTaps, AreToldWithTheNamespaceThatTheyAreIn) {
    Cell cell = cell_of({Variant::A3, 4096, 1000, 2.0, 0.5, 0.1, 0.5, 0.1});
    cell.namespaces = {{{Role::sender}, {}, 1}, {{Role::receiver}, {}, 0}};
    EXPECT_THAT(text_of_finding(run_with({cell}), "packet-tap"),
                HasSubstr("A packet socket got a copy of each frame in the sender's namespace."));
    Cell without = cell;
    without.namespaces[0].packet_taps = 0;
    EXPECT_THAT(text_of_finding(run_with({without, cell}), "packet-tap"),
                HasSubstr("the sender's namespace, in 1 cell."));
    EXPECT_FALSE(finds(run_with({without}), "packet-tap"));
}

TEST(Fragmentation, IsTold) {
    netio::Run run = run_with({cell_of(
        {Variant::A1, 1000, 500, 2.0, 0.5, 0.1, 0.5, 0.1, {{"Ip.FragCreates", 20'000}, {"Ip.OutRequests", 10'000}}})});
    run.environment.mtu = 68;
    EXPECT_THAT(
        text_of_finding(run, "fragmentation"),
        HasSubstr("IP cut datagrams into 20,000 fragments in A1 at 1,000 B. A segment does not fit into the MTU (68 "
                  "B)"));
    run.cells[0].namespaces[0].counters["Ip.FragCreates"] = 99;
    EXPECT_FALSE(finds(run, "fragmentation"));
}

ConnectionFigures connection() {
    ConnectionFigures figures;
    figures.rtt_us = figures.rtt_variance_us = figures.congestion_window = {10};
    figures.busy_us = 2'000'000;
    figures.receive_window_limited_us = 0;
    figures.send_buffer_limited_us = 0;
    return figures;
}

TEST(LimitedSenders, AreToldFromAFifthOfTheTimeOn) {
    netio::Run run = run_with({cell_of({Variant::A2, 65536, 1000, 2.0, 0.5, 0.1, 0.5, 0.1})});
    ConnectionFigures& figures = run.cells[0].sender.connections.emplace(connection());
    EXPECT_FALSE(finds(run, "receive-window-limited"));
    EXPECT_FALSE(finds(run, "send-buffer-limited"));
    figures.receive_window_limited_us = 401'000;
    run.spec.receive_buffer = 4096;
    EXPECT_THAT(
        text_of_finding(run, "receive-window-limited"),
        HasSubstr("The receive window limits the sender in A2 at 64 KiB for 20 % of the time. The receiver's buffer "
                  "is full (SO_RCVBUF is 4 KiB)"));
    figures.receive_window_limited_us = 399'000;
    EXPECT_FALSE(finds(run, "receive-window-limited"));
    figures.send_buffer_limited_us = 1'000'000;
    EXPECT_THAT(text_of_finding(run, "send-buffer-limited"),
                HasSubstr("The send buffer limits the sender in A2 at 64 KiB for 50 %"));
}

TEST(LimitedSenders, WaitForABufferThatIsSmallerThanAMessage) {
    Cell cell = sound_cell(Variant::A1);
    cell.sender.connections = connection();
    set_time(cell, Role::sender, Path::wait_send, 1.1e9, 1.1e9, 0);
    netio::Run run = run_of({cell});
    EXPECT_FALSE(finds(run, "send-buffer-limited")) << "waiting for space alone is what any sender does";
    run.spec.send_buffer = 2048;
    EXPECT_THAT(text_of_finding(run, "send-buffer-limited"), HasSubstr("for 50 % of the time"));
}

/// Two busy loops on each CPU.
Cell busy_cell() {
    Cell cell = cell_of({Variant::A1, 4096, 21857, 2.0, 0.55, 0.94, 0.47, 0.84});
    cell.machine = MachineLoad{
        .cpus = 2, .wall_s = 4.0, .user_s = 3.43, .system_s = 0.46, .interrupts_s = 0.11, .load_average = 9.5};
    return cell;
}

Cell quiet_cell() { return cell_of({Variant::A1, 4096, 60'000, 2.0, 0.55, 0.3, 0.47, 0.2}); }

TEST(MachineLoad, IsHeldApartFromTheWorkersOwn) {
    const Contention contention = contention_of(busy_cell());
    EXPECT_DOUBLE_EQ(contention.runnable.value, 1.78 / 4.0);
    EXPECT_DOUBLE_EQ(contention.other_tasks.value, (3.43 + 0.46 - 0.55 - 0.47) / 4.0);
    EXPECT_EQ(contention.idle.value, 0.0);
    EXPECT_EQ(contention.steal.value, 0.0);
    Cell unknown = busy_cell();
    unknown.machine.reset();
    unknown.sender.runnable_s.reset();
    EXPECT_FALSE(contention_of(unknown).runnable.available());
    EXPECT_FALSE(contention_of(unknown).other_tasks.available());
    EXPECT_FALSE(machine_was_busy(unknown));
}

TEST(MachineLoad, MakesAMachineBusyOnlyWhereOthersRunWhileThreadsWait) {
    EXPECT_TRUE(machine_was_busy(busy_cell()));
    EXPECT_FALSE(machine_was_busy(quiet_cell())) << "threads that wait for one another";
    Cell others_elsewhere = busy_cell();
    others_elsewhere.sender.runnable_s = others_elsewhere.receiver.runnable_s = 0.01;
    EXPECT_FALSE(machine_was_busy(others_elsewhere)) << "others run on other CPUs";
    Cell idle = busy_cell();
    idle.machine->idle_s = 2.1;
    EXPECT_FALSE(machine_was_busy(idle)) << "there are idle CPUs";
    Cell stolen = quiet_cell();
    stolen.machine->steal_s = 0.2;
    EXPECT_TRUE(machine_was_busy(stolen));
    stolen.machine->steal_s = 0.19;
    EXPECT_FALSE(machine_was_busy(stolen));
}

TEST(MachineLoad, OfAFewTicksOfTheClockIsNoEvidence) {
    Cell stolen = quiet_cell();
    stolen.machine->wall_s = 0.3;
    stolen.machine->steal_s = 0.02;
    EXPECT_FALSE(machine_was_busy(stolen)) << "7 %, of 2 ticks";
    stolen.machine->steal_s = 0.05;
    EXPECT_TRUE(machine_was_busy(stolen));
}

TEST(MachineLoad, TellsOtherTasksAndTheHypervisorApart) {
    Cell stolen = quiet_cell();
    stolen.machine->steal_s = 0.4;
    EXPECT_EQ(found(run_with({busy_cell(), stolen, quiet_cell()}), "machine-busy").fact,
              "The machine was busy in 2 of 3 cells: in 1 the threads were runnable but not running for 44 % of their "
              "time, and other tasks used 72 % of the CPUs; in 1 the hypervisor took 10 % of the CPUs.");
    EXPECT_EQ(found(run_with({stolen}), "machine-busy").fact,
              "The machine was busy in the cell: the hypervisor took 10 % of the CPUs.");
}

TEST(MachineLoad, IsAWarning) {
    const Finding finding = found(run_with({busy_cell(), quiet_cell()}), "machine-busy");
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.fact,
              "The machine was busy in 1 of 2 cells: the threads were runnable but not running for 44 % of "
              "their time, and other tasks used 72 % of the CPUs.");
    EXPECT_THAT(text_of_finding(run_with({busy_cell()}), "machine-busy"),
                HasSubstr("The machine was busy in the cell: "));
    EXPECT_FALSE(finds(run_with({quiet_cell()}), "machine-busy"));
}

TEST(Causes, AreNotToldOfAQuietRun) {
    Cell cell = quiet_cell();
    cell.sender.connections = connection();
    cell.namespaces[0].counters = {
        {"Tcp.OutSegs", 60'000}, {"Ip.OutRequests", 60'000}, {"TcpExt.TCPDelivered", 60'000}};
    for (const char* id : findings_of_causes)
        EXPECT_FALSE(finds(run_with({cell, cell}), id)) << id;
}

double part(const Cell& cell, Role role, MessagePart part) { return message_time(cell, role).part(part).value; }

double sum_of_parts(const Cell& cell, Role role) {
    double sum = 0.0;
    for (MessagePart part : all_message_parts)
        if (const Figure figure = message_time(cell, role).part(part); figure.available())
            sum += figure.value;
    return sum;
}

TEST(MessageTime, AddsUpToTheWallTime) {
    Cell cell = cell_of({Variant::A1, 1024, 100, 1.0, 0.2, 0.1, 0.3, 0.05});
    cell.trace = Trace::of_both_ends();
    for (Role role : all_roles)
        for (Path which : {Path::wait_send, Path::wait_recv})
            path(cell, role, which).time_ns = Figure::exact(0);
    path(cell, Role::receiver, Path::wait_recv).time_ns = Figure::exact(0.4e9);
    EXPECT_EQ(message_time(cell, Role::receiver).whole.value, 1e7);
    EXPECT_DOUBLE_EQ(part(cell, Role::receiver, MessagePart::user), 0.3e7);
    EXPECT_DOUBLE_EQ(part(cell, Role::receiver, MessagePart::runnable), 0.05e7);
    EXPECT_DOUBLE_EQ(part(cell, Role::receiver, MessagePart::wait_data), 0.4e7);
    EXPECT_NEAR(part(cell, Role::receiver, MessagePart::rest), 0.25e7, 1);
    for (Role role : all_roles)
        EXPECT_NEAR(sum_of_parts(cell, role), 1e7, 1);
}

TEST(MessageTime, DoesNotCountTimeRunnableTwice) {
    Cell cell = cell_of({Variant::A1, 1024, 100, 1.0, 0.2, 0.3, 0.3, 0.05});
    cell.trace = Trace::of_both_ends();
    // A wait ends when the thread runs again: 0.7 s with the 0.3 s that it was runnable, where 0.5 s are left.
    path(cell, Role::sender, Path::wait_recv).time_ns = Figure::exact(0.6e9);
    path(cell, Role::sender, Path::wait_send).time_ns = Figure::exact(0.1e9);
    EXPECT_NEAR(part(cell, Role::sender, MessagePart::wait_data), 0.5e7 * 6 / 7, 1);
    EXPECT_NEAR(part(cell, Role::sender, MessagePart::wait_space), 0.5e7 / 7, 1);
    EXPECT_NEAR(part(cell, Role::sender, MessagePart::rest), 0, 1);
    EXPECT_NEAR(sum_of_parts(cell, Role::sender), 1e7, 1);
}

TEST(MessageTime, ShowsThatPartsOverlap) {
    const Cell cell = cell_of({Variant::A1, 1024, 100, 1.0, 0.8, 0.3, 0.3, 0.05});
    EXPECT_NEAR(part(cell, Role::sender, MessagePart::rest), -0.1e7, 1);
    EXPECT_NEAR(sum_of_parts(cell, Role::sender), 1e7, 1);
}

TEST(MessageTime, LeavesWhatIsNotKnownInTheRest) {
    Cell cell = cell_of({Variant::A1, 1024, 100, 1.0, 0.2, 0.1, 0.3, 0.05});
    cell.sender.runnable_s.reset();
    const MessageTime time = message_time(cell, Role::sender);
    EXPECT_FALSE(time.part(MessagePart::runnable).available());
    EXPECT_FALSE(time.part(MessagePart::wait_data).available());
    EXPECT_NEAR(time.part(MessagePart::rest).value, 0.8e7, 1);
    cell.receiver.messages = 0;
    EXPECT_FALSE(message_time(cell, Role::sender).whole.available());
}

TEST(Merging, AddsUpNamespacesConnectionsAndMachine) {
    Cell one = cell_of({Variant::A1, 1024, 100, 1.0, 0.2, 0.1, 0.3, 0.05, {{"Tcp.OutSegs", 5}}});
    one.sender.connections = connection();
    one.receiver.connections = connection();
    Cell other = one;
    other.namespaces = {{{Role::sender, Role::receiver}, {{"Tcp.OutSegs", 7}, {"Tcp.RetransSegs", 1}}, 2}};
    other.machine->load_average = 5.0;
    other.sender.connections->rtt_us = {30};
    other.receiver.connections->busy_us.reset();
    const Cell* cells[] = {&one, &other};
    const Cell merged = merge_repeats(cells).merged;
    EXPECT_EQ(merged.network_count("Tcp.OutSegs"), 12U);
    EXPECT_EQ(merged.network_count("Tcp.RetransSegs"), 1U);
    EXPECT_EQ(merged.namespaces[0].packet_taps, 2U);
    EXPECT_EQ(merged.machine->wall_s, 8.0);
    EXPECT_EQ(merged.machine->load_average, 5.0);
    EXPECT_DOUBLE_EQ(*merged.sender.runnable_s, 0.2);
    EXPECT_EQ(merged.sender.connections->rtt_us, (std::vector<std::uint32_t>{10, 30}));
    EXPECT_EQ(merged.sender.connections->busy_us, 4'000'000U);
    EXPECT_FALSE(merged.receiver.connections->busy_us) << "a sum of which a part is missing";
    other.namespaces.clear();
    other.machine.reset();
    other.sender.runnable_s.reset();
    const Cell partly = merge_repeats(cells).merged;
    EXPECT_FALSE(partly.network_count("Tcp.OutSegs"));
    EXPECT_FALSE(partly.machine);
    EXPECT_FALSE(partly.sender.runnable_s);
}

} // namespace
} // namespace netio::analysis
