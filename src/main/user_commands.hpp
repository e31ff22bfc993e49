/// The accounts, for whoever runs the server. They work beside a running server, on the same
/// database.
#pragma once

#include <filesystem>
#include <string>

namespace latchkey {

/// Each prints what it did to standard output, and throws `std::runtime_error` that says why it
/// could not and what would do. All but `user_add` refuse a data directory without a database.

/// Makes the data directory and the database where they are missing. `role` is `person` or `admin`.
void user_add(
    const std::filesystem::path& data,
    const std::string& name,
    const std::string& role,
    bool password_from_stdin
);
/// One line for each account, by name: name, `active` or `disabled`, since when, and `person` or
/// `admin`, apart by tabs.
void user_list(const std::filesystem::path& data);
/// Also ends every session of the account.
void user_passwd(
    const std::filesystem::path& data, const std::string& name, bool password_from_stdin
);
/// Disabling also ends every session of the account.
void user_set_disabled(const std::filesystem::path& data, const std::string& name, bool disabled);
/// `person` or `admin`; the last administrator stays one. Also ends every session of the account.
void user_set_role(
    const std::filesystem::path& data, const std::string& name, const std::string& role
);
/// One line for each passkey, the newest first: name, since when, and when it was used last or `-`,
/// apart by tabs.
void user_passkeys(const std::filesystem::path& data, const std::string& name);
/// New recovery codes, one a line, in place of those that the account had. They are shown this
/// once.
void user_recovery_codes(const std::filesystem::path& data, const std::string& name);
/// With everything that is stored of it but the audit log; the last administrator stays.
void user_remove(const std::filesystem::path& data, const std::string& name);

}  // namespace latchkey
