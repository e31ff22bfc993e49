/// Listeners and their threads.
#pragma once

#include "base/async.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/budget.hpp"
#include "net/forwarded.hpp"
#include "net/limits.hpp"
#include "net/router.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace latchkey::net {

/// Where to listen: `127.0.0.1:8080`, `[::]:8080`, `localhost:0`, `unix:/run/latchkey.sock`.
struct Endpoint {
    std::string text;
    bool tls = false;
};

struct TlsFiles {
    std::string certificate;  ///< PEM, the chain
    std::string key;          ///< PEM
};

struct ServerOptions {
    std::vector<Endpoint> listen;
    std::optional<TlsFiles> tls;
    unsigned threads = 1;
    Limits limits;
    std::vector<IpNetwork>
        trusted_proxies;          ///< whose word on the peer is believed; a Unix socket always is
    bool proxy_protocol = false;  ///< trusted proxies speak PROXY v2 first
    ForwardedBy forwarded_by = ForwardedBy::x_forwarded;  ///< the header that trusted proxies set
    std::vector<std::string> allowed_origins;             ///< besides our own
    Random random;
    SteadyClock steady_clock = steady_now;  ///< of deadlines and budgets
    Clock wall_clock = wall_clock_now;      ///< of the `Date` field
};

/// What the server counts, summed over its threads. For metrics.
struct Counts {
    std::uint64_t connections = 0;  ///< open now
    std::uint64_t sockets = 0;      ///< of those, WebSockets
    std::uint64_t streams = 0;      ///< of those, event streams
    std::uint64_t polls = 0;        ///< of those, long polls
    std::uint64_t working = 0;      ///< of those, with more in memory than a record
    std::uint64_t accepted = 0;
    std::uint64_t requests = 0;
    std::uint64_t handshakes = 0;
    std::uint64_t messages_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t refused_limit =
        0;  ///< answered 408, 413, 429, 431 or 503, or closed over a limit
    std::uint64_t protocol_errors = 0;
    std::uint64_t responses_by_class[6] = {};  ///< [2] = 2xx …
};

/// One `io_context`, one epoll set and one thread for each of `threads`; each listener is opened
/// once a thread with SO_REUSEPORT. The constructor binds (throws `std::system_error` naming the
/// address), `start` serves.
class Server {
 public:
    Server(ServerOptions options, const Router& router);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// The addresses bound, with the ports really taken, as URLs: `http://127.0.0.1:40123`.
    const std::vector<std::string>& bound() const;
    /// Starts the threads; returns at once.
    void start();
    /// Stops accepting, tells every socket's endpoint (`on_drain`), finishes what is in flight,
    /// answers requests that have arrived, closes idle connections, and calls `done` from some
    /// thread when the last one ended or `drain_time_max` is over.
    void drain(std::function<void()> done);
    /// Ends the threads. Called by the destructor, too.
    void stop();
    /// Reads the TLS files again for connections to come. The old ones stay in use if these are no
    /// good (the error says why).
    Result<void> reload_tls();

    /// Makes every thread look at the clock and act on what is due by it. For clocks that jump:
    /// threads look by themselves when something happens and when a deadline should have come.
    /// Thread-safe, never waits.
    void look_at_clock();

    /// Runs `act` on the connection's thread with the socket, or with nullptr when it is gone;
    /// before this returns, when it is called on that thread by a coroutine that goes on after a
    /// wait. Those for one thread are run in the order they came. Thread-safe, never waits; dropped
    /// only when the server has stopped.
    void with_socket(const SocketId& id, std::function<void(Socket*)> act);

    /// As `with_socket`, but at once or not at all: true when this is the connection's own thread.
    /// `look` must change nothing, for an event may be dealt with further up.
    bool look_at_socket(const SocketId& id, const std::function<void(Socket*)>& look);

    unsigned threads() const;
    boost::asio::io_context& context(unsigned loop);
    Counts counts() const;
    /// The budget of failures (wrong tokens, codes, passwords), shared by all rooms. Thread-safe.
    Budget& failures();

 private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace latchkey::net
