/// The challenges of passkeys: random, of one ceremony, for a few minutes, used once. Nothing is
/// stored of one that nobody answers.
#pragma once

#include "base/random.hpp"
#include "identity/identity.hpp"
#include "identity/passkey.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace latchkey::identity {

/// How long a person may take with the browser's own window.
inline constexpr seconds challenge_life{300};

/// Keys that other nodes have, too, and that rotate.
struct ChallengeKeys {
    std::function<std::uint8_t()> current;
    /// Nothing when there is no such key any more.
    std::function<std::optional<crypto::Mac>(std::uint8_t key_id, ByteView text)> mac;
};

enum class Ceremony : std::uint8_t {
    sign_in = 1,
    registration,  ///< of one more passkey
    joining,       ///< of the first one of an account that is to be
};

/// What a challenge is good for, and nothing else.
struct ChallengeFor {
    Ceremony ceremony = Ceremony::sign_in;
    AccountId account{};  ///< whose passkey it will be; zeros: whoever signs in
    SessionId session{};  ///< the session in which it is added; zeros: none yet
    std::optional<crypto::Sha256> invitation{};  ///< by which its person joins
};

/// 32 bytes: key id (1), made (4, seconds since 1970, big-endian), random (11), MAC (16) over all
/// of this and what it is for. That it is used once is the store's to see to: it keeps what was
/// spent
/// (`SpentChallenge`) until it is too old. Thread-safe.
class Challenges {
 public:
    static constexpr std::size_t size = 32;

    Challenges(ChallengeKeys keys, Random random)
        : keys_(std::move(keys)), random_(std::move(random)) {}

    Octets make(const ChallengeFor& purpose, Time now) const;
    /// What is to be spent with it. Errors: `challenge_expired`, also for one that is forged or of
    /// another purpose: whoever has it needs another.
    Result<SpentChallenge> open(ByteView challenge, const ChallengeFor& purpose, Time now) const;

 private:
    std::optional<crypto::Mac> mac_of(ByteView front, const ChallengeFor& purpose) const;

    const ChallengeKeys keys_;
    const Random random_;
};

}  // namespace latchkey::identity
