/// How people come to have an account: the one-time link of the first run, an invitation, or a site
/// that is open to everybody.
#pragma once

#include "identity/accounts.hpp"
#include "identity/passkeys.hpp"
#include "identity/ports.hpp"
#include "identity/sessions.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::identity {

struct InvitationTokenTag;
/// What a link ends with, in base64url. Secret; its hash alone is kept.
using InvitationToken = Bytes<InvitationTokenTag, 32>;

/// An invitation that is not stored yet, and what its link ends with.
struct MintedInvitation {
    std::string token;
    Invitation invitation;
};
MintedInvitation mint_invitation(const Random& random, Role role, seconds life, Time now);

/// The hash of a link's token; nothing for a text that no link of ours ends with.
std::optional<crypto::Sha256> invitation_hash(std::string_view token);

/// All must outlive what uses them.
struct JoiningParts {
    AccountStore& store;
    InvitationStore& invitations;
    Accounts& accounts;
    Sessions& sessions;
    Passkeys& passkeys;
    AccountRules rules;
    Random random;
};

/// A link is good until an account was made with it. A mistake on the way (a name that is taken, a
/// passkey that was refused) does not use it up. Everything may answer `unavailable`. Thread-safe.
class Joining {
 public:
    explicit Joining(JoiningParts parts) : parts_(std::move(parts)) {}

    /// Makes the token (43 characters) of the link for the first account, which administers; an
    /// older one is void. It lives in this process alone. To be called at start while there is no
    /// account; good until there is one, however that came about.
    std::string open_setup();
    bool setup_is_open() const;

    /// Whether that token lets somebody make an account; an empty one: as everybody may. Errors:
    /// `sign_up_closed`, `invitation_unknown`.
    Async<Result<Admission>> admit(std::string token, Time now);

    /// What a browser makes the first passkey from, for an account that is to be.
    struct Begun {
        Account account;
        Octets challenge;
    };
    /// Changes nothing. Errors: as `admit`; `invalid_name`, `name_taken`.
    Async<Result<Begun>> begin(std::string token, std::string name, Time now);

    /// Whether an account could have that name, as it is now. Errors: `invalid_name`, `name_taken`.
    Async<Result<void>> is_free(std::string name);

    struct Done {
        Account account;
        Minted minted;
        Admission admission;
    };
    /// Errors: as `admit`; `passwords_off`, `invalid_name`, `weak_password`, `name_taken`, `busy`.
    Async<Result<Done>> with_password(
        std::string token, std::string name, Secret password, Visitor visitor, Time now
    );
    struct SentPasskey {
        AccountId account;  ///< that `begin` gave
        SentRegistration registration;
        std::string name;  ///< of the passkey
        RelyingParty relying_party;
    };
    /// Errors: as `admit`; `invalid_name`, `name_taken`, `challenge_expired`, `passkey_refused`,
    /// `passkey_known`.
    Async<Result<Done>> with_passkey(
        std::string token, std::string name, SentPasskey sent, Visitor visitor, Time now
    );

 private:
    void close_setup();
    bool is_setup(const crypto::Sha256& hash) const;
    Async<Result<Done>> found(NewAccount wanted, Minted minted, Admission admission);

    const JoiningParts parts_;
    mutable std::mutex mutex_;
    std::optional<crypto::Sha256> setup_hash_;
};

}  // namespace latchkey::identity
