// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever the reader of run.json is given, it answers with a run or with one line; and what it has read can be written
// and read again without changing.
#include "fuzz.h"
#include "report/run_json/reader.h"
#include "report/run_json/writer.h"

using namespace netio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Result<Run> run = report::read_run(fuzz::text_of(data, size), "input");
    if (!run) {
        fuzz::check_refusal(run.error());
        return 0;
    }
    const std::string written = report::render_json(*run);
    const Result<Run> again = report::read_run(written, "what was written");
    if (!again)
        fuzz::complain("what was written is refused", again.error().message());
    if (report::render_json(*again) != written)
        fuzz::complain("writing what was read changes it", written);
    fuzz::render_now_and_then(size, [&](const report::Renderer& renderer) { return renderer.make(*run, {}); });
    return 0;
}
