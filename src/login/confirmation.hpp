/// How the phone must confirm a login, by what is known of phone and browser: a rule, and nothing
/// but a rule.
#pragma once

#include "base/address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "login/login.hpp"
#include "login/policy.hpp"

#include <cstdint>
#include <string_view>

namespace latchkey::login {

/// Whether phone and browser come from one public network.
enum class Network : std::uint8_t { unknown, same, different };
std::string_view to_string(Network network);
/// How many leading bits two addresses of one network have in common: by default all of IPv4, where
/// one household has one address, and the /64 of IPv6 that it has there.
struct SameNetwork {
    unsigned ipv4_bits = 32;
    unsigned ipv6_bits = 64;
};
/// An IPv4 and an IPv6 address are never of one network. Pure.
Network network_of(const IpAddress& browser, const IpAddress& phone, const SameNetwork& same);

/// How long a denial makes an account's next logins want the number.
inline constexpr seconds denial_remembered{600};

/// Whether the account that scans has a passkey.
enum class HasPasskey : std::uint8_t {
    no,
    yes,
    elsewhere,  ///< yes, but at the address that the phone uses none works, though there is one
                ///< where it would
    nowhere,    ///< yes, but at the address that the phone uses none works, and it is not known
                ///< where it would
};

/// What is known of a login when it is scanned.
struct Signals {
    Network network = Network::unknown;
    bool browser_known = false;  ///< it has collected a login of this account before
    seconds phone_session_age{0};
    bool denied_recently = false;  ///< a login of this account, within `denial_remembered`
    bool typed = false;            ///< the code was typed, not scanned: it does not move
    HasPasskey passkey = HasPasskey::no;
    bool seen = true;  ///< a live page told what it is; else nothing is known of it
};

/// How the phone must confirm. The strictest rule that applies wins: whoever has a passkey signs,
/// and types the number as well where others would type it. Errors: `unknown_browser`,
/// `different_network`, `passkey_needed`, `passkey_elsewhere`. Pure.
[[nodiscard]] Result<Confirm> required(const Signals& signals, const ClientPolicy& policy);

}  // namespace latchkey::login
