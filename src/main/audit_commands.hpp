/// The audit log, for whoever runs the server. They work beside a running server, on the same
/// database.
#pragma once

#include "main/desk.hpp"

#include <filesystem>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace latchkey {

/// Both throw `std::runtime_error` that says what is wrong, and refuse a data directory without a
/// database.

struct AuditShown {
    bool follow = false;  ///< go on with new events, until the process is ended
    bool json = false;    ///< one JSON object a line
};
/// Prints every event, the oldest first.
void audit_show(const std::filesystem::path& data, AuditShown how);
/// Prints how many events there are, all of them intact, and the hash of the last one; throws when
/// they are not.
void audit_verify(const std::filesystem::path& data);
/// One JSON object a line for every event, then one for the end, to standard output or to a new
/// file that only its owner reads. Whoever checks it needs nothing of ours: docs/audit.md.
void audit_export(const std::filesystem::path& data, const std::string& file);

/// `audit …` on the command line. Must outlive the parsing.
class AuditCommands {
 public:
    /// The chosen command becomes `act`.
    void add_to(CLI::App& app, Act& act);

 private:
    ops::Flags flags_;
    AuditShown how_;
    std::string out_;
};

}  // namespace latchkey
