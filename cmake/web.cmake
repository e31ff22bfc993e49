# The front end: web_dist, made by `npm run build`, and web_stamp, the file that is new when it is. All build
# directories share web/dist, so it is built once. -DLATCHKEY_WEB_DIST=DIR takes a ready one instead.

set(LATCHKEY_WEB_DIST "" CACHE PATH "A ready front end to embed; empty: built from web/ with npm")

if(LATCHKEY_WEB_DIST)
    set(web_dist ${LATCHKEY_WEB_DIST})
    file(GLOB_RECURSE web_stamp CONFIGURE_DEPENDS LIST_DIRECTORIES false ${web_dist}/*)
    return()
endif()

find_program(NPM npm)
if(NOT NPM)
    message(FATAL_ERROR "npm is not there: tools/setup installs it, or give a ready front end with -DLATCHKEY_WEB_DIST=DIR")
endif()

set(web ${PROJECT_SOURCE_DIR}/web)
set(web_dist ${web}/dist)
set(web_modules ${web}/node_modules/.package-lock.json)
set(web_stamp ${web_dist}/.built)

# npm writes this file itself, last of all.
add_custom_command(
    OUTPUT ${web_modules}
    COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${web_modules}
    DEPENDS ${web}/package-lock.json
    WORKING_DIRECTORY ${web}
    COMMENT "Fetching what builds the front end (npm ci)" VERBATIM)

file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS LIST_DIRECTORIES false
    ${web}/src/* ${web}/pages/* ${web}/build/* ${web}/public/*)
file(GLOB web_settings CONFIGURE_DEPENDS ${web}/*.ts ${web}/tsconfig*.json)
add_custom_command(
    OUTPUT ${web_stamp}
    COMMAND ${NPM} run --silent build -- --logLevel warn
    COMMAND ${CMAKE_COMMAND} -E touch ${web_stamp}
    DEPENDS ${web_modules} ${web_sources} ${web_settings} ${web}/package.json
    WORKING_DIRECTORY ${web}
    COMMENT "Building the front end" VERBATIM)
