// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>
#include <string>

struct btf;

namespace netio::tracer {

/// The running kernel's types (BTF). Parsing them takes some 30 ms and they are large: load them once
/// for a purpose and let go of them.
class KernelTypes {
  public:
    /// Never fails: a kernel without types knows no function.
    static KernelTypes load();

    /// Number of the type of the kernel function `name`, kfuncs included; 0 when the types do not have it.
    [[nodiscard]] unsigned function_id(const std::string& name) const;

  private:
    struct Deleter {
        void operator()(btf* types) const;
    };
    explicit KernelTypes(btf* types) : types_(types) {}

    std::unique_ptr<btf, Deleter> types_;
};

} // namespace netio::tracer
