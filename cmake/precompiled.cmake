# LATCHKEY_PCH: headers of Asio, JSON and the standard library, compiled once and not once for each file. A clean release
# build takes about 40 % less time with them. The presets dev and fuzz do without, so that a missing #include is found.

option(LATCHKEY_PCH "Precompile the headers that most files include" OFF)

set(latchkey_pch_headers
    <boost/asio/async_result.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp>
    <boost/asio/post.hpp> <boost/asio/this_coro.hpp> <boost/asio/use_awaitable.hpp> <boost/json/value.hpp>
    <boost/system/result.hpp> <algorithm> <array> <chrono> <functional> <memory> <mutex> <optional> <string> <string_view>
    <unordered_map> <vector>)

# latchkey_precompile(TARGET rooms|tests): both kinds share one set each, which is why base and crypto, whose flags differ
# (they know no library of ops), stay without.
function(latchkey_precompile target kind)
    if(NOT LATCHKEY_PCH)
        return()
    endif()
    set(owner latchkey_pch_${kind})
    if(NOT TARGET ${owner})
        file(WRITE ${PROJECT_BINARY_DIR}/${owner}.cpp "")
        add_library(${owner} STATIC ${PROJECT_BINARY_DIR}/${owner}.cpp)
        target_link_libraries(${owner} PRIVATE PkgConfig::SPDLOG PkgConfig::PROMETHEUS PkgConfig::TOMLPLUSPLUS CLI11::CLI11
            Boost::headers Boost::json Threads::Threads)
        target_precompile_headers(${owner} PRIVATE ${latchkey_pch_headers})
        if(kind STREQUAL tests)
            target_link_libraries(${owner} PRIVATE GTest::gmock GTest::gtest_main)
            target_precompile_headers(${owner} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
            # As the test programs are compiled; clang refuses a header of another kind.
            set_target_properties(${owner} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
            target_compile_options(${owner} PRIVATE -fPIE ${latchkey_test_options})
        endif()
    endif()
    target_precompile_headers(${target} REUSE_FROM ${owner})
    # For ccache: what a precompiled header is, not when it was made.
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()
