/// Not shipped: our wires for outside conformance clients. WebSockets (RFC 6455) at any path of up
/// to two parts: whatever comes goes back. Event streams at `/events` and long polls at `/poll`:
/// what the query asks for.
#include "channels/hub.hpp"
#include "crypto/random.hpp"
#include "net/server.hpp"
#include "ops/log.hpp"
#include "ops/stop.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <charconv>
#include <cstdio>
#include <exception>
#include <future>
#include <string>

namespace {

using namespace latchkey;

unsigned number_in(const net::Request& request, std::string_view name, unsigned otherwise) {
    const std::string text = request.query_parameter(name).value_or("");
    unsigned number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class Echo final : public channels::Consumer {
 public:
    net::Upgrade accept(const net::Request& request) override {
        if (request.query_parameter("refuse")) return net::problem(401, "refused", "As you like");
        return net::Accept{};
    }
    /// Over HTTP the query is all that comes: `say=TEXT` is told `times=N` times and `close=CODE`
    /// ends it then. `"late"` is told when `after_ms=MS` are over.
    void connect(channels::Connection& connection, const net::Request& request) override {
        if (connection.wire() == net::Wire::websocket) return;
        net::Socket& socket = connection.socket();
        if (const auto text = request.query_parameter("say")) {
            const unsigned times = number_in(request, "times", 1);
            for (unsigned i = 0; i < times; ++i) socket.send_text(*text);
        }
        const unsigned code = number_in(request, "close", 0);
        if (code != 0) socket.close(static_cast<net::CloseCode>(code), "as you like");
        const unsigned after_ms = number_in(request, "after_ms", 0);
        if (after_ms != 0) socket.wake_after(milliseconds(after_ms));
    }
    void receive(channels::Connection& connection, net::Message message) override {
        if (message.text) {
            connection.socket().send_text(message.data);
        } else {
            connection.socket().send_binary(message.data);
        }
    }
    void disconnect(channels::Connection& /*connection*/, net::CloseCode /*code*/) noexcept
        override {}
    void event(channels::Connection& /*connection*/, std::string_view /*event*/) override {}
    void deadline(channels::Connection& connection) override {
        connection.socket().send_text("\"late\"");
    }
};

constexpr std::size_t mib = std::size_t{1024} * 1024;

struct Options {
    std::string listen = "127.0.0.1:9001";
    std::size_t message_bytes_max = 64 * mib;
    std::int64_t heartbeat_ms = net::Limits{}.heartbeat.count();
};

net::ServerOptions options_of(const Options& given) {
    constexpr std::size_t plenty = 1'000'000;
    net::ServerOptions options;
    options.listen = {{given.listen, false}};
    options.limits.message_bytes_max = given.message_bytes_max;
    options.limits.queue_bytes_max = 2 * given.message_bytes_max + mib;
    options.limits.heartbeat = milliseconds(given.heartbeat_ms);
    options.limits.fragments_max = plenty;
    options.limits.connections_max = plenty;
    options.limits.connections_per_prefix_max = plenty;
    options.limits.rate_limits = false;
    options.random = crypto::system_random;
    return options;
}

void serve(const Options& given) {
    std::promise<void> stop;
    const ops::Signals signals([&] { stop.set_value(); }, [] {});
    Echo echo;
    channels::Hub hub(0);
    net::Router router;
    for (const char* path : {"/", "/{}", "/{}/{}"}) hub.mount(router, path, echo);
    hub.mount(router, "/events", echo, net::Wire::events);
    hub.mount(router, "/poll", echo, net::Wire::answer);
    net::Server server(options_of(given), router);
    hub.attach(server);
    server.start();
    for (const std::string& address : server.bound()) {
        ops::log(
            ops::Level::info, "listening on {address}", {{"address", std::string_view(address)}}
        );
    }
    stop.get_future().wait();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Echoes WebSocket messages, and what the query of an event stream or poll says.");
    Options given;
    app.add_option("--listen", given.listen, "HOST:PORT; port 0 takes a free one")
        ->capture_default_str();
    app.add_option("--message-bytes-max", given.message_bytes_max, "Beyond: close 1009")
        ->capture_default_str();
    app.add_option("--heartbeat-ms", given.heartbeat_ms, "Of pings and comments")
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        serve(given);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "latchkey-echo: %s\n", error.what());
        return 1;
    }
    return 0;
}
