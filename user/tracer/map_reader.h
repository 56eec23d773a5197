// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "model/names.h"
#include "model/variant.h"
#include "tracer/collector.h"
#include "tracer/copy_sites.h"
#include "tracer/sample_statistics.h"

namespace netio::tracer {

/// What `timed_figures` has of a role, by netio_figure, summed over `cpus` possible CPUs.
[[nodiscard]] Result<std::vector<TimedSum>> read_figures(int map_fd, Role role, std::size_t cpus);

/// Adds the counts of the variant's slots to `raw`; the number of samples that were taken.
[[nodiscard]] Result<std::uint64_t> read_cpu_states(int map_fd, Variant variant, std::size_t cpus, RawCounts& raw);

/// All sampled stacks.
[[nodiscard]] std::vector<SampledStack> read_samples(int map_fd);

/// All places where bytes of zero-copy sends were copied after all.
[[nodiscard]] std::vector<RawCopySite> read_copy_sites(int map_fd);

/// Empties a hash map with keys of `key_size` bytes.
void delete_all_elements(int map_fd, std::size_t key_size);

/// Bytes that the kernel accounts to a map (fdinfo's memlock); 0 when it does not tell.
[[nodiscard]] std::uint64_t accounted_map_bytes(int map_fd);

} // namespace netio::tracer
