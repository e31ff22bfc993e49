#include "main/client_commands.hpp"

#include "crypto/random.hpp"
#include "identity/identity.hpp"
#include "login/clients.hpp"
#include "main/run_now.hpp"
#include "ops/log_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <array>
#include <cstdio>
#include <string_view>

namespace latchkey {
namespace {

using login::Client;
using login::ClientPolicy;

/// How the values of a policy are written, each at the place of its number.
constexpr std::array<std::string_view, 4> confirms{"automatic", "tap", "number", "passkey"};
constexpr std::array<std::string_view, 2> browser_kinds{"any", "known"};
constexpr std::array<std::string_view, 3> networks{"warn", "number", "refuse"};

template <class Choice, std::size_t N>
Choice parsed(std::string_view text, const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == text) return static_cast<Choice>(i);
    }
    throw std::runtime_error("there is no " + ops::escaped(text) + " to choose");
}

template <class Choice, std::size_t N>
std::string written(Choice choice, const std::array<std::string_view, N>& names) {
    return std::string(names.at(static_cast<std::size_t>(choice)));
}

template <std::size_t N>
std::vector<std::string> all_of(const std::array<std::string_view, N>& names) {
    return {names.begin(), names.end()};
}

struct ClientDesk {
    explicit ClientDesk(const std::filesystem::path& data)
        : database((require_database(data), data), command_limits()) {}
    login::ClientStore& clients() { return database.clients(); }

    store::Database database;
};

/// Throws when a browser cannot be sent there.
void require_redirects(const std::vector<std::string>& urls) {
    if (urls.size() > login::redirects_max) {
        throw std::runtime_error(
            "a client has at most " + std::to_string(login::redirects_max) + " redirects"
        );
    }
    for (const std::string& url : urls) {
        if (login::valid_redirect(url)) continue;
        throw std::runtime_error(
            "--redirect " + ops::escaped(url) +
            " is no address of a page; give a whole one, as https://shop.example/signed-in, "
            "without "
            "a fragment"
        );
    }
}

[[noreturn]] void refuse_unknown(const std::string& id) {
    throw std::runtime_error(
        "there is no client " + ops::escaped(id) + "; see `latchkey client list`"
    );
}

void show_key(const Secret& key) {
    say("key\t" + std::string(key.reveal()));
    std::fputs("The key is shown this once: only its hash is kept.\n", stderr);
}

std::string line_of(const Client& client) {
    std::string line = ops::escaped(client.id) + '\t' + ops::escaped(client.name);
    for (const std::string& column :
         {written(client.policy.confirm, confirms),
          written(client.policy.browsers, browser_kinds),
          written(client.policy.network, networks),
          std::to_string(client.policy.phone_session_age_min.count()),
          std::string(client.classic ? "classic" : "-"),
          std::string(client.stopped ? "stopped" : "-"),
          date_of(client.created_at)}) {
        line += '\t' + column;
    }
    line += '\t';
    for (const std::string& url : client.redirects) {
        line += (line.ends_with('\t') ? "" : " ") + ops::escaped(url);
    }
    return client.redirects.empty() ? line + '-' : line;
}

void set_stopped(const std::filesystem::path& data, const std::string& id, bool stopped) {
    ClientDesk desk(data);
    const auto done = run_now(desk.clients().stop_client(id, stopped, wall_clock_now()));
    if (!demand(done)) refuse_unknown(id);
}

}  // namespace

void client_add(const std::filesystem::path& data, const WantedClient& wanted) {
    const auto name = identity::valid_name(wanted.name);
    if (!name) throw std::runtime_error("a client's name has 1 to 64 characters that can be seen");
    require_redirects(wanted.redirects);
    ClientDesk desk(data);
    const Secret key = login::new_api_key(crypto::system_random);
    Client client;
    client.id = login::new_client_id(crypto::system_random);
    client.name = *name;
    client.redirects = wanted.redirects;
    client.policy.confirm = parsed<ClientPolicy::Confirm>(wanted.confirm, confirms);
    client.policy.browsers = parsed<ClientPolicy::Browsers>(wanted.browsers, browser_kinds);
    client.policy.network = parsed<ClientPolicy::Network>(wanted.network, networks);
    client.policy.phone_session_age_min = seconds(wanted.phone_session_age_s);
    client.classic = wanted.classic;
    client.created_at = wall_clock_now();
    client.key_hash = *login::api_key_hash(key.reveal());
    const auto added = demand(run_now(desk.clients().add_client(client)));
    if (!added) {
        throw std::runtime_error(
            "there are " + std::to_string(login::clients_max) +
            " clients already; remove one with `latchkey client remove`"
        );
    }
    say("id\t" + added->id);
    show_key(key);
}

void client_list(const std::filesystem::path& data) {
    ClientDesk desk(data);
    for (const Client& client : demand(run_now(desk.clients().clients()))) say(line_of(client));
}

void client_rotate_key(const std::filesystem::path& data, const std::string& id) {
    ClientDesk desk(data);
    const Secret key = login::new_api_key(crypto::system_random);
    const auto hash = *login::api_key_hash(key.reveal());
    if (!demand(run_now(desk.clients().rotate_key(id, hash, wall_clock_now())))) refuse_unknown(id);
    show_key(key);
}

void client_remove(const std::filesystem::path& data, const std::string& id) {
    ClientDesk desk(data);
    if (!demand(run_now(desk.clients().remove_client(id, wall_clock_now())))) refuse_unknown(id);
    say("removed " + ops::escaped(id));
}

void client_stop(const std::filesystem::path& data, const std::string& id) {
    set_stopped(data, id, true);
    say("stopped " + ops::escaped(id));
}

void client_resume(const std::filesystem::path& data, const std::string& id) {
    set_stopped(data, id, false);
    say("resumed " + ops::escaped(id));
}

void ClientCommands::add_to(CLI::App& app, Act& act) {
    auto* client = app.add_subcommand(
        "client", "Applications that let people sign in here; works beside a running server."
    );
    client->require_subcommand(1);
    add_add(*client, act);
    add_others(*client, act);
}

void ClientCommands::add_add(CLI::App& client, Act& act) {
    auto* add = client.add_subcommand("add", "Makes a client; prints its id and, once, its key.");
    add->add_option("NAME", wanted_.name, "What the phone shows; 1 to 64 characters.")->required();
    add->add_option(
           "--redirect",
           wanted_.redirects,
           "Where its browsers may be sent once they are signed in; the first by default. May be "
           "given more than once."
    )
        ->type_name("URL")
        ->allow_extra_args(false);
    add->add_option("--confirm", wanted_.confirm, "How the phone confirms. [automatic]")
        ->check(CLI::IsMember(all_of(confirms)))
        ->type_name("WAY");
    add->add_option(
           "--browsers", wanted_.browsers, "Any, or those that the account has used before. [any]"
    )
        ->check(CLI::IsMember(all_of(browser_kinds)))
        ->type_name("WHICH");
    add->add_option(
           "--network",
           wanted_.network,
           "What a browser in another network than the phone meets. "
           "[warn]"
    )
        ->check(CLI::IsMember(all_of(networks)))
        ->type_name("WHAT");
    add->add_option(
           "--phone-session-age",
           wanted_.phone_session_age_s,
           "A phone whose session is younger must type the number. [0]"
    )
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{identity::session_life_max.count()}))
        ->type_name("SECONDS");
    add->add_flag("--classic", wanted_.classic, "It may approve codes of the classic wire.");
    flags_.add_to(*add, {"data"});
    add->callback([this, &act] {
        act = on_data(flags_, [this](const auto& data) { client_add(data, wanted_); });
    });
}

void ClientCommands::add_others(CLI::App& client, Act& act) {
    const auto command = [&](const char* name, const char* help, auto work) {
        auto* added = client.add_subcommand(name, help);
        flags_.add_to(*added, {"data"});
        added->callback([this, &act, work] { act = on_data(flags_, work); });
        return added;
    };
    command("list", "Lists clients, one a line; apart by tabs.", client_list);
    auto* rotate =
        command("rotate-key", "Makes a new key; the old one ends.", [this](const auto& data) {
            client_rotate_key(data, id_);
        });
    auto* remove = command("remove", "Ends a client and its key.", [this](const auto& data) {
        client_remove(data, id_);
    });
    auto* stop = command(
        "stop",
        "Stops a client within a second: its pages, its key, its logins that are under way.",
        [this](const auto& data) { client_stop(data, id_); }
    );
    auto* resume = command("resume", "Lets a stopped client go on.", [this](const auto& data) {
        client_resume(data, id_);
    });
    for (auto* of_one : {rotate, remove, stop, resume}) {
        of_one->add_option("ID", id_, "Which client; see `latchkey client list`.")->required();
    }
}

}  // namespace latchkey
