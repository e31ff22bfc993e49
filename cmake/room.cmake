# latchkey_room(NAME [USES room…] [LIBRARIES target…]): one static library for one folder of src/ (docs/architecture.md).
# Which rooms may use which is checked by tests/tidy.

include(${CMAKE_CURRENT_LIST_DIR}/precompiled.cmake)

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
endfunction()
