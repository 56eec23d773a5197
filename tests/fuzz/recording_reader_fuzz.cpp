// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The same as for run.json, of trace.json: a trace or one line, and what was read is written as it was.
#include <vector>

#include "fuzz.h"
#include "report/run_json/reader.h"
#include "report/run_json/writer.h"

using namespace netio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Result<Recording> recording = report::read_recording(fuzz::text_of(data, size), "input");
    if (!recording) {
        fuzz::check_refusal(recording.error());
        return 0;
    }
    const std::string written = report::render_recording_json(*recording);
    const Result<Recording> again = report::read_recording(written, "what was written");
    if (!again)
        fuzz::complain("what was written is refused", again.error().message());
    if (report::render_recording_json(*again) != written)
        fuzz::complain("writing what was read changes it", written);
    fuzz::render_now_and_then(size, [&](const report::Renderer& renderer) -> report::RenderedFiles {
        if (renderer.make_of_trace == nullptr)
            return std::vector<report::RenderedFile>{};
        return renderer.make_of_trace(*recording, {});
    });
    return 0;
}
