// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/html/page.h"

#include "report/html/data.h"
#include "report/html/template.h"

namespace netio::report {

std::string render_html(std::span<const NamedRun> runs) {
    Json list = Json::array();
    for (const NamedRun& named : runs)
        list.push_back(run_to_page(named));
    return std::string(html_before_data) +
           embed({{"made_by", "netio-trace " NETIO_VERSION},
                  {"tables", tables_to_page()},
                  {"differences", differences_to_page(runs)},
                  {"comparison", comparison_to_page(runs)},
                  {"runs", std::move(list)}}) +
           std::string(html_after_data);
}

std::string render_page(const Run& run, const std::string& name) {
    const NamedRun named{name, run};
    return render_html({&named, 1});
}

} // namespace netio::report
