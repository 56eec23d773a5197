// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>

#include "base/result.h"
#include "model/names.h"

namespace netio::workload {

/// Follows one worker thread. Every call is made by that thread itself.
class ThreadObserver {
  public:
    ThreadObserver() = default;
    ThreadObserver(const ThreadObserver&) = delete;
    ThreadObserver& operator=(const ThreadObserver&) = delete;
    virtual ~ThreadObserver() = default;

    /// The measured part begins: connection made, warm-up done, barrier passed.
    virtual void begin_measuring() = 0;
    /// The measured part has ended.
    virtual void end_measuring() = 0;
};

/// Makes the observers; implemented by whoever joins workload, counters and tracer.
class ObserverFactory {
  public:
    ObserverFactory() = default;
    ObserverFactory(const ObserverFactory&) = delete;
    ObserverFactory& operator=(const ObserverFactory&) = delete;
    virtual ~ObserverFactory() = default;

    /// Called by the worker thread before its first socket call (client: before connect; server: before its first call
    /// on the accepted connection). May be called from several threads at once. An error fails the cell.
    virtual Result<std::unique_ptr<ThreadObserver>> thread_started(Role role) = 0;

    /// Called by the thread that starts the others, when it will start no more.
    virtual void all_started() {}
};

/// Observes nothing: for runs without counters and tracing.
class NoObserver final : public ObserverFactory {
  public:
    Result<std::unique_ptr<ThreadObserver>> thread_started(Role) override {
        class Nothing final : public ThreadObserver {
          public:
            void begin_measuring() override {}
            void end_measuring() override {}
        };
        return std::unique_ptr<ThreadObserver>(std::make_unique<Nothing>());
    }
};

} // namespace netio::workload
