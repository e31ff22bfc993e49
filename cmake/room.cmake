# latchkey_room(NAME [USES room…] [LIBRARIES target…]): one static library for one folder of src/ (docs/architecture.md).
# Which rooms may use which is checked by tests/tidy.

include(${CMAKE_CURRENT_LIST_DIR}/precompiled.cmake)

# Names are one of a kind in a room, those of unnamed namespaces too: so its files can be compiled, and read by clang-tidy,
# several in one. Both take a fraction of the time; one file that changes takes longer.
option(LATCHKEY_UNITY "Compile the files of a room several at a time, as make test does" OFF)
set(latchkey_unity_files 9)

function(latchkey_room name)
    cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    add_library(latchkey_${name} STATIC ${sources})
    target_include_directories(latchkey_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    foreach(room IN LISTS ROOM_USES)
        target_link_libraries(latchkey_${name} PUBLIC latchkey_${room})
    endforeach()
    target_link_libraries(latchkey_${name} PUBLIC ${ROOM_LIBRARIES})
    if(NOT name MATCHES "^(base|crypto)$")
        latchkey_precompile(latchkey_${name} rooms)
    endif()
    if(LATCHKEY_UNITY)
        set_target_properties(latchkey_${name} PROPERTIES
            UNITY_BUILD ON
            UNITY_BUILD_BATCH_SIZE ${latchkey_unity_files}
            UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include)")
    endif()
endfunction()
