# latchkey_embed(TARGET DIST STAMP): puts every file below DIST into TARGET, again whenever STAMP changes, as the
# table that src/pages/assets.hpp declares. Run as a script (-DDIST= -DOUT=) it writes assets.S and assets.cpp.

function(latchkey_embed target dist stamp)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
    find_program(BROTLI brotli REQUIRED)
    add_custom_command(
        OUTPUT ${out}/assets.S ${out}/assets.cpp
        COMMAND ${CMAKE_COMMAND} -DDIST=${dist} -DOUT=${out} -DBROTLI=${BROTLI} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPENDS ${stamp} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        COMMENT "Embedding ${dist}" VERBATIM)
    set_source_files_properties(${out}/assets.S PROPERTIES COMPILE_OPTIONS -Wno-unused-command-line-argument)
    target_sources(${target} PRIVATE ${out}/assets.S ${out}/assets.cpp)
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    return()
endif()

foreach(ending IN ITEMS "html=text/html; charset=utf-8" "js=text/javascript; charset=utf-8" "css=text/css; charset=utf-8"
        "svg=image/svg+xml" "png=image/png" "ico=image/x-icon" "json=application/json" "webmanifest=application/manifest+json"
        "txt=text/plain; charset=utf-8" "woff2=font/woff2" "wasm=application/wasm" "map=application/json")
    string(REGEX MATCH "^([a-z0-9]+)=(.*)$" _ "${ending}")
    set(type_${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
endforeach()

set(assembly ".section .rodata\n")
set(names "")
set(table "")
set(index 0)
file(REMOVE_RECURSE ${OUT}/packed)
file(MAKE_DIRECTORY ${OUT}/packed)
file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE ${DIST} ${DIST}/*)
list(FILTER files EXCLUDE REGEX "(^|/)\\.")
if(NOT files)
    message(FATAL_ERROR "There is nothing to embed in ${DIST}")
endif()

# Adds one body of file `index`: an empty one when packing does not make it smaller than `most` bytes.
macro(add_body coding path most)
    file(SIZE ${path} size)
    if(size LESS ${most})
        set(symbol latchkey_asset_${index}_${coding})
        string(APPEND assembly ".global ${symbol}\n${symbol}:\n.incbin \"${path}\"\n")
        string(APPEND names "extern const char ${symbol}[];\n")
        set(body "{std::string_view(${symbol}, ${size}), R\"(\"${hash}${suffix_${coding}}\")\"}")
    else()
        set(body "{}")
    endif()
endmacro()
set(suffix_raw "")
set(suffix_br "-br")
set(suffix_gz "-gz")

foreach(file IN LISTS files)
    string(REGEX MATCH "[^.]*$" ending ${file})
    if(NOT DEFINED type_${ending})
        message(FATAL_ERROR "No content type is known for ${file}: add it to cmake/embed.cmake")
    endif()
    file(SHA256 ${DIST}/${file} hash)
    string(SUBSTRING ${hash} 0 32 hash)
    file(SIZE ${DIST}/${file} raw_size)
    execute_process(COMMAND ${BROTLI} -q 11 -o ${OUT}/packed/${index}.br ${DIST}/${file} COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND gzip -9 -n -c ${DIST}/${file} OUTPUT_FILE ${OUT}/packed/${index}.gz COMMAND_ERROR_IS_FATAL ANY)
    math(EXPR any_size "${raw_size} + 1")
    string(APPEND table "    {\"/${file}\", \"${type_${ending}}\"")
    foreach(coding IN ITEMS raw br gz)
        if(coding STREQUAL raw)
            add_body(raw ${DIST}/${file} ${any_size})
        else()
            add_body(${coding} ${OUT}/packed/${index}.${coding} ${raw_size})
        endif()
        string(APPEND table ",\n     ${body}")
    endforeach()
    string(APPEND table "},\n")
    math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUT}/assets.S "${assembly}.section .note.GNU-stack,\"\",@progbits\n")
file(WRITE ${OUT}/assets.cpp "#include \"pages/assets.hpp\"

extern \"C\" {
${names}}

namespace latchkey::pages {
namespace {

const Asset table[] = {
${table}};

}  // namespace

std::span<const Asset> embedded_assets() { return table; }

}  // namespace latchkey::pages
")
