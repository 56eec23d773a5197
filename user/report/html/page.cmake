# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Makes html_template.cpp from this folder's files and Chart.js.
include(HtmlPage)
find_package(ChartJs REQUIRED)

set(here "${CMAKE_CURRENT_LIST_DIR}")
netio_read_for_page(NETIO_HTML_CHART_JS "${ChartJs_SCRIPT}")
netio_read_for_page(NETIO_HTML_STYLE "${here}/page.css")
netio_read_for_page(NETIO_HTML_SCRIPT
  "${here}/dom.js" "${here}/theme.js" "${here}/charts.js" "${here}/tables.js" "${here}/figures.js" "${here}/page.js")
netio_read_for_page(NETIO_HTML_LICENCE "${ChartJs_LICENSE}")
string(REPLACE "&" "&amp;" NETIO_HTML_LICENCE "${NETIO_HTML_LICENCE}")
string(REPLACE "<" "&lt;" NETIO_HTML_LICENCE "${NETIO_HTML_LICENCE}")
netio_source_hash("${NETIO_HTML_STYLE}" NETIO_HTML_STYLE_HASH)
netio_source_hash("${NETIO_HTML_CHART_JS}" NETIO_HTML_CHART_JS_HASH)
netio_source_hash("${NETIO_HTML_SCRIPT}" NETIO_HTML_SCRIPT_HASH)

# Pages without scripts: the same style, dark where the system is.
netio_read_for_page(NETIO_HTML_STATIC_STYLE "${here}/page.css" "${here}/static.css")
string(REGEX MATCH ":root\\[data-theme=\"dark\"\\] {[^}]*}" dark "${NETIO_HTML_STYLE}")
string(REPLACE "[data-theme=\"dark\"]" "" dark "${dark}")
if(NOT dark)
  message(FATAL_ERROR "page.css has no colours for the dark theme where page.cmake looks for them")
endif()
string(APPEND NETIO_HTML_STATIC_STYLE "@media (prefers-color-scheme: dark) {\n${dark}\n}\n")
netio_source_hash("${NETIO_HTML_STATIC_STYLE}" NETIO_HTML_STATIC_STYLE_HASH)

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${here}/page.html")
file(READ "${here}/page.html" page)
string(FIND "${page}" "@NETIO_HTML_DATA@" place)
string(SUBSTRING "${page}" 0 ${place} before)
string(REPLACE "${before}@NETIO_HTML_DATA@" "" after "${page}")
string(CONFIGURE "${before}" NETIO_HTML_BEFORE_DATA @ONLY)
string(CONFIGURE "${after}" NETIO_HTML_AFTER_DATA @ONLY)
configure_file(html/template.cpp.in html_template.cpp @ONLY)
