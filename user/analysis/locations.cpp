// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/locations.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

template <class Number>
std::set<Number> all_of(const std::vector<Group>& groups, Number Group::*member) {
    std::set<Number> values;
    for (const Group& group : groups)
        values.insert(group.*member);
    return values;
}

/// Values that follow one another in the run are a range; others are listed.
template <class Number, class Name>
std::string range_or_list(const std::set<Number>& values, const std::set<Number>& all, Name name) {
    const auto first = all.find(*values.begin());
    const bool neighbours =
        std::equal(values.begin(), values.end(), first,
                   std::next(first, std::min<std::ptrdiff_t>(std::distance(first, all.end()), std::ssize(values))));
    if (neighbours && values.size() > 2)
        return name(*values.begin()) + " to " + name(*values.rbegin());
    std::vector<std::string> names;
    names.reserve(values.size());
    for (Number value : values)
        names.push_back(name(value));
    return joined_by_and(names);
}

std::string connections(const std::set<unsigned>& values, const std::set<unsigned>& all) {
    const std::string list = range_or_list(values, all, [](unsigned value) { return grouped(value); });
    return list + (values.size() == 1 && *values.begin() == 1 ? " connection" : " connections");
}

std::set<Variant> zero_copy_variants(const Run& run) {
    std::set<Variant> variants;
    for (const Cell& cell : run.cells)
        if (uses_zero_copy(cell.variant))
            variants.insert(cell.variant);
    return variants;
}

} // namespace

Location location_of_zero_copy(const Run& run) {
    const std::set<Variant> variants = zero_copy_variants(run);
    return {variants.size() == 1 ? std::optional(*variants.begin()) : std::nullopt, 0, 0};
}

std::string zero_copy_names(const Run& run) {
    std::vector<std::string> names;
    for (Variant variant : zero_copy_variants(run))
        names.emplace_back(netio::name_of(variant));
    return joined_by_and(names);
}

Location location_of(const Cell& cell) { return {cell.variant, cell.field_size, cell.threads}; }

std::string name_of(const Cell& cell) {
    return std::string(netio::name_of(cell.variant)) + ", " + std::to_string(fields_per_message) + " × " +
           binary_size(cell.field_size) + ", " + counted(cell.threads, "connection");
}

std::string name_of(const Group& group) {
    return "fields of " + binary_size(group.field_size) + ", " + counted(group.threads, "connection");
}

std::string size_range(std::uint64_t smallest, std::uint64_t largest) {
    return smallest == largest ? binary_size(smallest) : binary_size(smallest) + " to " + binary_size(largest);
}

std::string say_where(const std::vector<Location>& places, const std::vector<Group>& groups) {
    std::set<std::pair<std::uint64_t, unsigned>> here;
    std::set<std::uint64_t> sizes;
    std::set<unsigned> threads;
    for (const Location& place : places) {
        here.emplace(place.field_size, place.threads);
        sizes.insert(place.field_size);
        threads.insert(place.threads);
    }
    if (here.empty())
        return {};
    const std::set<std::uint64_t> all_sizes = all_of(groups, &Group::field_size);
    const std::set<unsigned> all_threads = all_of(groups, &Group::threads);
    if (here.size() == sizes.size() * threads.size())
        return "at " + range_or_list(sizes, all_sizes, binary_size) +
               (threads == all_threads ? "" : " with " + connections(threads, all_threads));
    std::vector<std::string> parts;
    for (unsigned count : threads) {
        std::set<std::uint64_t> own;
        for (const auto& [size, connected] : here)
            if (connected == count)
                own.insert(size);
        parts.push_back("at " + range_or_list(own, all_sizes, binary_size) + " with " +
                        connections({count}, all_threads));
    }
    constexpr std::size_t few = 4;
    return parts.size() <= few ? joined_by_and(parts)
                               : "in " + grouped(here.size()) + " of " + grouped(groups.size()) +
                                     " combinations of size and connections";
}

} // namespace netio::analysis
