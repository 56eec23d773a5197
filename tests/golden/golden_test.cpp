// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Compares what the renderers make of made-up runs with the committed files beside this source. After a wanted change:
//     NETIO_UPDATE_GOLDEN=1 ctest --preset release -R Golden
// writes them anew; then read every line of `git diff tests/golden` before committing.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixed_runs.h"
#include "report/csv.h"
#include "report/export.h"
#include "report/format.h"
#include "report/json.h"
#include "report/text.h"

namespace {

using namespace netio;
using report::render_text;

std::string read(const std::filesystem::path& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect_golden(const std::string& name, const std::string& rendered) {
    const std::filesystem::path path = std::filesystem::path(NETIO_GOLDEN_DIRECTORY) / name;
    if (std::getenv("NETIO_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << rendered;
        GTEST_SKIP() << "wrote " << path << ": review the difference before committing";
    }
    ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; see the top of this file";
    EXPECT_EQ(read(path), rendered) << "differs from " << path << "; see the top of this file";
}

const report::TextOptions plain{.color = false, .width = 100, .saved_to = "results/example"};

TEST(Golden, TextOfACompleteRun) { expect_golden("complete.txt", render_text(netio::testing::complete_run(), plain)); }
TEST(Golden, TextOfADamagedRun) { expect_golden("damaged.txt", render_text(netio::testing::damaged_run(), plain)); }
TEST(Golden, TextOfAnUntracedRun) { expect_golden("untraced.txt", render_text(netio::testing::untraced_run(), plain)); }
TEST(Golden, TextOfAnEmptyRun) { expect_golden("empty.txt", render_text(netio::testing::empty_run(), plain)); }
TEST(Golden, TextOfAnExactRun) { expect_golden("exact.txt", render_text(netio::testing::exact_run(), plain)); }
TEST(Golden, TextOfANarrowPage) {
    expect_golden("narrow.txt",
                  render_text(netio::testing::complete_run(), {.color = false, .width = 80, .saved_to = ""}));
}
TEST(Golden, TextInColor) {
    expect_golden("color.txt",
                  render_text(netio::testing::one_cell_run(), {.color = true, .width = 100, .saved_to = ""}));
}
TEST(Golden, Json) { expect_golden("one_cell.json", report::render_json(netio::testing::one_cell_run())); }
TEST(Golden, JsonOfAnExactCell) {
    expect_golden("one_exact_cell.json", report::render_json(netio::testing::one_exact_cell_run()));
}
/// The only file of an export.
std::string exported(const char* name) {
    const auto files = report::exporter_of(name)->make(netio::testing::recorded_run());
    return files && files->size() == 1 ? files->front().text : "no file, or several";
}

TEST(Golden, ChromeTraceEvents) { expect_golden("recorded.timeline.json", exported("perfetto")); }
TEST(Golden, FoldedStacks) { expect_golden("recorded.stacks.folded", exported("folded")); }
TEST(Golden, PercentileDistribution) { expect_golden("recorded.hgrm", exported("hgrm")); }

TEST(Golden, CellsCsvOfAnExactRun) {
    expect_golden("exact.cells.csv", report::render_cells_csv(netio::testing::exact_run()));
}
TEST(Golden, CellsCsv) { expect_golden("damaged.cells.csv", report::render_cells_csv(netio::testing::damaged_run())); }
TEST(Golden, HistogramsCsv) {
    expect_golden("one_cell.histograms.csv", report::render_histograms_csv(netio::testing::one_cell_run()));
}

} // namespace
