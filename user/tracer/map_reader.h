// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "tracer/collector.h"
#include "tracer/copy_sites.h"
#include "tracer/sample_statistics.h"

namespace netio::tracer {

/// What `timed_figures` has of a subject, summed over `cpus` possible CPUs.
[[nodiscard]] Result<TimedSums> read_figures(int map_fd, std::uint32_t subject, std::size_t cpus);

/// The same of `counts`.
[[nodiscard]] Result<netio_counts> read_counts(int map_fd, std::uint32_t subject, std::size_t cpus);

/// Samples that were taken, by `cpu_states`.
[[nodiscard]] Result<std::uint64_t> count_samples(int map_fd, std::size_t cpus);

/// All sampled stacks.
[[nodiscard]] std::vector<SampledStack> read_samples(int map_fd);

/// All places where bytes of zero-copy sends were copied after all, by subject.
[[nodiscard]] std::vector<std::vector<RawCopySite>> read_copy_sites(int map_fd, std::size_t subjects);

/// Empties a hash map with keys of `key_size` bytes.
void delete_all_elements(int map_fd, std::size_t key_size);

/// Bytes that the kernel accounts to a map (fdinfo's memlock); 0 when it does not tell.
[[nodiscard]] std::uint64_t accounted_map_bytes(int map_fd);

} // namespace netio::tracer
