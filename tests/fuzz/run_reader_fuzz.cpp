// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever the reader of run.json is given, it answers with a run or with one line; and what it has read can be written
// and read again without changing.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "report/run_json/reader.h"
#include "report/run_json/writer.h"

namespace {

[[noreturn]] void complain(const char* what, const std::string& details) {
    std::fprintf(stderr, "%s: %s\n", what, details.c_str());
    std::abort();
}

void check_refusal(const netio::Error& error) {
    const std::string message = error.message();
    if (error.exit_code != netio::ExitCode::bad_input)
        complain("not refused as bad input", message);
    if (message.size() > 600)
        complain("a refusal that nobody reads", message);
    for (const char letter : message)
        if (static_cast<unsigned char>(letter) < ' ')
            complain("a control character in the refusal", message);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const netio::Result<netio::Run> run = netio::report::read_run(text, "input");
    if (!run) {
        check_refusal(run.error());
        return 0;
    }
    const std::string written = netio::report::render_json(*run);
    const netio::Result<netio::Run> again = netio::report::read_run(written, "what was written");
    if (!again)
        complain("what was written is refused", again.error().message());
    if (netio::report::render_json(*again) != written)
        complain("writing what was read changes it", written);
    return 0;
}
