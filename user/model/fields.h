// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "model/recording.h"
#include "model/run_result.h"

/// The members of the model's structs with their names: what writes, reads or sends a struct goes through its list, and
/// a member that is missing in the list does not compile.
namespace netio {

/// How a member stands in a file.
struct FieldRule {
    bool empty_is_null = false;  ///< an empty text, and 0, are written as null
    bool may_be_missing = false; ///< files of earlier versions lack it
    double least = 0.0;          ///< of a number
    double most = std::numeric_limits<double>::infinity();
};

/// A member of a struct.
template <class Owner, class Value>
struct Field {
    std::string_view name;
    Value Owner::*member;
    FieldRule rule{};
};
template <class Owner, class Value>
Field(std::string_view, Value Owner::*) -> Field<Owner, Value>;
template <class Owner, class Value>
Field(std::string_view, Value Owner::*, FieldRule) -> Field<Owner, Value>;

/// A tuple of the fields of a struct, in the order of files; nothing for what has no list.
template <class Struct>
inline constexpr std::nullptr_t fields = nullptr;

template <class Struct>
concept HasFields = !std::is_null_pointer_v<std::remove_const_t<decltype(fields<Struct>)>>;

/// Calls `visit` with each field of a struct.
template <HasFields Struct, class Visit>
constexpr void for_each_field(Visit&& visit) {
    std::apply([&](const auto&... field) { (visit(field), ...); }, fields<Struct>);
}

namespace detail {

struct AnyValue {
    template <class Value>
    operator Value() const; // NOLINT(google-explicit-constructor): it stands for a member of any type
};

template <class Struct, std::size_t... Index>
consteval bool takes(std::index_sequence<Index...>) {
    return requires { Struct{(void(Index), AnyValue{})...}; };
}

template <class Struct, std::size_t Count = 64>
consteval std::size_t member_count() {
    if constexpr (takes<Struct>(std::make_index_sequence<Count>{}))
        return Count;
    else
        return member_count<Struct, Count - 1>();
}

} // namespace detail

/// Whether the list of a struct has each of its members (an aggregate takes one initial value for each).
template <HasFields Struct>
inline constexpr bool has_all_fields = std::tuple_size_v<std::remove_const_t<decltype(fields<Struct>)>> ==
                                       detail::member_count<Struct>();

inline constexpr FieldRule null_when_empty{.empty_is_null = true};
inline constexpr FieldRule missing_before{.may_be_missing = true};

template <>
inline constexpr auto fields<CallTotals> =
    std::tuple{Field{"send_calls", &CallTotals::send_calls}, Field{"send_bytes", &CallTotals::send_bytes},
               Field{"recv_calls", &CallTotals::recv_calls}, Field{"recv_bytes", &CallTotals::recv_bytes},
               Field{"errqueue_calls", &CallTotals::errqueue_calls}};
static_assert(has_all_fields<CallTotals>);

template <>
inline constexpr auto fields<ZerocopyTotals> =
    std::tuple{Field{"sends", &ZerocopyTotals::sends},
               Field{"completions", &ZerocopyTotals::completions},
               Field{"copied", &ZerocopyTotals::copied},
               Field{"enobufs", &ZerocopyTotals::enobufs},
               Field{"notifications", &ZerocopyTotals::notifications},
               Field{"deepest_outstanding", &ZerocopyTotals::deepest_outstanding}};
static_assert(has_all_fields<ZerocopyTotals>);

template <>
inline constexpr auto fields<CounterReading> = std::tuple{Field{"event", &CounterReading::event},
                                                          Field{"status", &CounterReading::status},
                                                          Field{"raw", &CounterReading::raw},
                                                          Field{"scaled", &CounterReading::scaled},
                                                          Field{"enabled_ns", &CounterReading::enabled_ns},
                                                          Field{"running_ns", &CounterReading::running_ns},
                                                          Field{"reason", &CounterReading::reason}};
static_assert(has_all_fields<CounterReading>);

template <>
inline constexpr auto fields<ConnectionFigures> =
    std::tuple{Field{"congestion_control", &ConnectionFigures::congestion_control, null_when_empty},
               Field{"rtt_us", &ConnectionFigures::rtt_us},
               Field{"rtt_variance_us", &ConnectionFigures::rtt_variance_us},
               Field{"congestion_window", &ConnectionFigures::congestion_window},
               Field{"retransmits", &ConnectionFigures::retransmits},
               Field{"delivered", &ConnectionFigures::delivered},
               Field{"busy_us", &ConnectionFigures::busy_us},
               Field{"receive_window_limited_us", &ConnectionFigures::receive_window_limited_us},
               Field{"send_buffer_limited_us", &ConnectionFigures::send_buffer_limited_us}};
static_assert(has_all_fields<ConnectionFigures>);

template <>
inline constexpr auto fields<NamespaceActivity> =
    std::tuple{Field{"ends", &NamespaceActivity::ends}, Field{"counters", &NamespaceActivity::counters},
               Field{"packet_taps", &NamespaceActivity::packet_taps}};
static_assert(has_all_fields<NamespaceActivity>);

template <>
inline constexpr auto fields<MachineLoad> = std::tuple{Field{"cpus", &MachineLoad::cpus},
                                                       Field{"wall_s", &MachineLoad::wall_s},
                                                       Field{"user_s", &MachineLoad::user_s},
                                                       Field{"system_s", &MachineLoad::system_s},
                                                       Field{"interrupts_s", &MachineLoad::interrupts_s},
                                                       Field{"idle_s", &MachineLoad::idle_s},
                                                       Field{"steal_s", &MachineLoad::steal_s},
                                                       Field{"load_average", &MachineLoad::load_average}};
static_assert(has_all_fields<MachineLoad>);

template <>
inline constexpr auto fields<EndResult> = std::tuple{Field{"role", &EndResult::role},
                                                     Field{"calls", &EndResult::calls},
                                                     Field{"zerocopy", &EndResult::zerocopy},
                                                     Field{"messages", &EndResult::messages},
                                                     Field{"payload_bytes", &EndResult::payload_bytes},
                                                     Field{"total_payload_bytes", &EndResult::total_payload_bytes},
                                                     Field{"messages_per_thread", &EndResult::messages_per_thread},
                                                     Field{"duration_s", &EndResult::duration_s},
                                                     Field{"cpu_user_s", &EndResult::cpu_user_s},
                                                     Field{"cpu_system_s", &EndResult::cpu_system_s},
                                                     Field{"runnable_s", &EndResult::runnable_s},
                                                     Field{"connections", &EndResult::connections},
                                                     Field{"latency", &EndResult::latency},
                                                     Field{"counters", &EndResult::counters},
                                                     Field{"bytes_verified", &EndResult::bytes_verified}};
static_assert(has_all_fields<EndResult>);

template <>
inline constexpr auto fields<CopySite> =
    std::tuple{Field{"reason", &CopySite::reason}, Field{"path", &CopySite::path}, Field{"calls", &CopySite::calls},
               Field{"bytes", &CopySite::bytes}, Field{"functions", &CopySite::functions}};
static_assert(has_all_fields<CopySite>);

template <>
inline constexpr auto fields<CopyEvidence::Site> =
    std::tuple{Field{"reason", &CopyEvidence::Site::reason}, Field{"path", &CopyEvidence::Site::path},
               Field{"samples", &CopyEvidence::Site::samples}, Field{"functions", &CopyEvidence::Site::functions}};
static_assert(has_all_fields<CopyEvidence::Site>);

template <>
inline constexpr auto fields<CopyEvidence> =
    std::tuple{Field{"sites", &CopyEvidence::sites}, Field{"uncounted", &CopyEvidence::uncounted},
               Field{"uncounted_ns", &CopyEvidence::uncounted_ns},
               Field{"expected_for", &CopyEvidence::expected_for, null_when_empty}};
static_assert(has_all_fields<CopyEvidence>);

template <>
inline constexpr auto fields<MissedHits> =
    std::tuple{Field{"loss", &MissedHits::loss}, Field{"count", &MissedHits::count}};
static_assert(has_all_fields<MissedHits>);

template <>
inline constexpr auto fields<SampleCounts> =
    std::tuple{Field{"taken", &SampleCounts::taken}, Field{"of_no_subject", &SampleCounts::of_no_subject},
               Field{"unattributed_softirq", &SampleCounts::unattributed_softirq},
               Field{"without_stack", &SampleCounts::without_stack}};
static_assert(has_all_fields<SampleCounts>);

template <>
inline constexpr auto fields<PathPlan> =
    std::tuple{Field{"path", &PathPlan::path},   Field{"backend", &PathPlan::backend},
               Field{"calls", &PathPlan::calls}, Field{"bytes", &PathPlan::bytes},
               Field{"time", &PathPlan::time},   Field{"reason", &PathPlan::reason, null_when_empty}};
static_assert(has_all_fields<PathPlan>);

template <>
inline constexpr auto fields<DeviceFacts> =
    std::tuple{Field{"name", &DeviceFacts::name},
               Field{"driver", &DeviceFacts::driver, null_when_empty},
               Field{"mtu", &DeviceFacts::mtu},
               Field{"scatter_gather", &DeviceFacts::scatter_gather},
               Field{"transmit_checksum", &DeviceFacts::transmit_checksum},
               Field{"segmentation", &DeviceFacts::segmentation},
               Field{"generic_segmentation", &DeviceFacts::generic_segmentation, missing_before},
               Field{"receive_offload", &DeviceFacts::receive_offload, missing_before}};
static_assert(has_all_fields<DeviceFacts>);

template <>
inline constexpr auto fields<LinkFacts> =
    std::tuple{Field{"server", &LinkFacts::server}, Field{"client", &LinkFacts::client}};
static_assert(has_all_fields<LinkFacts>);

template <>
inline constexpr auto fields<Environment> =
    std::tuple{Field{"tool_version", &Environment::tool_version},
               Field{"started_at", &Environment::started_at},
               Field{"command_line", &Environment::command_line},
               Field{"kernel_release", &Environment::kernel_release},
               Field{"architecture", &Environment::architecture},
               Field{"cpu_model", &Environment::cpu_model},
               Field{"cpus", &Environment::cpus},
               Field{"memory_bytes", &Environment::memory_bytes},
               Field{"virtualization", &Environment::virtualization, null_when_empty},
               Field{"clock_source", &Environment::clock_source},
               Field{"congestion_control", &Environment::congestion_control},
               Field{"link", &Environment::link},
               Field{"mtu", &Environment::mtu},
               Field{"devices", &Environment::devices, missing_before},
               Field{"backends", &Environment::backends},
               Field{"untraced", &Environment::untraced, {.empty_is_null = true, .may_be_missing = true}},
               Field{"plan", &Environment::plan},
               Field{"bracket_ns", &Environment::bracket_ns},
               Field{"bracket_reason", &Environment::no_bracket, null_when_empty},
               Field{"settings", &Environment::settings},
               Field{"notes", &Environment::notes}};
static_assert(has_all_fields<Environment>);

template <>
inline constexpr auto fields<AttachSpec> =
    std::tuple{Field{"pids", &AttachSpec::pids},
               Field{"comm", &AttachSpec::comm, null_when_empty},
               Field{"cgroup", &AttachSpec::cgroup, null_when_empty},
               Field{"port", &AttachSpec::port},
               Field{"all", &AttachSpec::all},
               Field{"command", &AttachSpec::command},
               Field{"duration_s", &AttachSpec::duration_s, null_when_empty},
               Field{"by", &AttachSpec::by},
               Field{"by_call", &AttachSpec::by_call},
               Field{"sockets_alone", &AttachSpec::sockets_alone, missing_before},
               Field{"timing", &AttachSpec::timing},
               Field{"window_percent", &AttachSpec::window_percent},
               Field{"sample_frequency", &AttachSpec::sample_frequency, null_when_empty},
               Field{"backend", &AttachSpec::backend}};
static_assert(has_all_fields<AttachSpec>);

template <>
inline constexpr auto fields<CallFigures> =
    std::tuple{Field{"name", &CallFigures::name}, Field{"direction", &CallFigures::direction},
               Field{"calls", &CallFigures::calls}, Field{"bytes", &CallFigures::bytes}};
static_assert(has_all_fields<CallFigures>);

template <>
inline constexpr auto fields<SocketTotals> =
    std::tuple{Field{"sockets", &SocketTotals::sockets}, Field{"adopted", &SocketTotals::adopted},
               Field{"bytes_sent", &SocketTotals::bytes_sent}, Field{"bytes_received", &SocketTotals::bytes_received},
               Field{"uncertain_bytes", &SocketTotals::uncertain_bytes}};
static_assert(has_all_fields<SocketTotals>);

} // namespace netio
