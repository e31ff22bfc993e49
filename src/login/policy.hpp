/// How a phone must confirm, as a rule.
#pragma once

#include "base/time.hpp"

#include <cstdint>

namespace latchkey::login {

/// What the operator has set for the logins of one client. A plain value; its numbers are stored.
struct ClientPolicy {
    /// How the phone confirms.
    enum class Confirm : std::uint8_t {
        automatic,  ///< the account's passkey; without one a tap where network or browser is
                    ///< known, else the number
        tap,        ///< also for accounts with a passkey
        number,     ///< always the number that the browser shows, beside the passkey
        passkey,    ///< nobody without one
    };
    /// Which browsers may ask.
    enum class Browsers : std::uint8_t {
        any,
        known,  ///< only those that collected a login of this account before
    };
    /// What becomes of a browser that is in another network than the phone.
    enum class Network : std::uint8_t {
        warn,
        number,  ///< it wants the number
        refuse,
    };

    Confirm confirm = Confirm::automatic;
    Browsers browsers = Browsers::any;
    Network network = Network::warn;
    /// A phone whose session is younger must type the number.
    seconds phone_session_age_min{0};

    friend bool operator==(const ClientPolicy&, const ClientPolicy&) = default;
};

}  // namespace latchkey::login
