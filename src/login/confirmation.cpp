#include "login/confirmation.hpp"

namespace latchkey::login {
namespace {

/// What stands before the bits of an IPv4 address that is mapped into IPv6.
constexpr unsigned v4_mapped_bits = 96;

/// Whether a tap is not enough, whatever is known of the browser.
bool is_strict(const Signals& signals, const ClientPolicy& policy) {
    if (policy.confirm == ClientPolicy::Confirm::number) return true;
    // A passkey that cannot be shown here is no reason to ask for less.
    if (signals.passkey == HasPasskey::nowhere) return true;
    if (signals.typed || !signals.seen || signals.denied_recently) return true;
    if (signals.phone_session_age < policy.phone_session_age_min) return true;
    return policy.network == ClientPolicy::Network::number && signals.network != Network::same;
}

}  // namespace

std::string_view to_string(Network network) {
    switch (network) {
        case Network::unknown:
            return "unknown";
        case Network::same:
            return "same";
        case Network::different:
            return "different";
    }
    return "unknown";
}

Network network_of(const IpAddress& browser, const IpAddress& phone, const SameNetwork& same) {
    if (browser.is_unspecified() || phone.is_unspecified()) return Network::unknown;
    // An IPv4 address is one of IPv6, too, near `::1`.
    if (browser.is_v4() != phone.is_v4()) return Network::different;
    const IpNetwork around{
        browser, browser.is_v4() ? v4_mapped_bits + same.ipv4_bits : same.ipv6_bits
    };
    return around.contains(phone) ? Network::same : Network::different;
}

Result<Confirm> required(const Signals& signals, const ClientPolicy& policy) {
    if (policy.browsers == ClientPolicy::Browsers::known && !signals.browser_known) {
        return Errc::unknown_browser;
    }
    if (policy.network == ClientPolicy::Network::refuse && signals.network != Network::same) {
        return Errc::different_network;
    }
    const bool at_hand = signals.passkey == HasPasskey::yes;
    const bool demanded = policy.confirm == ClientPolicy::Confirm::passkey;
    if (demanded && signals.passkey == HasPasskey::no) return Errc::passkey_needed;
    if (demanded && !at_hand) return Errc::passkey_elsewhere;
    const bool tap_will_do = policy.confirm == ClientPolicy::Confirm::tap;
    if (signals.passkey == HasPasskey::elsewhere && !tap_will_do) return Errc::passkey_elsewhere;

    const bool familiar = signals.network == Network::same || signals.browser_known;
    const bool number = is_strict(signals, policy) || (!familiar && !tap_will_do);
    if (!at_hand || tap_will_do) return number ? Confirm::number : Confirm::tap;
    return number ? Confirm::passkey_and_number : Confirm::passkey;
}

}  // namespace latchkey::login
