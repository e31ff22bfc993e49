# The tests that are no C++ of this build: the front end's own, the rooms with threads under ThreadSanitizer
# (build/tsan) and the fuzz targets for a bounded number of inputs (build/fuzz). `make test` builds those two and sets
# LATCHKEY_WHOLE_SUITE, so that one count covers everything.

option(LATCHKEY_WHOLE_SUITE "Run build/tsan and build/fuzz with these tests, as make test does" OFF)
set(LATCHKEY_THREADED "" CACHE STRING "Rooms whose tests run under ThreadSanitizer in the whole suite")
set(LATCHKEY_FUZZ_RUNS 20000 CACHE STRING "Inputs for each fuzz target in the whole suite")

if(NPM)
    add_test(NAME web COMMAND ${NPM} test --silent WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/web)
    set_tests_properties(web PROPERTIES TIMEOUT 300)
endif()

if(NOT LATCHKEY_WHOLE_SUITE)
    return()
endif()

separate_arguments(threaded UNIX_COMMAND "${LATCHKEY_THREADED}")
foreach(room IN LISTS threaded)
    add_test(NAME tsan.${room} COMMAND ${PROJECT_SOURCE_DIR}/build/tsan/tests/test_${room} --gtest_brief=1)
    set_tests_properties(tsan.${room} PROPERTIES TIMEOUT 900)
endforeach()

# fuzz/NAME.cpp is one target, fuzz_NAME; its first inputs lie in fuzz/corpus/NAME.
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/*.cpp)
foreach(source IN LISTS fuzz_sources)
    get_filename_component(name ${source} NAME_WE)
    add_test(NAME fuzz.${name} COMMAND ${PROJECT_SOURCE_DIR}/tools/fuzz ${PROJECT_SOURCE_DIR}/build/fuzz
        -only=${name} -runs=${LATCHKEY_FUZZ_RUNS})
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 600)
endforeach()
