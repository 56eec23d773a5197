// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/targets.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

namespace netio::experiment {
namespace {

namespace fs = std::filesystem;

std::string folder_of(std::uint32_t pid) { return "/proc/" + std::to_string(pid); }

std::optional<std::uint32_t> number_of(const std::string& text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::vector<std::uint32_t> running_processes() {
    std::vector<std::uint32_t> pids;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored))
        if (const auto pid = number_of(entry.path().filename().string()))
            pids.push_back(*pid);
    return pids;
}

/// A line of /proc/PID/status, without its name.
std::string status_of(std::uint32_t pid, const std::string& name) {
    std::ifstream file(folder_of(pid) + "/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name + ":")) {
            std::istringstream words(line.substr(name.size() + 1));
            std::string value;
            words >> value;
            return value;
        }
    return {};
}

/// Kernel threads are children of thread 2, or it.
bool is_kernel_thread(std::uint32_t pid) {
    constexpr std::uint32_t kernel_threads = 2;
    // In another PID namespace than the initial one there is none, and 2 is a process like any other.
    std::ifstream maps(folder_of(pid) + "/cmdline");
    const bool without_command_line = maps.peek() == std::ifstream::traits_type::eof();
    return without_command_line && (pid == kernel_threads || status_of(pid, "PPid") == "2");
}

std::string comm_of(std::uint32_t pid) {
    std::ifstream file(folder_of(pid) + "/comm");
    std::string comm;
    std::getline(file, comm);
    return comm;
}

Result<std::uint32_t> check_pid(std::uint32_t pid) {
    const std::string what = "cannot trace process " + std::to_string(pid);
    if (pid == static_cast<std::uint32_t>(getpid()))
        return input_error(what, "it is this netio-trace itself");
    const std::string leader = status_of(pid, "Tgid");
    if (leader.empty())
        return input_error(what, "there is no such process", "process ids are those of this PID namespace: see ps -e");
    if (is_kernel_thread(pid))
        return input_error(what, "it is a thread of the kernel, " + comm_of(pid),
                           "trace the program whose sockets it serves");
    if (const std::string state = status_of(pid, "State"); state == "Z" || state == "X")
        return input_error(what, "it has ended already, and its parent has not asked for its exit code yet");
    return number_of(leader).value_or(pid);
}

/// Folders that can be the control group of this name, in the hierarchies that are mounted.
std::vector<fs::path> cgroup_folders(const std::string& name) {
    std::vector<fs::path> folders;
    std::error_code ignored;
    const auto add = [&](const fs::path& folder) {
        if (fs::exists(folder / "cgroup.procs", ignored) && std::ranges::find(folders, folder) == folders.end())
            folders.push_back(folder);
    };
    if (name.starts_with("/sys/fs/cgroup"))
        add(name);
    std::ifstream mounts("/proc/self/mounts");
    for (std::string device, place, type, rest; mounts >> device >> place >> type && std::getline(mounts, rest);)
        if (type == "cgroup2" || type == "cgroup")
            add(fs::path(place) / fs::path(name).relative_path());
    return folders;
}

std::set<std::uint32_t> processes_in(const fs::path& folder) {
    std::set<std::uint32_t> pids;
    const auto add = [&pids](const fs::path& group) {
        std::ifstream file(group / "cgroup.procs");
        for (std::uint32_t pid = 0; file >> pid;)
            pids.insert(pid);
    };
    std::error_code ignored;
    add(folder);
    for (const auto& entry : fs::recursive_directory_iterator(folder, ignored))
        if (entry.is_directory(ignored))
            add(entry.path());
    return pids;
}

Result<std::set<std::uint32_t>> processes_of_cgroup(const std::string& name) {
    const auto folders = cgroup_folders(name);
    if (folders.empty())
        return input_error("there is no control group " + name, "no hierarchy that is mounted here has it",
                           "cat /proc/PID/cgroup shows the path of a process's group");
    std::set<std::uint32_t> pids;
    for (const fs::path& folder : folders)
        pids.merge(processes_in(folder));
    return pids;
}

} // namespace

Result<Targets> find_targets(const AttachSpec& spec) {
    Targets targets;
    for (const std::uint32_t pid : spec.pids) {
        NETIO_TRY_TO(const std::uint32_t leader, check_pid(pid));
        targets.pids.push_back(leader);
    }
    if (!spec.cgroup.empty()) {
        NETIO_TRY_TO(const auto members, processes_of_cgroup(spec.cgroup));
        if (spec.pids.empty())
            targets.pids.assign(members.begin(), members.end());
        else
            std::erase_if(targets.pids, [&](std::uint32_t pid) { return !members.contains(pid); });
        std::erase(targets.pids, static_cast<std::uint32_t>(getpid()));
        if (targets.pids.empty())
            return input_error("nothing to trace in the control group " + spec.cgroup,
                               spec.pids.empty() ? "it has no process" : "none of the processes is in it");
    }
    if (!spec.comm.empty()) {
        const bool filters = !spec.pids.empty() || !spec.cgroup.empty();
        // As the kernel cuts it (TASK_COMM_LEN).
        const std::string comm = spec.comm.substr(0, 15);
        if (!filters)
            targets.pids = running_processes();
        std::erase_if(targets.pids, [&](std::uint32_t pid) {
            return comm_of(pid) != comm || pid == static_cast<std::uint32_t>(getpid());
        });
        if (filters && targets.pids.empty())
            return input_error("nothing to trace", "none of these processes is named " + comm);
        targets.wait_for_comm = !filters;
    }
    return targets;
}

std::string cgroup_of(std::uint32_t pid) {
    std::ifstream file(folder_of(pid) + "/cgroup");
    std::string named;
    std::string unified;
    for (std::string line; std::getline(file, line);) {
        const std::size_t path = line.find('/');
        if (path == std::string::npos)
            continue;
        if (line.starts_with("0::"))
            unified = line.substr(path);
        else if (named.empty() || line.find(":memory:") != std::string::npos)
            named = line.substr(path);
    }
    // On a hybrid all processes may be in the root of version 2.
    return (unified.empty() || unified == "/") && !named.empty() ? named : unified;
}

Result<std::vector<std::string>> in_each_network_namespace(const std::function<Result<void>()>& work) {
    std::map<ino_t, UniqueFd> namespaces;
    std::set<std::string> closed;
    std::vector<std::uint32_t> pids = running_processes();
    pids.insert(pids.begin(), static_cast<std::uint32_t>(getpid()));
    for (const std::uint32_t pid : pids) {
        struct stat file {};
        const std::string name = folder_of(pid) + "/ns/net";
        if (stat(name.c_str(), &file) != 0 || namespaces.contains(file.st_ino))
            continue;
        if (UniqueFd space(open(name.c_str(), O_RDONLY | O_CLOEXEC)); space)
            namespaces.emplace(file.st_ino, std::move(space));
    }
    std::optional<Error> failure;
    std::thread([&] {
        for (const auto& [inode, space] : namespaces) {
            struct stat own {};
            const bool is_own = stat("/proc/thread-self/ns/net", &own) == 0 && own.st_ino == inode;
            if (!is_own && setns(space.get(), CLONE_NEWNET) != 0) {
                closed.insert("net:[" + std::to_string(inode) + "]");
                continue;
            }
            if (auto done = work(); !done) {
                failure = std::move(done).error();
                return;
            }
        }
    }).join();
    if (failure)
        return std::move(*failure);
    return std::vector<std::string>(closed.begin(), closed.end());
}

} // namespace netio::experiment
