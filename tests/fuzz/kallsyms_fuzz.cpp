// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever /proc/kallsyms holds: symbols or one line; each function is found at its address, under a name from the
// text, and no address is given another's far away. The first eight bytes of an input are an address to look up.
#include <algorithm>
#include <cstring>

#include "fuzz.h"
#include "tracer/kernel_symbols.h"

using namespace netio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::uint64_t wanted = 0;
    const std::size_t head = std::min(sizeof(wanted), size);
    std::memcpy(&wanted, data, head);
    const std::string_view text = fuzz::text_of(data + head, size - head);
    const Result<tracer::KernelSymbols> symbols = tracer::KernelSymbols::parse(text);
    if (!symbols) {
        if (symbols.error().hint.empty())
            fuzz::complain("no way out", symbols.error().message());
        return 0;
    }
    if (symbols->size() == 0)
        fuzz::complain("symbols without a function", text);
    for (const std::uint64_t address : {wanted, wanted ^ 0xffffffff00000000U, std::uint64_t{0}, ~std::uint64_t{0}}) {
        const auto name = symbols->name(address);
        if (!name)
            continue;
        if (name->empty() || text.find(*name) == std::string_view::npos)
            fuzz::complain("a name that is not in the text", *name);
        const auto begins = symbols->address(*name);
        if (!begins || symbols->name(*begins) != *name)
            fuzz::complain("a function that is not where it begins", *name);
        if (tracer::without_compiler_suffix(*name).empty())
            fuzz::complain("nothing is left of a name", *name);
    }
    return 0;
}
