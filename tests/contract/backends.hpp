/// The backends that every contract test runs against.
#pragma once

#include "contract/fresh_directory.hpp"
#include "store/database.hpp"

#include <gtest/gtest.h>

namespace latchkey {

/// SQLite in a directory of its own.
struct SqliteBackend {
    FreshDirectory directory;
    store::Database database{directory.path()};

    login::LoginStore& logins() { return database.logins(); }
    identity::AccountStore& accounts() { return database.accounts(); }
    identity::SessionStore& sessions() { return database.sessions(); }
    identity::PasskeyStore& passkeys() { return database.passkeys(); }
    identity::InvitationStore& invitations() { return database.invitations(); }
    identity::RecoveryStore& recovery() { return database.recovery(); }
    login::ClientStore& clients() { return database.clients(); }
};

}  // namespace latchkey
