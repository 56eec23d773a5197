// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "model/names.h"
#include "model/series_style.h"

namespace netio {

/// Where CPU time goes: the eight classes of Cai et al., "Understanding Host Network Stack Overheads", SIGCOMM 2021.
enum class CpuClass { data_copy, tcp_ip, netdev, skb_management, memory, lock, scheduling, other };

struct CpuClassEntry {
    CpuClass cpu_class{};
    std::string_view name;  ///< in output and files
    std::string_view label; ///< in tables
    SeriesStyle style;
};

/// The table of classes, in the order in which they are shown.
inline constexpr std::array cpu_class_table{
    CpuClassEntry{CpuClass::data_copy, "data_copy", "data copy", {SeriesColor::blue, SeriesFill::plain}},
    CpuClassEntry{CpuClass::tcp_ip, "tcp_ip", "TCP/IP", {SeriesColor::orange, SeriesFill::rising}},
    CpuClassEntry{CpuClass::netdev, "netdev", "network device", {SeriesColor::green, SeriesFill::plain}},
    CpuClassEntry{
        CpuClass::skb_management, "skb_management", "skb management", {SeriesColor::purple, SeriesFill::falling}},
    CpuClassEntry{CpuClass::memory, "memory", "memory", {SeriesColor::sky, SeriesFill::dots}},
    CpuClassEntry{CpuClass::lock, "lock", "locks", {SeriesColor::vermilion, SeriesFill::plain}},
    CpuClassEntry{CpuClass::scheduling, "scheduling", "scheduling", {SeriesColor::yellow, SeriesFill::rising}},
    CpuClassEntry{CpuClass::other, "other", "other kernel work", {SeriesColor::slate, SeriesFill::dots}},
};

inline constexpr std::size_t cpu_class_count = cpu_class_table.size();

template <>
inline constexpr auto value_names<CpuClass> = column(cpu_class_table, &CpuClassEntry::name);
inline constexpr auto all_cpu_classes = values_of<CpuClass>;
static_assert(are_rows(column(cpu_class_table, &CpuClassEntry::cpu_class)));

} // namespace netio
