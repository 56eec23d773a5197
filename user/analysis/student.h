// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

namespace netio::analysis {

/// The value that a variable of Student's t distribution stays below with this probability (above 0, below 1), for any
/// degrees of freedom above 0, whole or not; infinity gives the normal distribution. ("Student", "The probable error of
/// a mean", Biometrika 6, 1908.)
[[nodiscard]] double student_quantile(double probability, double degrees_of_freedom);

} // namespace netio::analysis
