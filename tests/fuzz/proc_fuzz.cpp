// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever stands in the files of /proc and of control groups that are read: counters of protocols that are known,
// times that are not negative, and memory that is there. An input is a file after the other; a line "@ PATH" begins
// each.
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/memory_headroom.h"
#include "experiment/surroundings.h"
#include "fuzz.h"
#include "netns/network_counters.h"

using namespace netio;

namespace {

namespace fs = std::filesystem;

/// What the reader of memory limits looks for, in a root of its own.
constexpr std::array memory_files{"proc/meminfo",
                                  "proc/self/cgroup",
                                  "sys/fs/cgroup/memory.max",
                                  "sys/fs/cgroup/memory.current",
                                  "sys/fs/cgroup/a/memory.max",
                                  "sys/fs/cgroup/a/memory.current",
                                  "sys/fs/cgroup/a/memory.stat"};

/// A folder in memory that is gone when the program ends.
struct Root {
    Root() {
        std::string name = (fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string()) +
                           std::string("/netio-fuzz-XXXXXX");
        if (mkdtemp(name.data()) == nullptr)
            fuzz::complain("no folder", name);
        path = name;
        for (const char* file : memory_files)
            fs::create_directories((path / file).parent_path());
    }
    ~Root() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
    fs::path path;
};

std::map<std::string, std::string_view> files_in(std::string_view text) {
    std::map<std::string, std::string_view> files;
    while (text.starts_with("@ ")) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string name(text.substr(2, end - 2));
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t next = text.starts_with("@ ") ? 0 : text.find("\n@ ");
        const std::size_t length = next == std::string_view::npos ? text.size() : next == 0 ? 0 : next + 1;
        files[name] = text.substr(0, length);
        text.remove_prefix(length);
    }
    return files;
}

void check_counters(const std::map<std::string, std::string_view>& files) {
    netns::NetworkCounters counters;
    for (const char* name : {"net/netstat", "net/snmp"})
        if (const auto file = files.find(name); file != files.end())
            netns::add_counters(file->second, counters);
    if (const auto file = files.find("net/snmp6"); file != files.end())
        netns::add_ipv6_counters(file->second, counters);
    if (const auto file = files.find("net/packet"); file != files.end()) {
        const unsigned taps = netns::count_packet_taps(file->second);
        if (taps > file->second.size())
            fuzz::complain("more packet sockets than the text can hold", file->second);
    }
    for (const auto& [name, value] : counters.values) {
        const std::string protocol = name.substr(0, name.find('.'));
        if (protocol != "TcpExt" && protocol != "IpExt" && protocol != "Tcp" && protocol != "Ip" && protocol != "Ip6")
            fuzz::complain("a counter of no protocol", name);
    }
    if (!counters.since(counters).empty())
        fuzz::complain("counters that moved in no time", "");
}

void check_load(std::string_view stat) {
    const auto load = experiment::load_since_boot(stat, 100.0);
    if (!load)
        return;
    for (const double seconds :
         {load->wall_s, load->user_s, load->system_s, load->interrupts_s, load->idle_s, load->steal_s})
        if (!std::isfinite(seconds) || seconds < 0.0)
            fuzz::complain("a time that is none", std::to_string(seconds));
}

void check_memory(const std::map<std::string, std::string_view>& files) {
    static const Root root;
    bool any = false;
    for (const char* name : memory_files) {
        const auto file = files.find(name);
        any = any || file != files.end();
        std::ofstream(root.path / name) << (file != files.end() ? file->second : std::string_view());
    }
    if (!any)
        return;
    if (const auto headroom = memory_headroom(root.path); headroom && headroom->limited_by.empty())
        fuzz::complain("a limit of nothing", std::to_string(headroom->bytes));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto files = files_in(fuzz::text_of(data, size));
    check_counters(files);
    if (const auto file = files.find("stat"); file != files.end())
        check_load(file->second);
    check_memory(files);
    return 0;
}
