# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Makes html_page.cpp from this folder's files and Debian's Chart.js (package libjs-chart.js). The browser's libraries are
# the same on every architecture, so those of this machine do for a cross build as well.
include(HtmlPage)

set(NETIO_CHART_JS "" CACHE FILEPATH "chart.min.js of Chart.js 3; Debian's when empty")
set(chart_js "${NETIO_CHART_JS}")
if(NOT chart_js)
  set(chart_js /usr/share/javascript/chart.js/chart.min.js)
endif()
set(chart_js_licence /usr/share/doc/libjs-chart.js/copyright)
foreach(file "${chart_js}" "${chart_js_licence}")
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "${file} is missing: the HTML report is drawn with Chart.js; install the package libjs-chart.js "
                        "(scripts/setup.sh build)")
  endif()
endforeach()

set(here "${CMAKE_CURRENT_LIST_DIR}")
netio_read_for_page(NETIO_HTML_CHART_JS "${chart_js}")
string(REGEX MATCH "Chart\\.js v([0-9]+)\\.[0-9.]+" NETIO_HTML_CHART_VERSION "${NETIO_HTML_CHART_JS}")
if(NOT CMAKE_MATCH_1 EQUAL 3)
  message(FATAL_ERROR "${chart_js} is not Chart.js 3 (\"${NETIO_HTML_CHART_VERSION}\"): the report's scripts are written for "
                      "that; install Debian 12's libjs-chart.js")
endif()
netio_read_for_page(NETIO_HTML_STYLE "${here}/page.css")
netio_read_for_page(NETIO_HTML_SCRIPT
  "${here}/dom.js" "${here}/looks.js" "${here}/charts.js" "${here}/tables.js" "${here}/figures.js" "${here}/page.js")
netio_read_for_page(NETIO_HTML_LICENCE "${chart_js_licence}")
string(REPLACE "&" "&amp;" NETIO_HTML_LICENCE "${NETIO_HTML_LICENCE}")
string(REPLACE "<" "&lt;" NETIO_HTML_LICENCE "${NETIO_HTML_LICENCE}")
netio_source_hash("${NETIO_HTML_STYLE}" NETIO_HTML_STYLE_HASH)
netio_source_hash("${NETIO_HTML_CHART_JS}" NETIO_HTML_CHART_JS_HASH)
netio_source_hash("${NETIO_HTML_SCRIPT}" NETIO_HTML_SCRIPT_HASH)

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${here}/page.html")
file(READ "${here}/page.html" page)
string(FIND "${page}" "@NETIO_HTML_DATA@" place)
string(SUBSTRING "${page}" 0 ${place} before)
string(REPLACE "${before}@NETIO_HTML_DATA@" "" after "${page}")
string(CONFIGURE "${before}" NETIO_HTML_BEFORE_DATA @ONLY)
string(CONFIGURE "${after}" NETIO_HTML_AFTER_DATA @ONLY)
configure_file(html_page.cpp.in html_page.cpp @ONLY)
