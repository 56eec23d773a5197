# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Compiles for arm64 on another machine, with Debian's cross compiler and Debian's libraries for arm64 as
# `scripts/vm/fetch.sh sysroot arm64` unpacked them: scripts/build.sh arm64 does both. The C library is the compiler's own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

set(NETIO_SYSROOT "" CACHE PATH "Folder with Debian's libraries for arm64")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES NETIO_SYSROOT)
if(NOT IS_DIRECTORY "${NETIO_SYSROOT}/usr/lib/aarch64-linux-gnu")
  message(FATAL_ERROR "NETIO_SYSROOT=\"${NETIO_SYSROOT}\" has no libraries for arm64: build with scripts/build.sh arm64")
endif()

# Libraries and headers from there only, programs from this machine only.
set(CMAKE_FIND_ROOT_PATH "${NETIO_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${NETIO_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR} "${NETIO_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${NETIO_SYSROOT}/usr/share/pkgconfig")

# Where the linker finds the libraries that libraries need.
foreach(folder usr/lib lib)
  string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " \"-Wl,-rpath-link,${NETIO_SYSROOT}/${folder}/aarch64-linux-gnu\"")
endforeach()
