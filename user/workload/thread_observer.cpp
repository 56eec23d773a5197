// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/thread_observer.h"

namespace netio::workload {
namespace {

class Nothing final : public ThreadObserver {
  public:
    void begin_measuring() override {}
    void end_measuring() override {}
};

} // namespace

Result<std::unique_ptr<ThreadObserver>> NoObserver::thread_started(Role) {
    return std::unique_ptr<ThreadObserver>(std::make_unique<Nothing>());
}

} // namespace netio::workload
