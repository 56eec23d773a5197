// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/registrar.h"

#include <bpf/bpf.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "netio_abi.h"
#include "tracer/libbpf_options.h"

namespace netio::tracer {
namespace {

class Registrar final : public ThreadRegistrar {
  public:
    explicit Registrar(int program_fd) : program_fd_(program_fd) {}

    Result<void> register_this_thread(Variant variant, Role role) override {
        std::array<std::uint64_t, 1> context{static_cast<std::uint64_t>(NETIO_SLOT(variant, role))};
        auto options = libbpf_options<bpf_test_run_opts>();
        options.ctx_in = context.data();
        options.ctx_size_in = sizeof(context);
        if (bpf_prog_test_run_opts(program_fd_, &options) != 0)
            return system_error("cannot make the thread known to the tracer", errno,
                                "run as root, or without tracing: --no-trace");
        if (options.retval != 0)
            return Error{"cannot make the thread known to the tracer",
                         options.retval == 1 ? "its table of threads is full"
                                             : "another traced thread's id has the same low 16 bits",
                         "run with fewer threads, or without tracing: --no-trace"};
        return {};
    }

  private:
    int program_fd_;
};

} // namespace

std::unique_ptr<ThreadRegistrar> make_registrar(int program_fd) { return std::make_unique<Registrar>(program_fd); }

} // namespace netio::tracer
