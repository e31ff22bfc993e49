/// What approvals ask of people's passkeys, over `identity`.
#pragma once

#include "identity/passkeys.hpp"
#include "login/ports.hpp"

#include <string>

namespace latchkey {

/// `public_url`, when it is not empty, is the only address with passkeys.
login::PasskeyServerOf passkey_server_of(std::string public_url);

/// These two: `passkeys` must outlive what is returned.
login::PasskeysOf passkeys_of(identity::Passkeys& passkeys);
login::CheckerOf checker_of(identity::Passkeys& passkeys, std::string public_url);

}  // namespace latchkey
