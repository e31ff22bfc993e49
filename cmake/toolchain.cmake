# Flags that every room shares: warnings, hardening, sanitizers, linker, ccache.

add_compile_options(
    -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough
    -Werror -fno-omit-frame-pointer)
add_link_options(-fuse-ld=mold)

find_program(CCACHE ccache)
if(CCACHE)
    # Precompiled headers are compared by what they hold, or nothing that uses them would be kept.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

if(LATCHKEY_SANITIZE)
    add_compile_options(-fsanitize=${LATCHKEY_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${LATCHKEY_SANITIZE})
else()
    add_compile_options(-fstack-protector-strong)
    if(CMAKE_BUILD_TYPE STREQUAL "Release")
        add_compile_definitions(_FORTIFY_SOURCE=2)
    endif()
    add_link_options(-Wl,-z,relro,-z,now)
endif()

# Only sanitizer and debug builds check the standard library's own contracts.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
