/// What other rooms ask of people's sessions, over `identity`.
#pragma once

#include "identity/challenges.hpp"
#include "identity/sessions.hpp"
#include "login/ports.hpp"

#include <functional>

namespace latchkey {

/// Who sent a request, by its session cookie. `sessions` must outlive what is returned.
login::Authenticate authenticate(identity::Sessions& sessions, Clock clock);

/// The session that a collected login gives its browser. `sessions` must outlive what is returned.
login::MintSession mint_session(const identity::Sessions& sessions);

/// The keys of the challenges of passkeys: those of the codes, for another purpose. `keys` must
/// outlive what is returned.
identity::ChallengeKeys challenge_keys(const login::SealingKeys& keys);

/// When a session that a login gave began. `sessions` must outlive what is returned.
login::SessionBegan session_began(identity::Sessions& sessions);

/// A session that a collected login has replaced. `sessions` must outlive what is returned.
login::ForgetSession forget_session(identity::Sessions& sessions);

/// Whether somebody is signed in, for the pages; an error of the store counts as no.
std::function<Async<bool>(const net::Request&)> signed_in(
    identity::Sessions& sessions, Clock clock
);

/// Names for the page that shows who scanned. `accounts` must outlive what is returned.
login::AccountName account_name(identity::AccountStore& accounts);

}  // namespace latchkey
