// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/html/escape.h"

#include "report/view/format.h"

namespace netio::report {

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char letter : printable(text)) {
        switch (letter) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        case '\'':
            safe += "&#39;";
            break;
        default:
            safe += letter;
        }
    }
    return safe;
}

} // namespace netio::report
