// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/ways.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <arpa/inet.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>
#include <utility>

#include "base/memory_headroom.h"
#include "base/unique_fd.h"
#include "netio_ways.h"
#include "tracer/copy_sites.h"
#include "tracer/kernel_symbols.h"
#include "tracer/libbpf_log.h"
#include "tracer/map_reader.h"
#include "tracer/trivial_program.h"
#include "way_programs.skel.h"

namespace netio::tracer {
namespace {

/// Processes that can be asked for in one go.
constexpr std::uint32_t wanted_at_once = 4096;

struct WayRow {
    netio_way way;
    Path path;
};

constexpr std::array ways_of_paths{
    WayRow{NETIO_WAY_COPY_IN, Path::copy_in},     WayRow{NETIO_WAY_PIN, Path::pin},
    WayRow{NETIO_WAY_SPLICE_IN, Path::splice_in}, WayRow{NETIO_WAY_TLS_TX, Path::tls_tx},
    WayRow{NETIO_WAY_COPY_OUT, Path::copy_out},   WayRow{NETIO_WAY_SPLICE_OUT, Path::splice_out},
    WayRow{NETIO_WAY_MAPPED, Path::mapped},       WayRow{NETIO_WAY_DISCARDED, Path::discarded},
    WayRow{NETIO_WAY_PEEKED, Path::peeked},       WayRow{NETIO_WAY_TLS_RX, Path::tls_rx},
};
static_assert(ways_of_paths.size() == NETIO_WAYS && are_rows(column(ways_of_paths, &WayRow::way)));

struct CallRow {
    std::uint32_t kind;
    std::string_view name;
    long number; ///< -1: it is no system call
};

/// The system calls that move bytes of sockets, by the kind that the programs count them under.
constexpr std::array calls{
    CallRow{NETIO_CALL_OTHER, "another call", -1},
    CallRow{NETIO_CALL_IO_WORKER, "io_uring worker", -1},
    CallRow{NETIO_CALL_IO_URING, "io_uring_enter", SYS_io_uring_enter},
    CallRow{NETIO_CALL_SENDTO, "sendto", SYS_sendto},
    CallRow{NETIO_CALL_SENDMSG, "sendmsg", SYS_sendmsg},
    CallRow{NETIO_CALL_SENDMMSG, "sendmmsg", SYS_sendmmsg},
    CallRow{NETIO_CALL_SENDFILE, "sendfile", SYS_sendfile},
    CallRow{NETIO_CALL_SPLICE, "splice", SYS_splice},
    CallRow{NETIO_CALL_GETSOCKOPT, "getsockopt", SYS_getsockopt},
    CallRow{9, "write", SYS_write},
    CallRow{10, "writev", SYS_writev},
    CallRow{11, "pwritev2", SYS_pwritev2},
    CallRow{12, "recvfrom", SYS_recvfrom},
    CallRow{13, "recvmsg", SYS_recvmsg},
    CallRow{14, "recvmmsg", SYS_recvmmsg},
    CallRow{15, "read", SYS_read},
    CallRow{16, "readv", SYS_readv},
    CallRow{17, "preadv2", SYS_preadv2},
    CallRow{18, "connect", SYS_connect},
    CallRow{19, "close", SYS_close},
};
static_assert(calls.size() <= NETIO_CALL_KINDS && are_rows(column(calls, &CallRow::kind)));

struct SkeletonDeleter {
    void operator()(way_programs* programs) const { way_programs::destroy(programs); }
};
struct LinkDeleter {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};

Error cannot(const std::string& what, int errno_value) {
    const bool forbidden = errno_value == EPERM || errno_value == EACCES;
    return system_error(what, errno_value, forbidden ? "run as root, or with CAP_BPF and CAP_PERFMON" : "")
        .or_choose({Choice::doctor});
}

/// Inode number of the PID namespace of this process; 0: the initial one.
std::uint32_t pid_namespace() {
    constexpr ino_t initial = 0xEFFFFFFC; // PROC_PID_INIT_INO, include/linux/proc_ns.h
    struct stat file {};
    if (stat("/proc/self/ns/pid", &file) != 0 || file.st_ino == initial)
        return 0;
    return static_cast<std::uint32_t>(file.st_ino);
}

std::string address_of(const __u64* words, std::uint16_t port) {
    in6_addr address{};
    std::memcpy(&address, words, sizeof(address));
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        inet_ntop(AF_INET, address.s6_addr + 12, text.data(), text.size());
        return std::string(text.data()) + ":" + std::to_string(port);
    }
    inet_ntop(AF_INET6, &address, text.data(), text.size());
    return "[" + std::string(text.data()) + "]:" + std::to_string(port);
}

std::string text_of(const char (&comm)[NETIO_COMM_LENGTH]) { return {comm, strnlen(comm, sizeof(comm))}; }

netio_way_grouping grouping_of(SubjectKind by) {
    switch (by) {
    case SubjectKind::comm:
        return NETIO_BY_COMM;
    case SubjectKind::cgroup:
        return NETIO_BY_CGROUP;
    case SubjectKind::connection:
        return NETIO_BY_CONNECTION;
    case SubjectKind::process:
        break;
    }
    return NETIO_BY_PROCESS;
}

void fill_counts(CountedSubject& subject, const netio_way_counts& sum) {
    for (const WayRow& row : ways_of_paths)
        subject.ways[index_of(row.path)] = {sum.ways[row.way].calls, sum.ways[row.way].bytes};
    for (const CallRow& row : calls) {
        const auto add = [&](const netio_count& count, Direction direction) {
            if (count.calls != 0)
                subject.by_call.push_back({std::string(row.name), direction, count.calls, count.bytes});
        };
        add(sum.sent[row.kind], Direction::sent);
        add(sum.received[row.kind], Direction::received);
        subject.calls.send_calls += sum.sent[row.kind].calls;
        subject.calls.send_bytes += sum.sent[row.kind].bytes;
        subject.calls.recv_calls += sum.received[row.kind].calls;
        subject.calls.recv_bytes += sum.received[row.kind].bytes;
    }
    std::ranges::stable_sort(subject.by_call, std::greater{}, &CallFigures::bytes);
    subject.calls.errqueue_calls = sum.errqueue_reads;
    const netio_way_fates& fates = sum.fates;
    subject.fates = {fates.sends,
                     fates.completions,
                     fates.copied,
                     fates.unknown,
                     fates.elapsed_ns,
                     {fates.copies.calls, fates.copies.bytes},
                     {}};
    subject.failed_sends = sum.sends_failed;
    subject.failed_receives = sum.receives_failed;
    subject.ends_of_file = sum.ends_of_file;
}

void fill_totals(CountedSubject& subject, const netio_way_totals& totals) {
    subject.sockets = {totals.sockets, totals.adopted, totals.sequence_sent, totals.sequence_received,
                       totals.uncertain};
    subject.tls_sockets = totals.tls;
    subject.unknown_sockets = totals.unknown_begin;
    subject.differing_sockets = totals.differing;
    subject.called_sent = totals.hook_sent;
    subject.called_received = totals.hook_received;
    subject.cut_bytes = totals.cut;
}

/// Reads an iterator to its end, which is what it does its work for, and gives what it wrote.
Result<std::vector<std::byte>> run_iterator(const bpf_program* program) {
    const std::unique_ptr<bpf_link, LinkDeleter> link(bpf_program__attach_iter(program, nullptr));
    if (!link)
        return cannot("cannot attach the iterator " + std::string(bpf_program__name(program)), errno);
    const UniqueFd iterator(bpf_iter_create(bpf_link__fd(link.get())));
    if (!iterator)
        return cannot("cannot start the iterator " + std::string(bpf_program__name(program)), errno);
    std::vector<std::byte> all;
    std::array<std::byte, 16384> part{};
    for (;;) {
        const ssize_t length = ::read(iterator.get(), part.data(), part.size());
        if (length == 0)
            return all;
        if (length > 0)
            all.insert(all.end(), part.begin(), part.begin() + length);
        else if (errno != EAGAIN && errno != EINTR)
            return cannot("cannot read the iterator " + std::string(bpf_program__name(program)), errno);
    }
}

/// The tracepoints of this kernel, by the types of their arguments.
class Tracepoints {
  public:
    Tracepoints() : types_(btf__load_vmlinux_btf(), &btf__free) {}

    [[nodiscard]] bool known() const { return types_ != nullptr; }
    bool operator()(const std::string& name) const {
        return known() && btf__find_by_name_kind(types_.get(), ("btf_trace_" + name).c_str(), BTF_KIND_TYPEDEF) > 0;
    }

  private:
    std::unique_ptr<btf, decltype(&btf__free)> types_;
};

/// What follows sockets and tasks, which every trace needs.
void plan_sockets(WaysPlan& plan, const Tracepoints& has_tracepoint) {
    if (!has_tracepoint.known())
        plan.impossible = "no BTF: /sys/kernel/btf/vmlinux cannot be read";
    for (const char* needed : {"inet_sock_set_state", "tcp_destroy_sock", "task_newtask", "sched_process_free",
                               "task_rename", "sched_process_exec"}) {
        if (has_tracepoint(needed))
            plan.programs.push_back("btf_" + std::string(needed));
        else if (plan.impossible.empty())
            plan.impossible = "the kernel has no tracepoint " + std::string(needed);
    }
}

} // namespace

WaysPlan plan_sockets_alone(const std::string& reason) {
    WaysPlan plan;
    plan_sockets(plan, Tracepoints());
    plan.unseen.fill(reason);
    plan.no_fates = plan.no_copies = reason;
    return plan;
}

WaysPlan plan_ways(bool may_hook) {
    WaysPlan plan;
    const Tracepoints has_tracepoint;
    const KernelTypes functions = KernelTypes::load();
    const auto can_hook = [&](const std::string& function) {
        if (!may_hook || functions.function_id(function) == 0)
            return false;
        const UniqueFd program = load_trivial_fentry(functions, function);
        return program.valid() && UniqueFd(bpf_raw_tracepoint_open(nullptr, program.get())).valid();
    };
    const auto see = [&](const std::string& program) { plan.programs.push_back(program); };
    const auto hide = [&](std::initializer_list<Path> paths, const std::string& reason) {
        for (Path path : paths)
            plan.unseen[index_of(path)] = reason;
    };
    const bool has_send_length = has_tracepoint("sock_send_length");
    const bool can_hook_requests = can_hook("io_send_zc") && can_hook("io_sendmsg_zc");
    bool follows_requests = can_hook_requests && can_hook("skb_zerocopy_iter_stream");
    if (can_hook_requests) {
        // They say of io_uring's zero-copy what the tracepoint, half as expensive as the exit of a function, does not.
        plan.backend = Backend::fentry;
        see("fentry_io_send_zc");
        see("fentry_io_sendmsg_zc");
        if (follows_requests)
            see("fentry_skb_zerocopy_iter_stream");
    }
    if (has_send_length && can_hook_requests) {
        see("btf_sock_send_length");
    } else if (has_send_length && has_tracepoint("tcp_sendmsg_locked")) {
        see("btf_sock_send_length");
        see("btf_tcp_sendmsg_locked");
        follows_requests = true;
    } else if (can_hook("inet_sendmsg")) {
        plan.backend = Backend::fentry;
        see("fexit_inet_sendmsg");
        if (can_hook("inet6_sendmsg"))
            see("fexit_inet6_sendmsg");
        if (can_hook("inet_sendpage"))
            see("fexit_inet_sendpage");
    } else if (has_send_length) {
        see("btf_sock_send_length");
        plan.doubt =
            "io_uring's zero-copy sends are counted as copied: neither io_send_zc() can be hooked nor is there "
            "a tracepoint tcp:tcp_sendmsg_locked";
    } else {
        hide({Path::copy_in, Path::pin, Path::splice_in, Path::tls_tx},
             "neither inet_sendmsg() can be hooked nor is there a tracepoint sock:sock_send_length");
    }
    if (!follows_requests) {
        plan.no_fates = "neither io_send_zc() and skb_zerocopy_iter_stream() can be hooked nor is there a tracepoint "
                        "tcp:tcp_sendmsg_locked";
    } else if (!has_tracepoint("io_uring_complete")) {
        plan.no_fates = "there is no tracepoint io_uring:io_uring_complete";
    } else {
        see("btf_io_uring_complete");
        const char* const releases[] = {"io_tx_ubuf_complete", "io_uring_tx_zerocopy_callback"};
        const auto* hooked = std::ranges::find_if(releases, can_hook);
        if (hooked != std::end(releases))
            see("fentry_" + std::string(*hooked));
        else
            plan.no_copies = "io_tx_ubuf_complete() cannot be hooked";
    }
    if (!plan.no_fates.empty())
        plan.no_copies = plan.no_fates;
    if (has_tracepoint("sock_recv_length")) {
        see("btf_sock_recv_length");
    } else if (can_hook("inet_recvmsg")) {
        see("fexit_inet_recvmsg");
        if (can_hook("inet6_recvmsg"))
            see("fexit_inet6_recvmsg");
    } else {
        hide({Path::copy_out, Path::discarded, Path::peeked, Path::tls_rx, Path::mapped, Path::splice_out},
             "neither inet_recvmsg() can be hooked nor is there a tracepoint sock:sock_recv_length");
    }
    if (can_hook("tcp_splice_read") && can_hook("tcp_zerocopy_receive")) {
        for (const char* program :
             {"fexit_tcp_splice_read", "fentry_tcp_zerocopy_receive", "fexit_tcp_zerocopy_receive"})
            see(program);
        std::error_code ignored;
        if (std::filesystem::exists("/sys/kernel/btf/tls", ignored))
            see("fexit_tls_sw_splice_read");
    } else if (has_tracepoint("tcp_rcv_space_adjust")) {
        see("btf_tcp_rcv_space_adjust");
    } else {
        hide({Path::splice_out, Path::mapped},
             "neither tcp_splice_read() can be hooked nor is there a tracepoint tcp:tcp_rcv_space_adjust");
    }
    plan_sockets(plan, has_tracepoint);
    return plan;
}

std::vector<Path> counted_ways() {
    const auto paths = column(ways_of_paths, &WayRow::path);
    return {paths.begin(), paths.end()};
}

std::uint64_t ways_bytes(std::uint32_t subjects, unsigned cpus) {
    // An element of a hash table with its bucket; its key and value are 24 bytes.
    constexpr std::uint64_t hash_element = 48 + 16 + 24;
    const std::uint64_t each =
        sizeof(netio_way_counts) * cpus + sizeof(netio_way_subject) + sizeof(netio_way_totals) + hash_element;
    return each * (subjects + 1) + NETIO_TIDS * (sizeof(std::uint16_t) + sizeof(std::uint8_t)) +
           (1024 + wanted_at_once) * hash_element;
}

struct Ways::State {
    std::unique_ptr<way_programs, SkeletonDeleter> skeleton;
    std::map<std::string, std::unique_ptr<bpf_link, LinkDeleter>> links;
    std::uint32_t limit = 0;
    bool by_process = true;
    bool by_connection = false;
    std::size_t cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
};

Ways::Ways(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ways::Ways(Ways&&) noexcept = default;
Ways& Ways::operator=(Ways&&) noexcept = default;
Ways::~Ways() = default;

Result<Ways> Ways::open(const WaysPlan& plan, const WaysOptions& options) {
    const LibbpfWarnings warnings;
    if (!plan.impossible.empty())
        return Error{"cannot trace running programs here", plan.impossible, {}}.or_choose({Choice::doctor});
    const auto cpus = static_cast<unsigned>(std::max(libbpf_num_possible_cpus(), 1));
    const std::uint64_t needed = ways_bytes(options.subjects, cpus);
    if (const auto headroom = memory_headroom(); headroom && headroom->bytes < needed)
        return Error{"no memory for the tables of the trace",
                     "they need " + std::to_string((needed >> 20U) + 1) + " MiB, and " + headroom->limited_by +
                         " leaves " + std::to_string(headroom->bytes >> 20U) + " MiB",
                     "raise the limit"};
    auto state = std::make_unique<State>();
    state->limit = std::min(options.subjects, NETIO_MOST_SUBJECTS);
    state->by_process = options.by == SubjectKind::process;
    state->by_connection = options.by == SubjectKind::connection;
    state->skeleton.reset(way_programs::open());
    if (!state->skeleton)
        return cannot("cannot open the programs that count bytes", errno);
    way_programs& skeleton = *state->skeleton;
    auto* constants = skeleton.rodata;
    constants->subject_limit = state->limit;
    constants->grouping = grouping_of(options.by);
    constants->every_task = options.every_task;
    constants->sockets_alone = options.sockets_alone;
    constants->follow_comm = !options.comm.empty();
    // As the kernel cuts it (TASK_COMM_LEN).
    options.comm.copy(const_cast<char*>(constants->wanted_comm), NETIO_COMM_LENGTH - 1);
    constants->wanted_port = options.port.value_or(0);
    constants->pid_namespace_inode = pid_namespace();
    constants->copies_are_seen = plan.no_copies.empty();
    for (const CallRow& row : calls)
        if (row.number >= 0 && row.number < static_cast<long>(NETIO_SYSTEM_CALLS))
            constants->call_kind_of[row.number] = static_cast<std::uint8_t>(row.kind);
    const std::array<std::pair<bpf_map*, std::uint32_t>, 5> entries{{
        {skeleton.maps.subject_numbers, state->limit + 1024},
        {skeleton.maps.subjects, state->limit + 1},
        {skeleton.maps.way_counts, state->limit + 1},
        {skeleton.maps.socket_totals, state->limit + 1},
        {skeleton.maps.wanted_pids, wanted_at_once},
    }};
    for (const auto& [map, count] : entries)
        if (const int error = bpf_map__set_max_entries(map, count); error != 0)
            return cannot("cannot size the tables of the programs that count bytes", -error);
    for (const std::string& name : plan.programs)
        if (bpf_program* program = bpf_object__find_program_by_name(skeleton.obj, name.c_str()))
            bpf_program__set_autoload(program, true);
    if (const int error = way_programs::load(&skeleton); error != 0) {
        const RefusedProgram refused = find_refused_program(warnings.text()).value_or(RefusedProgram{});
        if (!refused.verdict.empty())
            return Error{"the kernel's verifier refused the program " + refused.name, refused.verdict, {}}.or_choose(
                {Choice::kernel_log});
        return cannot("cannot load the programs that count bytes", -error);
    }
    log_verified_instructions(skeleton.obj);
    Ways ways(std::move(state));
    ways.exclude_this_process();
    for (const std::string& name : plan.programs) {
        const bpf_program* program = bpf_object__find_program_by_name(skeleton.obj, name.c_str());
        bpf_link* link = program != nullptr ? bpf_program__attach(program) : nullptr;
        if (link == nullptr)
            return cannot("cannot attach " + name, program != nullptr ? errno : ENOENT);
        ways.state_->links.emplace(name, link);
    }
    return ways;
}

void Ways::exclude_this_process() {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
        const unsigned long tid = std::strtoul(entry.path().filename().c_str(), nullptr, 10);
        if (tid < NETIO_TIDS)
            state_->skeleton->bss->task_state[tid] = NETIO_TASK_EXCLUDED;
    }
}

Result<std::vector<FoundTask>> Ways::add(const std::vector<std::uint32_t>& pids, bool by_comm) {
    auto* bss = state_->skeleton->bss;
    const int wanted = bpf_map__fd(state_->skeleton->maps.wanted_pids);
    for (const std::uint32_t pid : pids) {
        const std::uint32_t not_found = 0;
        if (bpf_map_update_elem(wanted, &pid, &not_found, BPF_ANY) != 0)
            return cannot("cannot ask for process " + std::to_string(pid), errno);
    }
    bss->match_comm = by_comm ? 1 : 0;
    bss->match_parents = 0;
    std::vector<FoundTask> found;
    // Children may come before their parents, and new ones while the list is walked.
    constexpr int most_passes = 8;
    for (int pass = 0; pass < most_passes; ++pass) {
        bss->marked_tasks = 0;
        NETIO_TRY_TO(const auto written, run_iterator(state_->skeleton->progs.find_tasks));
        for (std::size_t at = 0; at + sizeof(netio_way_task) <= written.size(); at += sizeof(netio_way_task)) {
            netio_way_task task{};
            std::memcpy(&task, written.data() + at, sizeof(task));
            found.push_back({task.tid, task.tgid, task.visible_tgid});
        }
        if (state_->skeleton->rodata->every_task || (pass > 0 && bss->marked_tasks == 0))
            break;
        bss->match_parents = 1;
    }
    for (const std::uint32_t pid : pids)
        bpf_map_delete_elem(wanted, &pid);
    return found;
}

Result<void> Ways::adopt_sockets() {
    NETIO_TRY(run_iterator(state_->skeleton->progs.adopt_sockets));
    return {};
}

Result<void> Ways::own_sockets() {
    NETIO_TRY(run_iterator(state_->skeleton->progs.own_files));
    return {};
}

Ways::Ownerless Ways::ownerless() const {
    return {state_->skeleton->bss->ownerless_sockets, state_->skeleton->bss->ownerless_bytes};
}

std::uint64_t Ways::zero_copy_sockets() const { return state_->skeleton->bss->zero_copy_sockets; }

Result<std::uint64_t> Ways::freeze_sockets(bool last_pass) {
    auto* bss = state_->skeleton->bss;
    bss->unsettled = 0;
    bss->settle_all = last_pass ? 1 : 0;
    NETIO_TRY(run_iterator(state_->skeleton->progs.freeze_sockets));
    return std::uint64_t{bss->unsettled};
}

Result<std::vector<CountedSubject>> Ways::read() const {
    const auto* skeleton = state_->skeleton.get();
    std::vector<CountedSubject> subjects;
    const std::uint32_t used = std::min(std::atomic_ref(state_->skeleton->bss->next_subject).load(), state_->limit);
    std::vector<netio_way_counts> of_cpus(state_->cpus);
    for (std::uint32_t number = 0; number <= state_->limit; ++number) {
        if (number >= used && number != state_->limit)
            continue;
        netio_way_subject identity{};
        netio_way_totals totals{};
        if (bpf_map_lookup_elem(bpf_map__fd(skeleton->maps.way_counts), &number, of_cpus.data()) != 0 ||
            bpf_map_lookup_elem(bpf_map__fd(skeleton->maps.subjects), &number, &identity) != 0 ||
            bpf_map_lookup_elem(bpf_map__fd(skeleton->maps.socket_totals), &number, &totals) != 0)
            return cannot("cannot read the counts of subjects", errno);
        netio_way_counts sum{};
        const auto add = [](netio_count& to, const netio_count& from) {
            to.calls += from.calls;
            to.bytes += from.bytes;
        };
        for (const netio_way_counts& counts : of_cpus) {
            for (std::size_t way = 0; way < NETIO_WAYS; ++way)
                add(sum.ways[way], counts.ways[way]);
            for (std::size_t kind = 0; kind < NETIO_CALL_KINDS; ++kind) {
                add(sum.sent[kind], counts.sent[kind]);
                add(sum.received[kind], counts.received[kind]);
            }
            sum.sends_failed += counts.sends_failed;
            sum.receives_failed += counts.receives_failed;
            sum.ends_of_file += counts.ends_of_file;
            sum.errqueue_reads += counts.errqueue_reads;
            sum.fates.sends += counts.fates.sends;
            sum.fates.completions += counts.fates.completions;
            sum.fates.copied += counts.fates.copied;
            sum.fates.unknown += counts.fates.unknown;
            sum.fates.elapsed_ns += counts.fates.elapsed_ns;
            add(sum.fates.copies, counts.fates.copies);
        }
        CountedSubject subject;
        subject.number = number;
        fill_counts(subject, sum);
        fill_totals(subject, totals);
        if (number == state_->limit) {
            subject.comm = "others";
            if (subject.by_call.empty() && subject.sockets.sockets == 0)
                continue;
        } else {
            subject.comm = text_of(identity.comm);
            if (state_->by_process || state_->by_connection) {
                subject.tgid = identity.tgid;
                if (identity.visible_tgid != 0)
                    subject.pid = identity.visible_tgid;
            }
            if (state_->by_connection)
                subject.connection = address_of(identity.local_address, identity.local_port) + " → " +
                                     address_of(identity.remote_address, identity.remote_port);
        }
        subjects.push_back(std::move(subject));
    }
    return subjects;
}

Result<void> Ways::add_copy_sites(std::vector<CountedSubject>& subjects) const {
    const auto sites = read_copy_sites(bpf_map__fd(state_->skeleton->maps.way_sites), state_->limit + 1);
    if (std::ranges::all_of(sites, &std::vector<RawCopySite>::empty))
        return {};
    NETIO_TRY_TO(const KernelSymbols symbols, KernelSymbols::load());
    for (CountedSubject& subject : subjects)
        subject.fates.sites = explain_copies(sites.at(subject.number), symbols);
    return {};
}

std::optional<std::uint32_t> Ways::subject_of(std::uint32_t tgid) const {
    const std::uint16_t state = tgid < NETIO_TIDS ? state_->skeleton->bss->task_state[tgid] : std::uint16_t{0};
    if (state == 0 || state > NETIO_MOST_SUBJECTS)
        return std::nullopt;
    return state - 1U;
}

std::uint64_t Ways::without_subject() const { return state_->skeleton->bss->tasks_without_subject; }
std::uint64_t Ways::without_storage() const { return state_->skeleton->bss->sockets_without_storage; }

std::uint64_t Ways::without_fate() const { return state_->skeleton->bss->notifications_without_room; }
std::uint64_t Ways::without_site() const { return state_->skeleton->bss->way_sites_without_room; }

std::vector<std::pair<std::string, std::uint64_t>> Ways::misses() const {
    std::vector<std::pair<std::string, std::uint64_t>> misses;
    for (const auto& [name, link] : state_->links) {
        bpf_prog_info info{};
        __u32 size = sizeof(info);
        const int fd = bpf_program__fd(bpf_object__find_program_by_name(state_->skeleton->obj, name.c_str()));
        if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0)
            misses.emplace_back(name, info.recursion_misses);
    }
    return misses;
}

std::uint64_t Ways::map_bytes() const {
    std::uint64_t bytes = 0;
    const bpf_map* map = nullptr;
    bpf_object__for_each_map(map, state_->skeleton->obj) bytes += accounted_map_bytes(bpf_map__fd(map));
    return bytes;
}

} // namespace netio::tracer
