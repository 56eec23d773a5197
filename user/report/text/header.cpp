// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/sections.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

std::string with_name(const std::string& name, const std::string& value) {
    return value.empty() ? std::string() : name + " " + value;
}

std::vector<std::string> machine(const Environment& environment) {
    std::string cpus = counted(environment.cpus, "CPU");
    if (!environment.cpu_model.empty())
        cpus += " (" + environment.cpu_model + ")";
    return {with_name("netio-trace", environment.tool_version),
            "Linux " + environment.kernel_release + " " + environment.architecture, cpus,
            with_name("guest:", environment.virtualization)};
}

std::vector<std::string> method(const Run& run) {
    const Environment& environment = run.environment;
    const RunSpec& spec = run.spec;
    std::vector<std::string> parts{with_name("link", environment.link)};
    if (environment.mtu != 0 && environment.link.find("MTU") == std::string::npos)
        parts.push_back("MTU " + std::to_string(environment.mtu));
    parts.push_back(with_name("TCP", environment.congestion_control));
    parts.emplace_back(spec.nagle ? "Nagle on" : "TCP_NODELAY");
    parts.emplace_back(spec.pattern == Pattern::rr ? "request and answer" : "stream");
    parts.push_back(trimmed(spec.duration_s) + " s a cell" +
                    (spec.repeats > 1 ? " × " + grouped(spec.repeats) + " repeats" : ""));
    if (spec.send_buffer != 0)
        parts.push_back("SO_SNDBUF " + binary_size(spec.send_buffer));
    if (spec.receive_buffer != 0)
        parts.push_back("SO_RCVBUF " + binary_size(spec.receive_buffer));
    if (spec.ipv6)
        parts.emplace_back("IPv6");
    if (spec.pin)
        parts.emplace_back("threads pinned to CPUs");
    if (spec.think_time_ns != 0)
        parts.push_back("server thinks " + duration(static_cast<double>(spec.think_time_ns)));
    if (spec.verify)
        parts.emplace_back("every payload byte verified");
    if (spec.trace)
        parts.push_back("traced by " + environment.backends +
                        (spec.sample_frequency != 0 ? " at " + grouped(spec.sample_frequency) + " Hz" : ""));
    else
        parts.emplace_back("not traced");
    return parts;
}

} // namespace

void put_header(Page& page, const Run& run) {
    page.parts(machine(run.environment), Style::bold);
    page.parts(method(run));
    if (!run.environment.untraced.empty())
        page.paragraph("! ", "Not traced: " + run.environment.untraced, Style::plain, Style::warning);
    for (const std::string& note : run.environment.notes)
        page.paragraph("note: ", note, Style::dim, Style::dim);
    if (run.failure)
        page.paragraph("! ", "The run ended early: " + *run.failure, Style::plain, Style::warning);
    else if (run.interrupted)
        page.paragraph("! ", "The run was interrupted. What follows is of the cells that were finished.", Style::plain,
                       Style::warning);
    if (run.cells.empty())
        page.paragraph("! ", "No cell was finished: there is nothing to show.", Style::plain, Style::warning);
}

} // namespace netio::report
