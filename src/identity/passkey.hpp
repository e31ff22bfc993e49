/// A passkey as its owner knows it, and the challenges that are used once.
#pragma once

#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "identity/webauthn.hpp"

#include <optional>
#include <string>

namespace latchkey::identity {

/// How many an account may have.
inline constexpr std::size_t passkeys_max = 20;

using CredentialId = Octets;

struct Passkey {
    Credential credential;
    std::string transports;  ///< as its browser told them, with a space between; for the browser
    std::string name;        ///< as its owner calls it
    Time created_at;
    std::optional<Time> used_at{};  ///< none: never yet

    friend bool operator==(const Passkey&, const Passkey&) = default;
};

/// What is stored of a challenge so that it is never used again, until it is too old anyway.
struct SpentChallenge {
    crypto::Sha256 hash;
    Time expires_at;
};

}  // namespace latchkey::identity
