/// Addresses to descriptors that listen.
#pragma once

#include "net/server.hpp"

#include <string>
#include <vector>

namespace latchkey::net {

/// How many connections may wait in the kernel to be accepted.
inline constexpr int backlog = 4096;

/// What was bound for one `Endpoint`: a descriptor for each thread (one for all on a Unix socket).
struct Bound {
    std::vector<int> descriptors;
    bool tls = false;
    bool unix_socket = false;
    std::string url;  ///< `http://127.0.0.1:40123`, with the port really taken
};

/// Binds and listens. Throws `std::system_error` or `std::runtime_error` that names the address and
/// says what would do. An address that another process serves already is an error, although threads
/// share theirs.
Bound bind_endpoint(const Endpoint& endpoint, unsigned threads);

}  // namespace latchkey::net
