// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

namespace netio::analysis {

/// The value that a variable of Student's t distribution stays below with this probability (0.5 to 0.9999999), for any
/// degrees of freedom from 0.5 on, whole or not; infinity gives the normal distribution. Right to 8 digits. Abramowitz
/// and Stegun, "Handbook of Mathematical Functions", 26.7.1 (the distribution by the incomplete beta function), 26.5.8
/// (its continued fraction).
[[nodiscard]] double student_quantile(double probability, double degrees_of_freedom);

} // namespace netio::analysis
