# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

# What compiles the BPF programs: CLANG, the system's own or else the newest clang-N; another one by -DCLANG=PATH.
set(NETIO_CLANG_OLDEST 14) # with 13 the project has never been tried
set(NETIO_CLANG_NEWEST 40) # of the names that are looked for
set(names clang)
foreach(version RANGE ${NETIO_CLANG_NEWEST} ${NETIO_CLANG_OLDEST} -1)
  list(APPEND names clang-${version})
endforeach()

# netio_clang_version(RESULT PROGRAM): the major version, 0 when PROGRAM is no clang for BPF.
function(netio_clang_version result program)
  set(${result} 0 PARENT_SCOPE)
  execute_process(COMMAND "${program}" -target bpf -E -dM -x c /dev/null OUTPUT_VARIABLE macros ERROR_QUIET)
  if(macros MATCHES "#define __BPF__ 1" AND macros MATCHES "#define __clang_major__ ([0-9]+)")
    set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
  endif()
endfunction()

function(netio_clang_is_new_enough result program)
  netio_clang_version(version "${program}")
  if(version LESS NETIO_CLANG_OLDEST)
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

find_program(CLANG NAMES ${names} VALIDATOR netio_clang_is_new_enough)
if(NOT CLANG)
  message(FATAL_ERROR "No clang ${NETIO_CLANG_OLDEST} or newer was found, with which the BPF programs are compiled: "
    "install one, or say where it is by -DCLANG=PATH")
endif()
netio_clang_version(NETIO_CLANG_VERSION "${CLANG}")
if(NETIO_CLANG_VERSION LESS NETIO_CLANG_OLDEST)
  message(FATAL_ERROR "${CLANG} is clang ${NETIO_CLANG_VERSION} (0: no clang, or without BPF); the BPF programs need "
    "${NETIO_CLANG_OLDEST} or newer: say which by -DCLANG=PATH, and -UCLANG to have one looked for")
endif()
find_program(BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(NETIO_BPF_ARCH arm64)
else()
  set(NETIO_BPF_ARCH x86)
endif()

# netio_bpf_compiler(RESULT CLANG ARCHITECTURE): the command that compiles a source, but for its name and -o.
function(netio_bpf_compiler result clang architecture)
  set(${result} "${clang}" -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_${architecture} ${NETIO_WARNINGS}
    -I "${CMAKE_SOURCE_DIR}/vmlinux/${architecture}" -I "${CMAKE_SOURCE_DIR}/bpf" -c PARENT_SCOPE)
endfunction()

# netio_bpf_object(NAME SOURCES file.bpf.c... [CLANG PROGRAM VARIANT SUFFIX]): compiles each source, in bpf/, with clang, links
# them into one object, without what only debuggers read, and generates NAME.skel.h with bpftool. Link the target
# netio_bpf_NAME to include it. With another clang the target has a suffix: netio_bpf_NAME_SUFFIX.
function(netio_bpf_object name)
  cmake_parse_arguments(ARG "" "CLANG;VARIANT" "SOURCES" ${ARGN})
  set(folder "${CMAKE_CURRENT_BINARY_DIR}")
  set(target netio_bpf_${name})
  if(NOT ARG_CLANG)
    set(ARG_CLANG "${CLANG}")
  else()
    string(APPEND folder "/${ARG_VARIANT}")
    string(APPEND target "_${ARG_VARIANT}")
    file(MAKE_DIRECTORY "${folder}")
  endif()
  netio_bpf_compiler(compiler "${ARG_CLANG}" ${NETIO_BPF_ARCH})
  set(objects "")
  foreach(source ${ARG_SOURCES})
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_SOURCE_DIR}/bpf")
    cmake_path(GET source STEM stem)
    set(object "${folder}/${name}.${stem}.bpf.o")
    add_custom_command(
      OUTPUT "${object}"
      COMMAND ${compiler} -MD -MF "${object}.d" "${source}" -o "${object}"
      DEPENDS "${source}"
      DEPFILE "${object}.d"
      COMMENT "BPF ${stem} ${ARG_VARIANT}"
      VERBATIM)
    list(APPEND objects "${object}")
  endforeach()
  set(linked "${folder}/${name}.bpf.o")
  set(skeleton "${folder}/${name}.skel.h")
  add_custom_command(
    OUTPUT "${linked}" "${skeleton}"
    COMMAND "${BPFTOOL}" gen object "${linked}" ${objects}
    COMMAND "${BPFTOOL}" gen skeleton "${linked}" name ${name} > "${skeleton}"
    DEPENDS ${objects}
    COMMENT "BPF skeleton ${name} ${ARG_VARIANT}"
    VERBATIM)
  add_custom_target(${target}_generated DEPENDS "${skeleton}")
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}_generated)
  target_include_directories(${target} SYSTEM INTERFACE "${folder}")
  if(NOT ARG_VARIANT)
    add_dependencies(netio_generated ${target}_generated)
    set_property(GLOBAL APPEND PROPERTY NETIO_BPF_OBJECTS ${name})
    set_property(GLOBAL PROPERTY NETIO_BPF_SOURCES_OF_${name} ${ARG_SOURCES})
  endif()
endfunction()

# netio_clangs(RESULT): the versions that are here, oldest first; CLANG_N is where clang N is.
function(netio_clangs result)
  set(versions "")
  foreach(version RANGE ${NETIO_CLANG_OLDEST} ${NETIO_CLANG_NEWEST})
    if(version EQUAL NETIO_CLANG_VERSION)
      set(program "${CLANG}")
    else()
      unset(program)
      find_program(program NAMES clang-${version} VALIDATOR netio_clang_is_new_enough NO_CACHE)
    endif()
    if(program)
      list(APPEND versions ${version})
      set(CLANG_${version} "${program}" PARENT_SCOPE)
    endif()
  endforeach()
  set(${result} ${versions} PARENT_SCOPE)
endfunction()

# netio_trace_by_clang(RESULT VERSION): the target of a netio-trace whose BPF programs clang VERSION compiled. Only what
# includes a skeleton is compiled anew, for the layout of the programs' variables is the compiler's.
function(netio_trace_by_clang result version)
  if(version EQUAL NETIO_CLANG_VERSION)
    set(${result} netio-trace PARENT_SCOPE)
    return()
  endif()
  set(target netio-trace-clang-${version})
  set(${result} ${target} PARENT_SCOPE)
  if(TARGET ${target})
    return()
  endif()
  get_property(objects GLOBAL PROPERTY NETIO_BPF_OBJECTS)
  set(skeletons "")
  foreach(object IN LISTS objects)
    get_property(sources GLOBAL PROPERTY NETIO_BPF_SOURCES_OF_${object})
    netio_bpf_object(${object} CLANG "${CLANG_${version}}" VARIANT clang-${version} SOURCES ${sources})
    list(APPEND skeletons netio_bpf_${object}_clang-${version})
  endforeach()
  get_target_property(sources netio_tracer NETIO_SKELETON_SOURCES)
  add_executable(${target} EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/user/cli/main.cpp" ${sources})
  # What is defined here is not taken out of the library netio_tracer.
  target_link_libraries(${target} PRIVATE ${skeletons} netio_cli PkgConfig::LIBBPF)
endfunction()
