// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/student.h"

#include <boost/math/distributions/students_t.hpp>

namespace netio::analysis {

double student_quantile(double probability, double degrees_of_freedom) {
    return boost::math::quantile(boost::math::students_t(degrees_of_freedom), probability);
}

} // namespace netio::analysis
