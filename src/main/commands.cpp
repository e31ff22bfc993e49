#include "main/commands.hpp"

#include "main/audit_commands.hpp"
#include "main/client_commands.hpp"
#include "main/desk.hpp"
#include "main/invite_commands.hpp"
#include "main/key_commands.hpp"
#include "main/serve.hpp"
#include "main/user_commands.hpp"
#include "net/tls.hpp"
#include "ops/flags.hpp"
#include "ops/keys.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace latchkey {
namespace {

constexpr const char* footer =
    "Exit codes: 0 done (serve: drained), 1 the configuration has faults or the work failed, 2 "
    "wrong usage.\n"
    "Every flag of serve can also stand in the TOML file and in a variable: --log-level is "
    "log_level and\n"
    "LATCHKEY_LOG_LEVEL. Flags win over variables, variables over the file.";

bool readable(ops::Loaded& loaded, std::string_view key, const std::string& file) {
    if (access(file.c_str(), R_OK) == 0) return true;
    loaded.faults.push_back(
        {std::string(key),
         file,
         "cannot be read",
         "a PEM file that the user who runs latchkey may read"}
    );
    return false;
}

/// What only this machine can tell of settings that are good in themselves.
void check_files(ops::Loaded& loaded) {
    const std::string& certificate = loaded.settings.tls_cert;
    const std::string& key = loaded.settings.tls_key;
    const bool certificate_there =
        !certificate.empty() && readable(loaded, "tls_cert", certificate);
    const bool key_there = !key.empty() && readable(loaded, "tls_key", key);
    if (!certificate_there || !key_there) return;
    try {
        const net::TlsContext both(certificate, key);
    } catch (const std::runtime_error& error) {
        const std::string_view problem = error.what();
        const bool of_key = problem.starts_with("the TLS key");
        loaded.faults.push_back(
            {of_key ? "tls_key" : "tls_cert",
             of_key ? key : certificate,
             "is no good: " + std::string(problem),
             of_key ? "the PEM file with the private key of that certificate, without a pass phrase"
                    : "a PEM file with the certificate and those that vouch for it"}
        );
    }
}

/// The command line as a tree of commands, and what the chosen one is to do.
class CommandLine {
 public:
    CommandLine() {
        app_.set_version_flag("--version", std::string("latchkey ") + LATCHKEY_VERSION);
        app_.require_subcommand(1);
        app_.footer(footer);
        app_.get_formatter()->column_width(44);
        add_serve();
        add_check_config();
        add_user();
        invite_commands_.add_to(app_, act_);
        add_key();
        client_commands_.add_to(app_, act_);
        audit_commands_.add_to(app_, act_);
    }

    int run(int argc, const char* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::Success& asked) {
            return app_.exit(asked);  // help or version
        } catch (const CLI::ParseError& wrong) {
            app_.exit(wrong);
            suggest();
            return exit_code::usage;
        }
        return act_();
    }

 private:
    void add_serve() {
        auto* command =
            app_.add_subcommand("serve", "Serves browsers and phones, in the foreground.");
        serve_flags_.add_to(*command);
        command->callback([this] {
            act_ = [this] {
                const ops::Loaded loaded = load_with_files(serve_flags_);
                if (!loaded.faults.empty()) return fail(loaded);
                serve(loaded.settings, loaded.warnings);
                return exit_code::done;
            };
        });
    }

    void add_check_config() {
        auto* command = app_.add_subcommand(
            "check-config",
            "Prints the settings that would hold and where each comes from, or every fault."
        );
        command->add_flag(
            "--example", example_, "Prints a file with every key, its help and its default instead."
        );
        check_flags_.add_to(*command);
        command->callback([this] {
            act_ = [this] {
                if (example_) {
                    std::fputs(ops::example_toml().c_str(), stdout);
                    return exit_code::done;
                }
                const ops::Loaded loaded = load_with_files(check_flags_);
                for (const std::string& warning : loaded.warnings) {
                    std::fprintf(stderr, "warning: %s\n", warning.c_str());
                }
                if (!loaded.faults.empty()) return fail(loaded);
                std::fputs(ops::as_toml(loaded.effective).c_str(), stdout);
                return exit_code::done;
            };
        });
    }

    void add_user() {
        auto* user = app_.add_subcommand("user", "Accounts; works beside a running server.");
        user->require_subcommand(1);
        auto* add =
            add_user_command(*user, "add", "Makes an account.", true, [this](const auto& data) {
                user_add(data, name_, role_, password_stdin_);
            });
        add->add_option("--role", role_, "person, or admin: may open /admin. [person]")
            ->check(CLI::IsMember({"person", "admin"}))
            ->type_name("ROLE");
        add_user_command(
            *user,
            "list",
            "Lists accounts: name, state, since when, role; apart by tabs.",
            false,
            user_list
        );
        add_user_command(
            *user,
            "passwd",
            "Changes a password and ends every session.",
            true,
            [this](const auto& data) { user_passwd(data, name_, password_stdin_); }
        );
        auto* role = add_user_command(
            *user,
            "role",
            "Makes somebody an administrator, or a person again; ends every session.",
            false,
            [this](const auto& data) { user_set_role(data, name_, role_); }
        );
        role->add_option("NAME", name_, "Whose account; case does not matter.")->required();
        role->add_option("ROLE", role_, "person or admin.")
            ->required()
            ->check(CLI::IsMember({"person", "admin"}))
            ->type_name("ROLE");
        add_of_one_user(*user);
        const char* disable = "Keeps somebody from signing in and ends every session.";
        for (const bool off : {true, false}) {
            auto* command = add_user_command(
                *user,
                off ? "disable" : "enable",
                off ? disable : "Lets somebody sign in again.",
                false,
                [this, off](const auto& data) { user_set_disabled(data, name_, off); }
            );
            command->add_option("NAME", name_, "Whose account; case does not matter.")->required();
        }
    }

    void add_of_one_user(CLI::App& user) {
        struct OfOne {
            const char* name;
            const char* help;
            void (*work)(const std::filesystem::path&, const std::string&);
        };
        for (const OfOne& one : {
                 OfOne{
                     "passkeys",
                     "Lists passkeys: name, since when, last used; apart by tabs.",
                     user_passkeys
                 },
                 OfOne{
                     "recovery-codes",
                     "Prints new recovery codes, each for one sign-in; older ones end.",
                     user_recovery_codes
                 },
                 OfOne{
                     "remove",
                     "Removes an account and everything of it but the audit log.",
                     user_remove
                 },
             }) {
            auto* command = add_user_command(
                user,
                one.name,
                one.help,
                false,
                [this, work = one.work](const auto& data) { work(data, name_); }
            );
            command->add_option("NAME", name_, "Whose account; case does not matter.")->required();
        }
    }

    void add_key() {
        auto* key = app_.add_subcommand("key", "Sealing keys; works beside a running server.");
        key->require_subcommand(1);
        add_user_command(
            *key,
            "rotate",
            "Adds a key that seals from now on and drops those that are of no use any more.",
            false,
            key_rotate
        );
        add_user_command(
            *key, "list", "Lists keys: id, state, age; apart by tabs.", false, key_list
        );
    }

    CLI::App* add_user_command(
        CLI::App& user,
        const std::string& name,
        const std::string& help,
        bool takes_password,
        std::function<void(const std::filesystem::path& data)> work
    ) {
        auto* command = user.add_subcommand(name, help);
        if (takes_password) {
            command->add_option("NAME", name_, "Whose account; 1 to 64 characters.")->required();
            command->add_flag(
                "--password-stdin",
                password_stdin_,
                "Reads the password from the first line of standard input; without, asks on the "
                "terminal."
            );
        }
        user_flags_.add_to(*command, {"data"});
        command->callback([this, work = std::move(work)] { act_ = on_data(user_flags_, work); });
        return command;
    }

    static ops::Loaded load_with_files(const ops::Flags& flags) {
        ops::Loaded loaded = ops::load(flags.sources());
        check_files(loaded);
        return loaded;
    }

    /// For a flag that nobody knows, the one that was probably meant.
    void suggest() const {
        std::vector<std::string> names{
            "--config",
            "--data",
            "--password-stdin",
            "--redirect",
            "--confirm",
            "--browsers",
            "--network",
            "--phone-session-age",
            "--classic",
            "--role",
            "--hours",
            "--follow",
            "--json"
        };
        for (const ops::Key& key : ops::keys()) names.push_back(ops::flag_of(key));
        for (const std::string& wrong : app_.remaining(true)) {
            const std::string near = ops::nearest(wrong.substr(0, wrong.find('=')), names);
            if (!near.empty()) std::fprintf(stderr, "Was %s meant?\n", near.c_str());
        }
    }

    CLI::App app_{"Signs people in to a page when they scan its code with a phone.", "latchkey"};
    ops::Flags serve_flags_;
    ops::Flags check_flags_;
    ops::Flags user_flags_;
    ClientCommands client_commands_;
    AuditCommands audit_commands_;
    InviteCommands invite_commands_;
    std::string name_;
    std::string role_ = "person";
    bool password_stdin_ = false;
    bool example_ = false;
    Act act_;
};

}  // namespace

int run_command(int argc, const char* const* argv) noexcept {
    try {
        return CommandLine().run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "latchkey: %s\n", error.what());
        return exit_code::failed;
    }
}

}  // namespace latchkey
