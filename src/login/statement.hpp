/// What a phone's passkey signs when it approves: the login as it was shown. Pure.
#pragma once

#include "login/login.hpp"

#include <string>
#include <string_view>

namespace latchkey::login {

/// The facts that the row of a login does not have.
struct Statement {
    std::string_view server;       ///< the RP ID: the host that the phone's page was from
    std::string_view client_id;    ///< empty: this installation itself
    std::string_view client_name;  ///< as the phone shows it
    std::string_view account_name;
};

/// One line for each fact in a fixed order, `name: value`, each ended by a line feed, after the
/// line `latchkey approval v1`. In values a backslash is `\\` and a control character `\u00XX`, so
/// no value can look like a line and no two different logins have one text. docs/audit.md is its
/// specification; the page makes the same text of what it shows (`web/src/phone/statement.ts`).
std::string statement_of(const Login& login, const Statement& more);

}  // namespace latchkey::login
