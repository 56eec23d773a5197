// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/symbol_address.h"

#include <fstream>
#include <string>

namespace netio::tracer {

std::uint64_t address_of_symbol(std::string_view name) {
    std::ifstream file("/proc/kallsyms");
    std::string address;
    std::string type;
    std::string symbol;
    while (file >> address >> type >> symbol) {
        if (symbol == name)
            return std::stoull(address, nullptr, 16);
        file.ignore(1024, '\n'); // a module's name
    }
    return 0;
}

} // namespace netio::tracer
