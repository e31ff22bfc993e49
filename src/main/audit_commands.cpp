#include "main/audit_commands.hpp"

#include "base/encoding.hpp"
#include "main/audit_lines.hpp"
#include "main/run_now.hpp"
#include "ops/log_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <system_error>
#include <thread>

namespace latchkey {
namespace {

/// How often `--follow` looks for new events.
constexpr milliseconds look_again_after{500};

[[noreturn]] void refuse_broken(std::int64_t number) {
    throw std::runtime_error(
        "event " + std::to_string(number) + " is not as it was written; see `latchkey audit verify`"
    );
}

/// Standard output, or a new file.
class Output {
 public:
    /// Throws when there is a file already, or it cannot be made.
    explicit Output(const std::string& file) : name_(file) {
        if (file.empty()) return;
        const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor < 0) fail();
        opened_.reset(fdopen(descriptor, "w"));
    }
    void line(const std::string& text) const {
        std::fputs(text.c_str(), stream());
        std::fputc('\n', stream());
    }
    /// Throws when not all of it was written.
    void finish() const {
        if (std::fflush(stream()) != 0 || std::ferror(stream()) != 0) fail();
    }

 private:
    struct Close {
        void operator()(std::FILE* stream) const { std::fclose(stream); }
    };
    std::FILE* stream() const { return opened_ ? opened_.get() : stdout; }
    [[noreturn]] void fail() const {
        const std::string what = name_.empty() ? "standard output" : ops::escaped(name_);
        throw std::runtime_error(
            what + " cannot be written: " + std::generic_category().message(errno)
        );
    }

    std::string name_;
    std::unique_ptr<std::FILE, Close> opened_;
};

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
        if (piece.broken) refuse_broken(*piece.broken);
        if (!piece.entries.empty()) continue;
        if (!how.follow) return;
        std::this_thread::sleep_for(look_again_after);
    }
}

void audit_export(const std::filesystem::path& data, const std::string& file) {
    require_database(data);
    store::Database database(data, command_limits());
    const Output out(file);
    std::int64_t last = 0;
    crypto::Sha256 hash;
    for (;;) {
        const auto piece =
            demand(run_now(database.audit().after(last, store::AuditLog::Evidence::included)));
        for (const store::AuditEntry& entry : piece.entries) {
            out.line(exported_line(entry));
            last = entry.row.number;
            hash = entry.row.hash;
        }
        if (piece.broken) refuse_broken(*piece.broken);
        if (piece.entries.empty()) break;
    }
    out.line(export_end(last, hash));
    out.finish();
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
    auto* exported = audit->add_subcommand(
        "export", "Writes every event with its evidence, for another program to check."
    );
    exported->add_option("--out", out_, "A new file. [standard output]")->type_name("FILE");
    flags_.add_to(*exported, {"data"});
    exported->callback([this, &act] {
        act = on_data(flags_, [this](const auto& data) { audit_export(data, out_); });
    });
    audit->callback([this, &act, verify, exported] {
        if (verify->parsed() || exported->parsed()) return;
        act = on_data(flags_, [this](const auto& data) { audit_show(data, how_); });
    });
}

}  // namespace latchkey
