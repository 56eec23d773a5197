# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What `cmake --install` installs, and the Debian package that `cpack` makes of it.
include(GNUInstallDirs)

set(NETIO_ZSH_COMPLETION_DIR "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" CACHE STRING
    "Folder for the completion of zsh, below the prefix")
set(NETIO_NATIVE_PROGRAM "" CACHE FILEPATH
    "netio-trace of the same sources that runs on the building machine: prints the completions where the one that is built cannot run")
set(NETIO_MAINTAINER "netio-trace authors <netio-trace@localhost>" CACHE STRING "Who packages are from")

set(made "${CMAKE_BINARY_DIR}/install")
set(data "${CMAKE_INSTALL_DATADIR}/netio-trace")
set(installed_files "")

# The program itself says what it can complete.
set(printer "")
if(NETIO_NATIVE_PROGRAM)
  set(printer "${NETIO_NATIVE_PROGRAM}")
elseif(NOT CMAKE_CROSSCOMPILING)
  set(printer netio-trace)
else()
  message(NOTICE "netio-trace for ${CMAKE_SYSTEM_PROCESSOR} does not run here: no completions are installed unless "
                 "NETIO_NATIVE_PROGRAM is one that does")
endif()
# netio_install_completion(SHELL FILE FOLDER)
function(netio_install_completion shell name folder)
  set(file "${made}/${shell}/${name}")
  add_custom_command(
    OUTPUT "${file}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${made}/${shell}"
    COMMAND "${printer}" completion ${shell} > "${file}"
    DEPENDS "${printer}"
    COMMENT "Completion for ${shell}"
    VERBATIM)
  install(FILES "${file}" DESTINATION "${folder}")
  set(installed_files ${installed_files} "${file}" PARENT_SCOPE)
endfunction()
if(printer)
  netio_install_completion(bash netio-trace "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
  netio_install_completion(zsh _netio-trace "${NETIO_ZSH_COMPLETION_DIR}")
  netio_install_completion(fish netio-trace.fish "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
endif()

# netio_compressed(FILE COMPRESSED): FILE as gzip packs it, without a date, as the build's COMPRESSED
function(netio_compressed file compressed)
  add_custom_command(
    OUTPUT "${compressed}"
    COMMAND gzip -9 -n -c "${file}" > "${compressed}"
    DEPENDS "${file}"
    COMMENT "Packing ${compressed}"
    VERBATIM)
  set(installed_files ${installed_files} "${compressed}" PARENT_SCOPE)
endfunction()
file(MAKE_DIRECTORY "${made}")
file(GLOB pages CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/man/*.1")
set(packed_pages "")
foreach(page IN LISTS pages)
  cmake_path(GET page FILENAME name)
  netio_compressed("${page}" "${made}/${name}.gz")
  list(APPEND packed_pages "${made}/${name}.gz")
endforeach()

install(TARGETS netio-trace RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES ${packed_pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES docs/run.schema.json docs/compare.schema.json docs/compare-traces.schema.json
  docs/trace.schema.json DESTINATION "${data}")
install(PROGRAMS scripts/plot.py DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples")
install(FILES docs/changelog.md docs/cross-check.md docs/formats.md docs/glossary.md docs/guest.md docs/instructor.md docs/method.md
  docs/privileges.md docs/report.png docs/tutorial.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs/measurements docs/labs DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# The documents that README.md links to are installed beside it; what is not installed is named without a link.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/README.md")
file(READ "${CMAKE_SOURCE_DIR}/README.md" readme)
string(REGEX REPLACE "\\[([^]\n]*)\\]\\(((scripts|tests|user|bpf)/[^)\n]*|docs/man/[^)\n]*|docs/architecture\\.md)\\)" "`\\1`" readme "${readme}")
string(REPLACE "man -l docs/man/netio-trace.1" "man netio-trace" readme "${readme}")
string(REGEX REPLACE "\\[docs/([^]\n]*)\\]" "[\\1]" readme "${readme}")
string(REPLACE "](docs/" "](" readme "${readme}")
string(REPLACE "](LICENSE)" "](copyright)" readme "${readme}")
file(WRITE "${made}/README.md" "${readme}")
install(FILES "${made}/README.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# The licence, and those of what is built into the program: Debian has them with its packages, also in the folder that a
# cross build takes its libraries from.
set(built_in libcli11-dev libfmt-dev libjs-chart.js libspdlog-dev nlohmann-json3-dev)
if(NETIO_STATIC)
  list(APPEND built_in libbpf-dev libc6-dev libelf-dev libnl-3-dev libpfm4-dev libseccomp-dev zlib1g-dev)
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/LICENSE")
file(READ "${CMAKE_SOURCE_DIR}/LICENSE" licences)
string(REPEAT "=" 80 line)
# Debian has the text of the GPL once for all packages; elsewhere LICENSE has it, a component that the package is without.
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT license)
string(REGEX REPLACE "\n *GNU GENERAL PUBLIC LICENSE\n *Version 2, June 1991\n.*" "\nGNU General Public License, version 2
${line}

Its text is in /usr/share/common-licenses/GPL-2 on Debian systems, in the file
LICENSE beside this one elsewhere, and at
https://www.gnu.org/licenses/old-licenses/gpl-2.0.txt.
" licences "${licences}")
set(unknown "")
foreach(package IN LISTS built_in)
  set(of_package "/usr/share/doc/${package}/copyright")
  if(EXISTS "${NETIO_SYSROOT}${of_package}")
    set(of_package "${NETIO_SYSROOT}${of_package}")
  endif()
  if(EXISTS "${of_package}")
    file(READ "${of_package}" licence)
    string(APPEND licences "\n${line}\nBuilt into the program: what Debian's package ${package} is under\n${line}\n\n${licence}")
  else()
    list(APPEND unknown ${package})
  endif()
endforeach()
if(unknown AND NETIO_STATIC)
  message(NOTICE "Licences of what is built into the program are missing in the installed file copyright: Debian keeps them "
                 "in /usr/share/doc/PACKAGE/copyright, and here there are none for ${unknown}")
endif()
file(WRITE "${made}/copyright" "${licences}")
install(FILES "${made}/copyright" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# docs/changelog.md the way that Debian's tools read it.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/changelog.md")
file(READ "${CMAKE_SOURCE_DIR}/docs/changelog.md" text)
string(REPLACE ";" "," text "${text}")
string(REGEX MATCHALL "\n## [0-9.]+ \\([0-9-]+\\)\n|\n[* ] [^\n]*" lines "${text}")
set(changelog "")
set(end "")
foreach(line IN LISTS lines)
  string(STRIP "${line}" stripped)
  if(stripped MATCHES "^## ([0-9.]+) \\(([0-9-]+)\\)$")
    set(version "${CMAKE_MATCH_1}")
    execute_process(COMMAND date --utc --rfc-email --date "${CMAKE_MATCH_2}" OUTPUT_VARIABLE date
                    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    string(APPEND changelog "${end}netio-trace (${version}) unstable; urgency=medium\n\n")
    set(end "\n -- ${NETIO_MAINTAINER}  ${date}\n\n")
  elseif(NOT changelog STREQUAL "") # what stands above the first version is not released
    string(REGEX REPLACE "^\n" "  " line "${line}")
    string(APPEND changelog "${line}\n")
  endif()
endforeach()
file(WRITE "${made}/changelog" "${changelog}${end}")
netio_compressed("${made}/changelog" "${made}/changelog.gz")
install(FILES "${made}/changelog.gz" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
add_custom_target(netio_installed_files ALL DEPENDS ${installed_files})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}")
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};${PROJECT_NAME};Unspecified;/")
set(CPACK_PACKAGE_VENDOR "the netio-trace authors")
set(CPACK_PACKAGE_CONTACT "${NETIO_MAINTAINER}")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"It sends the same messages over TCP in three ways (a send call for each
field, one call with I/O vectors, and MSG_ZEROCOPY), traces the kernel with
BPF while they are under way, and puts the three side by side: throughput,
latency percentiles, CPU time, copies per byte, and where the time of each
byte goes. Every figure says how it was obtained, and sums that must match
are checked in each run.

Tracing needs root and a kernel with BTF (/sys/kernel/btf/vmlinux exists).")
# The plots alone need it.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS python3-matplotlib)
if(NETIO_STATIC)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
else()
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE amd64)
endif()
include(CPack)
