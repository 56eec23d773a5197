# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Finds Chart.js 3 or 4 as one file that a page can hold, and its licence, which must go with it: where NETIO_CHART_JS and
# NETIO_CHART_JS_LICENSE say, in this tree's node_modules/, where Debian has them, or where npm puts them for all users.
# The browser's libraries are the same on every architecture, so that those of this machine do for a cross build as well.
#
# Sets ChartJs_FOUND, ChartJs_SCRIPT, ChartJs_LICENSE, ChartJs_VERSION.
set(NETIO_CHART_JS "" CACHE FILEPATH "Chart.js 3 or 4 as one file; looked for when empty")
set(NETIO_CHART_JS_LICENSE "" CACHE FILEPATH "The licence of Chart.js; looked for when empty")

set(debian /usr/share/javascript/chart.js)
set(folders "${CMAKE_SOURCE_DIR}/node_modules/chart.js" "${debian}")
foreach(modules /usr/local/lib/node_modules /usr/lib/node_modules /usr/share/nodejs)
  list(APPEND folders "${modules}/chart.js")
endforeach()

# Version 4's is named umd: its chart.js is a module that imports others.
set(ChartJs_SCRIPT "${NETIO_CHART_JS}")
set(ChartJs_LICENSE "${NETIO_CHART_JS_LICENSE}")
foreach(folder ${folders})
  foreach(name chart.umd.min.js chart.umd.js chart.min.js)
    foreach(candidate "${folder}/dist/${name}" "${folder}/${name}")
      if(NOT ChartJs_SCRIPT AND EXISTS "${candidate}")
        set(ChartJs_SCRIPT "${candidate}")
      endif()
    endforeach()
  endforeach()
endforeach()

# The licence lies beside the file or where its package begins; Debian keeps licences apart.
if(ChartJs_SCRIPT AND NOT ChartJs_LICENSE)
  cmake_path(GET ChartJs_SCRIPT PARENT_PATH beside)
  cmake_path(GET beside PARENT_PATH above)
  foreach(candidate "${beside}/LICENSE.md" "${above}/LICENSE.md")
    if(NOT ChartJs_LICENSE AND EXISTS "${candidate}")
      set(ChartJs_LICENSE "${candidate}")
    endif()
  endforeach()
  if(NOT ChartJs_LICENSE AND ChartJs_SCRIPT MATCHES "^${debian}/")
    set(ChartJs_LICENSE /usr/share/doc/libjs-chart.js/copyright)
  endif()
endif()

set(ChartJs_VERSION "")
set(wrong "")
if(NOT ChartJs_SCRIPT)
  set(wrong "Chart.js, which draws the charts of the HTML report, was not found")
elseif(NOT EXISTS "${ChartJs_SCRIPT}")
  set(wrong "NETIO_CHART_JS=${ChartJs_SCRIPT} does not exist")
else()
  file(READ "${ChartJs_SCRIPT}" beginning LIMIT 1000)
  if(beginning MATCHES "Chart\\.js v([0-9]+[0-9.]*)")
    set(ChartJs_VERSION "${CMAKE_MATCH_1}")
  endif()
  if(NOT ChartJs_VERSION MATCHES "^[34]\\.")
    set(wrong "${ChartJs_SCRIPT} is not Chart.js 3 or 4 (version \"${ChartJs_VERSION}\"), which the report's scripts are written for")
  elseif(NOT ChartJs_LICENSE)
    set(wrong "the licence of ${ChartJs_SCRIPT} was not found: name it with -DNETIO_CHART_JS_LICENSE=FILE")
  elseif(NOT EXISTS "${ChartJs_LICENSE}")
    set(wrong "the licence of Chart.js was not found: ${ChartJs_LICENSE} does not exist, name it with -DNETIO_CHART_JS_LICENSE=FILE")
  endif()
endif()

include(FindPackageHandleStandardArgs)
string(CONCAT wrong "${wrong}. Debian and Ubuntu have it in the package libjs-chart.js. Elsewhere run "
  "`npm install --no-save chart.js` in ${CMAKE_SOURCE_DIR}, or name what you have: "
  "-DNETIO_CHART_JS=DIR/chart.umd.js -DNETIO_CHART_JS_LICENSE=DIR/LICENSE.md")
set(usable FALSE)
if(ChartJs_VERSION MATCHES "^[34]\\." AND EXISTS "${ChartJs_LICENSE}")
  set(usable TRUE)
endif()
find_package_handle_standard_args(ChartJs REQUIRED_VARS ChartJs_SCRIPT ChartJs_LICENSE usable
  VERSION_VAR ChartJs_VERSION REASON_FAILURE_MESSAGE "${wrong}")
