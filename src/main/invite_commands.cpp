#include "main/invite_commands.hpp"

#include "crypto/random.hpp"
#include "identity/joining.hpp"
#include "main/commands.hpp"
#include "main/data_directory.hpp"
#include "main/run_now.hpp"
#include "main/terminal.hpp"
#include "ops/log_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace latchkey {
namespace {

/// Where a browser reaches the server that has these settings. Throws when nobody can tell.
Place place_of(const ops::Settings& settings) {
    const std::string scheme = settings.tls_cert.empty() ? "http://" : "https://";
    std::vector<std::string> bound;
    for (const std::string& listen : settings.listen) {
        const auto address = ops::parse_listen(listen);
        if (address && address->port != 0) bound.push_back(scheme + listen);
    }
    const auto place = best_place(settings.public_url, places(bound, interfaces_of_machine()));
    if (place) return *place;
    throw std::runtime_error(
        "nobody can tell where browsers reach the server; name its address with --public-url "
        "https://…"
    );
}

}  // namespace

void invite(const ops::Settings& settings, const WantedInvitation& wanted) {
    if (settings.accounts.sign_up == "closed") {
        throw std::runtime_error(
            "accounts.sign_up is closed, so no invitation would be accepted; set it to invite or "
            "open"
        );
    }
    const auto role = identity::parse_role(wanted.role);
    if (!role) throw std::runtime_error("a role is person or admin");
    const Place place = place_of(settings);
    store::Database database(settings.data, command_limits());
    warn_of_open_data_directory(settings.data);
    const bool is_first = !demand(run_now(database.accounts().has_accounts()));
    const auto minted = identity::mint_invitation(
        crypto::system_random, *role, std::chrono::hours(wanted.hours), wall_clock_now()
    );
    demand(run_now(database.invitations().add_invitation(minted.invitation)));

    const std::string link = place.url + "/join#" + minted.token;
    std::fputs(shown_link(link, terminal_has_colours()).c_str(), stdout);
    std::fprintf(
        stderr,
        "Whoever opens this link within %lld hours makes one account%s. It is shown this once; "
        "`latchkey invite revoke %s` takes it back.\n",
        static_cast<long long>(wanted.hours),
        *role == identity::Role::admin ? ", which administers" : "",
        identity::invitation_id(minted.invitation.hash).c_str()
    );
    if (is_first && *role != identity::Role::admin) {
        std::fputs(
            "There is no account yet, and the first one ends the link of the first run: better "
            "give "
            "it --role admin, or nobody administers until `latchkey user role` says who does.\n",
            stderr
        );
    }
    if (place.local) {
        std::fputs("Only this machine reaches that address; --public-url names another.\n", stderr);
    }
}

void invite_list(const std::filesystem::path& data) {
    require_database(data);
    store::Database database(data, command_limits());
    const Time now = wall_clock_now();
    for (const auto& one : demand(run_now(database.invitations().invitations(now)))) {
        const auto left = std::chrono::ceil<std::chrono::hours>(one.expires_at - now).count();
        say(identity::invitation_id(one.hash) + '\t' + std::string(to_string(one.role)) + '\t' +
            std::to_string(left) + " h");
    }
}

void invite_revoke(const std::filesystem::path& data, const std::string& id) {
    require_database(data);
    store::Database database(data, command_limits());
    const Time now = wall_clock_now();
    for (const auto& one : demand(run_now(database.invitations().invitations(now)))) {
        if (identity::invitation_id(one.hash) != id) continue;
        demand(run_now(database.invitations().remove_invitation(one.hash, now)));
        say("revoked " + id);
        return;
    }
    throw std::runtime_error(
        "there is no invitation " + ops::escaped(id) + "; see `latchkey invite list`"
    );
}

void InviteCommands::add_to(CLI::App& app, Act& act) {
    auto* command = app.add_subcommand(
        "invite", "Prints a link with which somebody makes an account, once; and its QR."
    );
    command->require_subcommand(0, 1);
    command->add_option("--role", wanted_.role, "person, or admin: may open /admin. [person]")
        ->check(CLI::IsMember({"person", "admin"}))
        ->type_name("ROLE");
    command->add_option("--hours", wanted_.hours, "How long the link is good. [72]")
        ->check(CLI::Range(std::int64_t{1}, invitation_hours_max))
        ->type_name("HOURS");
    flags_.add_to(*command, {"data", "public_url", "listen"});
    command->callback([this, &act, command] {
        if (!command->get_subcommands().empty()) return;
        act = [this] {
            const ops::Loaded loaded = ops::load(flags_.sources());
            if (!loaded.faults.empty()) return fail(loaded);
            invite(loaded.settings, wanted_);
            return exit_code::done;
        };
    });

    auto* list = command->add_subcommand(
        "list", "Lists invitations that nobody has used: id, role, hours left; apart by tabs."
    );
    others_flags_.add_to(*list, {"data"});
    list->callback([this, &act] { act = on_data(others_flags_, invite_list); });
    auto* revoke = command->add_subcommand("revoke", "Takes an invitation back.");
    revoke->add_option("ID", id_, "Which; see `latchkey invite list`.")->required();
    others_flags_.add_to(*revoke, {"data"});
    revoke->callback([this, &act] {
        act = on_data(others_flags_, [this](const auto& data) { invite_revoke(data, id_); });
    });
}

}  // namespace latchkey
