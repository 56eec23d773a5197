// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/worker_thread.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

namespace netio::workload {
namespace {

void* run_body(void* argument) {
    const std::unique_ptr<std::function<void()>> body(static_cast<std::function<void()>*>(argument));
    (*body)();
    return nullptr;
}

} // namespace

Result<WorkerThread> WorkerThread::start(std::function<void()> body) {
    auto owned = std::make_unique<std::function<void()>>(std::move(body));
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, thread_stack_size);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); // a new thread inherits the mask
    pthread_t thread{};
    const int errno_value = pthread_create(&thread, &attributes, &run_body, owned.get());
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (errno_value != 0)
        return system_error(
                   "cannot start a thread", errno_value,
                   "raise the limit of processes (ulimit -u, pids.max of the cgroup) or of address space (ulimit -v)")
            .or_choose({Choice::fewer_threads});
    [[maybe_unused]] const auto* given = owned.release();
    return WorkerThread(thread);
}

WorkerThread::WorkerThread(WorkerThread&& other) noexcept
    : thread_(other.thread_), joinable_(std::exchange(other.joinable_, false)) {}

WorkerThread& WorkerThread::operator=(WorkerThread&& other) noexcept {
    if (this != &other) {
        join();
        thread_ = other.thread_;
        joinable_ = std::exchange(other.joinable_, false);
    }
    return *this;
}

void WorkerThread::join() {
    if (std::exchange(joinable_, false))
        pthread_join(thread_, nullptr);
}

Result<void> pin_this_thread(Role role, unsigned connection) {
    // The thread's own mask is the process' until it is pinned. A cpu_set_t has room for 1024 CPUs.
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return system_error("cannot read the CPUs that may be used", errno).or_choose({Choice::no_pinning});
    std::vector<int> cpus;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &allowed))
            cpus.push_back(cpu);
    const std::size_t shift = role == Role::receiver ? cpus.size() / 2 : 0;
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    CPU_SET(cpus[(connection + shift) % cpus.size()], &chosen);
    if (sched_setaffinity(0, sizeof chosen, &chosen) != 0)
        return system_error("cannot pin a thread to a CPU", errno).or_choose({Choice::no_pinning});
    return {};
}

} // namespace netio::workload
