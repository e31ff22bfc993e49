#include "main/user_commands.hpp"

#include "crypto/random.hpp"
#include "identity/accounts.hpp"
#include "identity/recovery.hpp"
#include "main/data_directory.hpp"
#include "main/desk.hpp"
#include "main/run_now.hpp"
#include "main/terminal.hpp"
#include "ops/log_line.hpp"

#include <cstdio>
#include <stdexcept>

namespace latchkey {
namespace {

/// The database and what works on it, for one command.
struct UserDesk {
    explicit UserDesk(const std::filesystem::path& data) : database(data, command_limits()) {
        warn_of_open_data_directory(data);
    }
    ~UserDesk() {
        workers.stop();
        database.stop();
    }
    UserDesk(const UserDesk&) = delete;
    UserDesk& operator=(const UserDesk&) = delete;

    store::Database database;
    identity::PasswordWorkers workers{identity::argon2id(), 1};
    identity::Sessions sessions{database.sessions(), crypto::system_random};
    identity::Accounts accounts{database.accounts(), sessions, workers, crypto::system_random};
};

identity::Account account_named(UserDesk& desk, const std::string& name) {
    auto found = demand(run_now(desk.database.accounts().account_named(name)));
    if (!found)
        throw std::runtime_error(
            "nobody here is called " + ops::escaped(name) + "; see `latchkey user list`"
        );
    return *std::move(found);
}

identity::Role role_named(const std::string& role) {
    const auto named = identity::parse_role(role);
    if (!named) throw std::runtime_error("a role is person or admin, not " + ops::escaped(role));
    return *named;
}

}  // namespace

void user_add(
    const std::filesystem::path& data,
    const std::string& name,
    const std::string& role,
    bool password_from_stdin
) {
    const identity::Role wanted = role_named(role);
    UserDesk desk(data);
    const std::string valid = demand(identity::valid_name(name));
    if (demand(run_now(desk.database.accounts().account_named(valid)))) {
        throw std::runtime_error(
            valid + " has an account; change its password with `latchkey user passwd`"
        );
    }
    Secret password = ask_password(password_from_stdin);
    const auto account =
        demand(run_now(desk.accounts.add(valid, std::move(password), wanted, wall_clock_now())));
    say("added " + account.name);
}

void user_list(const std::filesystem::path& data) {
    require_database(data);
    UserDesk desk(data);
    for (const identity::Account& account : demand(run_now(desk.database.accounts().accounts()))) {
        say(account.name + '\t' + (account.disabled ? "disabled" : "active") + '\t' +
            date_of(account.created_at) + '\t' + std::string(to_string(account.role)));
    }
}

void user_passwd(
    const std::filesystem::path& data, const std::string& name, bool password_from_stdin
) {
    require_database(data);
    UserDesk desk(data);
    const auto account = account_named(desk, name);
    demand(run_now(
        desk.accounts.set_password(account.id, ask_password(password_from_stdin), wall_clock_now())
    ));
    say("changed the password of " + account.name + " and ended every session");
}

void user_set_disabled(const std::filesystem::path& data, const std::string& name, bool disabled) {
    require_database(data);
    UserDesk desk(data);
    const auto account = account_named(desk, name);
    demand(run_now(desk.accounts.set_disabled(account.id, disabled, wall_clock_now())));
    say(disabled ? "disabled " + account.name + " and ended every session"
                 : "enabled " + account.name);
}

void user_set_role(
    const std::filesystem::path& data, const std::string& name, const std::string& role
) {
    const identity::Role wanted = role_named(role);
    require_database(data);
    UserDesk desk(data);
    const auto account = account_named(desk, name);
    demand(run_now(desk.database.accounts().set_role(account.id, wanted, wall_clock_now())));
    say(account.name + " is " + (wanted == identity::Role::admin ? "an administrator" : "a person")
    );
}

void user_passkeys(const std::filesystem::path& data, const std::string& name) {
    require_database(data);
    UserDesk desk(data);
    const auto account = account_named(desk, name);
    for (const auto& passkey : demand(run_now(desk.database.passkeys().passkeys_of(account.id)))) {
        const std::string used = passkey.used_at ? date_of(*passkey.used_at) : "-";
        say(ops::escaped(passkey.name) + '\t' + date_of(passkey.created_at) + '\t' + used);
    }
}

void user_recovery_codes(const std::filesystem::path& data, const std::string& name) {
    require_database(data);
    UserDesk desk(data);
    const auto account = account_named(desk, name);
    identity::Recovery recovery(
        desk.database.accounts(), desk.database.recovery(), desk.sessions, crypto::system_random
    );
    for (const std::string& code : demand(run_now(recovery.renew(account.id, wall_clock_now())))) {
        say(code);
    }
    std::fputs(
        "Each of these signs in once. They are shown this once; older ones have ended.\n", stderr
    );
}

void user_remove(const std::filesystem::path& data, const std::string& name) {
    require_database(data);
    UserDesk desk(data);
    const auto account = account_named(desk, name);
    demand(run_now(desk.accounts.remove(account.id, wall_clock_now())));
    say("removed " + account.name + " and everything of it but the audit log");
}

}  // namespace latchkey
