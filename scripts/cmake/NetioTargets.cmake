# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

include(CheckCXXSourceCompiles)

# The presets' -g1 keeps what stack traces and profilers need (functions, lines, inlining). Variables and types are left to
# the debug build: with them the compiler takes a third longer.
#
# The flags of a configuration come after the user's own (CXXFLAGS, CMAKE_CXX_FLAGS), and the last -O and -g win: what the
# user chose is left out of the configuration's.
string(TOUPPER "CMAKE_CXX_FLAGS_${CMAKE_BUILD_TYPE}" flags_of_configuration)
foreach(option "O" "g")
  if(CMAKE_CXX_FLAGS MATCHES "(^| )-${option}([0-9a-z]*)( |$)")
    string(REGEX REPLACE "(^| )-${option}[0-9a-z]*" "" ${flags_of_configuration} "${${flags_of_configuration}}")
  endif()
endforeach()

# For what takes longer to compile than it runs: less than the presets' -O2, unless the user chose another.
set(NETIO_QUICK_TO_COMPILE "")
if(CMAKE_CXX_FLAGS_RELWITHDEBINFO MATCHES "(^| )-O2( |$)")
  set(NETIO_QUICK_TO_COMPILE $<$<CONFIG:RelWithDebInfo>:-Og>)
endif()

# Sources of a unit where CMAKE_UNITY_BUILD is on, as in the release builds: reading the headers of nlohmann-json, CLI11 and
# spdlog is half of all compiling. The debug builds compile each source alone, and so find what it forgot to include.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)

# A compiler newer than those that the project is tried with warns of more: a warning fails only where NETIO_WERROR asks
# for it, as the project's own CI does.
set(NETIO_WARNINGS -Wall -Wextra)
if(NETIO_WERROR)
  list(APPEND NETIO_WARNINGS -Werror)
endif()

# Flags that every target of the project is built with.
add_library(netio_flags INTERFACE)
target_compile_features(netio_flags INTERFACE cxx_std_20)
target_compile_options(netio_flags INTERFACE ${NETIO_WARNINGS} -Wpedantic)
target_include_directories(netio_flags INTERFACE "${CMAKE_SOURCE_DIR}/user" "${CMAKE_SOURCE_DIR}/bpf")
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # With libstdc++ 12 and older clang warns of what std::stable_sort itself is made of.
  set(CMAKE_REQUIRED_FLAGS "-std=c++20 -Wall -Werror")
  check_cxx_source_compiles("#include <algorithm>
    int main(int, char** arguments) { std::stable_sort(arguments, arguments + 1); }" NETIO_STABLE_SORT_IS_QUIET)
  unset(CMAKE_REQUIRED_FLAGS)
  if(NOT NETIO_STABLE_SORT_IS_QUIET)
    target_compile_options(netio_flags INTERFACE -Wno-deprecated-declarations)
  endif()
endif()
if(CMAKE_UNITY_BUILD)
  # GCC takes a source that a unit includes for a header, and what has a member of an unnamed namespace's type for shared.
  target_compile_options(netio_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(NETIO_STATIC)
  # -static-pie takes nothing else, and not every compiler does this by itself. -fPIC would keep functions from being inlined.
  target_compile_options(netio_flags INTERFACE -fPIE)
endif()
if(NETIO_SANITIZE)
  target_compile_options(netio_flags INTERFACE -fsanitize=${NETIO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(netio_flags INTERFACE -fsanitize=${NETIO_SANITIZE})
  # With AddressSanitizer GCC takes what <regex> is made of for uninitialized (GCC bug 105562).
  target_compile_options(netio_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# For the folders that say which version this is: a new version does not compile the others again.
add_library(netio_version INTERFACE)
target_compile_definitions(netio_version INTERFACE NETIO_VERSION="${PROJECT_VERSION}")

# netio_library(NAME SOURCES file... LINKS target...): the static library netio_NAME of the folder user/NAME.
function(netio_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(netio_${name} STATIC ${ARG_SOURCES})
  set_target_properties(netio_${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_link_libraries(netio_${name} PUBLIC netio_flags ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# All sources that the build generates, for tools that read the others without building them.
add_custom_target(netio_generated)

include(NetioBpf)
