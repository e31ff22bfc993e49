#include "main/audit_commands.hpp"

#include "base/encoding.hpp"
#include "main/audit_lines.hpp"
#include "main/run_now.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <thread>

namespace latchkey {
namespace {

/// How often `--follow` looks for new events.
constexpr milliseconds look_again_after{500};

}  // namespace

void audit_show(const std::filesystem::path& data, AuditShown how) {
    require_database(data);
    store::Database database(data, command_limits());
    std::int64_t last = 0;
    for (;;) {
        const auto piece = demand(run_now(database.audit().after(last)));
        for (const store::AuditEntry& entry : piece.entries) {
            say(how.json ? audit_json(entry) : audit_line(entry));
            last = entry.row.number;
        }
        if (std::fflush(stdout) != 0) throw std::runtime_error("standard output is closed");
        if (piece.broken) {
            throw std::runtime_error(
                "event " + std::to_string(*piece.broken) +
                " is not as it was written; see `latchkey audit verify`"
            );
        }
        if (!piece.entries.empty()) continue;
        if (!how.follow) return;
        std::this_thread::sleep_for(look_again_after);
    }
}

void audit_verify(const std::filesystem::path& data) {
    require_database(data);
    store::Database database(data, command_limits());
    const store::AuditVerdict verdict = demand(run_now(database.audit().verify()));
    if (verdict.fault) throw std::runtime_error(verdict_line(verdict));
    say(verdict_line(verdict));
    say("hash\t" + hex(verdict.hash.view()));
}

void AuditCommands::add_to(CLI::App& app, Act& act) {
    auto* audit = app.add_subcommand(
        "audit", "Prints who did what: time, kind, account, login, client, address; apart by tabs."
    );
    audit->add_flag("--follow", how_.follow, "Goes on with what happens, until Ctrl-C.");
    audit->add_flag("--json", how_.json, "One JSON object a line, with everything that is kept.");
    flags_.add_to(*audit, {"data"});
    auto* verify = audit->add_subcommand(
        "verify", "Says whether the log is whole, or names the first event that is not."
    );
    flags_.add_to(*verify, {"data"});
    verify->callback([this, &act] { act = on_data(flags_, audit_verify); });
    audit->callback([this, &act, verify] {
        if (verify->parsed()) return;
        act = on_data(flags_, [this](const auto& data) { audit_show(data, how_); });
    });
}

}  // namespace latchkey
