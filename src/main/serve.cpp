#include "main/serve.hpp"

#include "main/data_directory.hpp"
#include "main/pending.hpp"
#include "main/server.hpp"
#include "main/server_options.hpp"
#include "main/terminal.hpp"
#include "ops/log.hpp"
#include "ops/stop.hpp"

#include <cstdio>
#include <filesystem>
#include <sys/resource.h>

namespace latchkey {
namespace {

using ops::Level;

/// In the order of their importance.
enum class Event : std::uint8_t { drained, stop, reload };
constexpr std::size_t events_count = 3;

/// Descriptors beside the connections: the database, the epoll sets, the listeners, the log.
constexpr std::size_t files_beside_connections = 200;

/// Each connection is a file: takes what the system allows, and says so when that is too little.
void allow_files(std::size_t connections_max) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= connections_max + files_beside_connections) return;
    ops::log(
        Level::warn,
        "fewer files may be open than limits.connections_max needs; raise the limit (ulimit -n, "
        "LimitNOFILE)",
        {{"files_max", static_cast<std::int64_t>(limit.rlim_cur)},
         {"connections_max", static_cast<std::int64_t>(connections_max)}}
    );
}

/// Whoever started it on port 0 reads the port in the first line, so nothing is logged before.
void announce(const Server& server) {
    for (const std::string& address : server.bound()) {
        ops::announce("listening on {address}", {{"address", address}});
    }
    for (const std::string& address : server.operator_bound()) {
        ops::announce("operator listens on {address}", {{"address", address}});
    }
}

void warn(const ops::Settings& settings, const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
        ops::log(Level::warn, "configuration: {warning}", {{"warning", warning}});
    }
    warn_of_open_data_directory(settings.data);
    allow_files(static_cast<std::size_t>(settings.limits.connections_max));
}

void greet(const Server& server, const ops::Settings& settings) {
    Greeting shown;
    shown.setup_token = server.setup_token();
    if (shown.setup_token.empty()) return;
    shown.places = places(server.bound(), interfaces_of_machine());
    shown.public_url = settings.public_url;
    shown.data = std::filesystem::absolute(settings.data).lexically_normal();
    shown.colours = terminal_has_colours();
    std::fputs(greeting(shown).c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace

void serve(const ops::Settings& settings, const std::vector<std::string>& warnings) {
    ops::set_up_log(settings.log_format, settings.log_level);
    Pending<Event, events_count> events;
    const ops::Signals signals(
        [&] { events.ask(Event::stop); }, [&] { events.ask(Event::reload); }
    );
    Server server(settings);
    announce(server);
    warn(settings, warnings);
    server.start();
    greet(server, settings);
    ops::notify_manager("READY=1");

    while (true) {
        switch (events.take()) {
            case Event::reload:
                server.reload();
                break;
            case Event::stop:
                ops::notify_manager("STOPPING=1");
                server.drain([&] { events.ask(Event::drained); });
                // Only now, so that whoever reads it finds `/readyz` saying so.
                ops::log(Level::info, "draining; a second signal stops at once");
                break;
            case Event::drained:
                ops::log(Level::info, "drained");
                return;
        }
    }
}

}  // namespace latchkey
