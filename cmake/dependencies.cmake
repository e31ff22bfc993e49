# Everything comes from Debian 12's packages (tools/setup installs them). docs/decisions/ says why each was taken.

find_package(Boost 1.81 EXACT REQUIRED COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SPDLOG REQUIRED IMPORTED_TARGET spdlog)
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
find_package(CLI11 REQUIRED)
find_library(QRCODEGEN qrcodegencpp REQUIRED)

# Boost's own headers are not ours to warn about.
add_compile_definitions(
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_STD_INVOKE_RESULT TOML_HEADER_ONLY=0
    # How many freed coroutine frames a thread keeps for the next: a request is some eight deep.
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16
)
