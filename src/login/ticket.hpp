/// What a page gives its application, to tell who approved.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <cstdint>
#include <string>

namespace latchkey::login {

/// How long a ticket is good for.
inline constexpr seconds ticket_life{60};

/// What is stored of a ticket: good once, for its client alone. The ticket itself is 32 random
/// bytes, of which only the hash is here.
struct Ticket {
    crypto::Sha256 hash;
    std::uint32_t client = 0;
    LoginId login;
    AccountId account;    ///< all zero when a client's backend approved
    std::string user_id;  ///< as the client knows the user
    std::string user_name;
    std::string browser;  ///< as `Chrome`
    std::string system;   ///< as `Windows`
    std::string address;
    Time approved_at;
    Time expires_at;

    friend bool operator==(const Ticket&, const Ticket&) = default;
};

}  // namespace latchkey::login
