/// Invitations, for whoever runs the server. They work beside a running server, on the same
/// database.
#pragma once

#include "base/time.hpp"
#include "main/desk.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace latchkey {

/// How long an invitation is good unless something else is said, and at most.
inline constexpr std::int64_t invitation_hours = 72;
inline constexpr std::int64_t invitation_hours_max = std::int64_t{24} * 90;

/// What is said of an invitation.
struct WantedInvitation {
    std::string role = "person";
    std::int64_t hours = invitation_hours;
};

/// Each prints what it did to standard output, and throws `std::runtime_error` that says why it
/// could not and what would do.

/// Prints the link, alone in its line, and its QR. Makes the data directory and the database where
/// they are missing. Throws when `settings` name no address that a browser could open, or close
/// sign-up.
void invite(const ops::Settings& settings, const WantedInvitation& wanted);
/// One line for each that is good, the newest first: id, role, hours left; apart by tabs.
void invite_list(const std::filesystem::path& data);
/// By the id that the list shows.
void invite_revoke(const std::filesystem::path& data, const std::string& id);

/// `invite …` on the command line. Must outlive the parsing.
class InviteCommands {
 public:
    /// The chosen command becomes `act`.
    void add_to(CLI::App& app, Act& act);

 private:
    ops::Flags flags_;
    ops::Flags others_flags_;
    WantedInvitation wanted_;
    std::string id_;
};

}  // namespace latchkey
