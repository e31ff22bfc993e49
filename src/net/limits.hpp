/// The limits of the wire that an operator may set: each is a key of the configuration. A few more
/// are constants, since no other value would do better: `backlog` (listener.hpp; the kernel caps it
/// by its own setting), `proxy_header_bytes_max` (forwarded.hpp; more than proxies write), and
/// `linger_time_max` (loop_io.cpp; the moment in which our last word is read).
#pragma once

#include "base/time.hpp"

#include <cstddef>

namespace latchkey::net {

struct Limits {
    std::size_t header_bytes_max =
        std::size_t{16} * 1024;                           ///< request line and fields; beyond: 431
    std::size_t body_bytes_max = std::size_t{64} * 1024;  ///< beyond: 413
    std::size_t message_bytes_max =
        std::size_t{4} * 1024;       ///< WebSocket message; beyond: close 1009. What else whoever
                                     ///< waits over HTTP may send meanwhile; beyond: closed
    std::size_t fragments_max = 64;  ///< of one message; beyond: close 1009
    std::size_t queue_bytes_max =
        std::size_t{64} * 1024;            ///< unsent to a slow socket; beyond: close 4202
    std::size_t connections_max = 18'000;  ///< of the process; beyond: 503
    std::size_t connections_per_prefix_max = 2'000;  ///< one IPv4 address or IPv6 /64; beyond: 503

    milliseconds header_time_max{10'000
    };  ///< from the first byte (or the accept) to a whole head; beyond: 408
    milliseconds body_time_max{20'000};  ///< from the head to the whole body; beyond: 408
    milliseconds write_time_max{20'000
    };  ///< until a slow reader has taken an answer, or what is queued for a socket (then what
        ///< was queued meanwhile); beyond: closed, a socket with 4202
    milliseconds keep_alive_time_max{65'000};  ///< an idle HTTP connection; beyond: closed
    milliseconds heartbeat{30'000
    };  ///< a ping to a silent WebSocket; no sign within another: closed. A comment to an event
        ///< stream; not acknowledged within another: closed. A long poll's kernel is probed for
        ///< another after one of silence
    milliseconds close_time_max{5'000};   ///< the peer's part of the closing handshake
    milliseconds drain_time_max{10'000};  ///< from SIGTERM to the last connection

    double requests_per_second = 100;  ///< of one prefix, on average; beyond: 429
    double requests_burst = 400;       ///< of one prefix, at once
    double failures_per_minute = 30;  ///< wrong tokens, codes, passwords of one prefix; beyond: 429
    double failures_burst = 30;
    bool rate_limits = true;  ///< false: the budgets per prefix are lifted (load tests)
};

}  // namespace latchkey::net
