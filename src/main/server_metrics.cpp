#include "main/operator_routes.hpp"
#include "main/server.hpp"

#include <string>

namespace latchkey {
namespace {

/// One figure of the server's counts.
using Counted = std::uint64_t net::Counts::*;

struct Figure {
    const char* name;
    const char* help;
    bool grows;
    Counted counted;
};

constexpr Figure figures[] = {
    {"latchkey_connections", "Connections open now.", false, &net::Counts::connections},
    {"latchkey_sockets", "WebSockets open now.", false, &net::Counts::sockets},
    {"latchkey_streams", "Event streams open now.", false, &net::Counts::streams},
    {"latchkey_polls", "Long polls held back now.", false, &net::Counts::polls},
    {"latchkey_accepted_total", "Connections accepted.", true, &net::Counts::accepted},
    {"latchkey_requests_total", "HTTP requests.", true, &net::Counts::requests},
    {"latchkey_handshakes_total",
     "WebSocket handshakes answered 101.",
     true,
     &net::Counts::handshakes},
    {"latchkey_messages_in_total", "WebSocket messages received.", true, &net::Counts::messages_in},
    {"latchkey_messages_out_total",
     "Messages sent to waiting browsers, by whichever wire.",
     true,
     &net::Counts::messages_out},
    {"latchkey_refused_limit_total",
     "Answered 408, 413, 429, 431 or 503, or closed over a limit.",
     true,
     &net::Counts::refused_limit},
    {"latchkey_protocol_errors_total",
     "Connections ended for breaking HTTP or WebSocket.",
     true,
     &net::Counts::protocol_errors},
};

}  // namespace

void Server::add_metrics() {
    const net::Server& server = *public_;
    for (const Figure& figure : figures) {
        metrics_
            .sampled(figure.name, figure.help, figure.grows, [&server, counted = figure.counted] {
                return static_cast<double>(server.counts().*counted);
            });
    }
    for (const std::size_t status_class : {1U, 2U, 3U, 4U, 5U}) {
        const std::string digit = std::to_string(status_class);
        metrics_.sampled(
            "latchkey_responses_" + digit + "xx_total",
            "HTTP answers with a status of " + digit + "xx.",
            true,
            [&server, status_class] {
                return static_cast<double>(server.counts().responses_by_class[status_class]);
            }
        );
    }
    const auto of_store = [this](const char* name, const char* help, bool grows, auto read) {
        metrics_.sampled(name, help, grows, [this, read] {
            return static_cast<double>(read(database_.counts()));
        });
    };
    using Counts = store::DatabaseCounts;
    of_store("latchkey_store_commits_total", "Durable transactions.", true, [](const Counts& c) {
        return c.commits;
    });
    of_store("latchkey_store_writes_total", "Changes in them.", true, [](const Counts& c) {
        return c.writes;
    });
    of_store("latchkey_store_failures_total", "Commits that failed.", true, [](const Counts& c) {
        return c.failures;
    });
    of_store(
        "latchkey_store_queue_depth",
        "Changes that wait for the writer.",
        false,
        [](const Counts& c) { return c.queued; }
    );
    add_process_metrics(metrics_);
}

}  // namespace latchkey
