/// The applications that let people sign in here, for whoever runs the server. They work beside a
/// running server, on the same database; it sees a change within a second.
#pragma once

#include "login/policy.hpp"
#include "main/desk.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace latchkey {

/// What is said of a client that is added.
struct WantedClient {
    std::string name;
    std::vector<std::string> redirects;
    std::string confirm = "automatic";
    std::string browsers = "any";
    std::string network = "warn";
    std::int64_t phone_session_age_s = 0;
    bool classic = false;
};

/// Each prints what it did to standard output, and throws `std::runtime_error` that says why it
/// could not and what would do. All refuse a data directory without a database.

/// Prints the client's id and its API key, `id` and `key` apart by tabs. The key is shown this
/// once.
void client_add(const std::filesystem::path& data, const WantedClient& wanted);
/// One line for each client: id, name, how a phone confirms, which browsers, which networks, the
/// age in seconds that the phone's session must have, `classic` or `-`, `stopped` or `-`, since
/// when, and where its browsers may be sent, apart by spaces; the rest apart by tabs.
void client_list(const std::filesystem::path& data);
/// Prints the new API key as `client_add` does. The old one is no good any more.
void client_rotate_key(const std::filesystem::path& data, const std::string& id);
void client_remove(const std::filesystem::path& data, const std::string& id);
/// As if it were not there, until it is let go on.
void client_stop(const std::filesystem::path& data, const std::string& id);
void client_resume(const std::filesystem::path& data, const std::string& id);

/// `client …` on the command line. Must outlive the parsing.
class ClientCommands {
 public:
    /// The chosen command becomes `act`.
    void add_to(CLI::App& app, Act& act);

 private:
    void add_add(CLI::App& client, Act& act);
    void add_others(CLI::App& client, Act& act);

    ops::Flags flags_;
    WantedClient wanted_;
    std::string id_;
};

}  // namespace latchkey
