#include "login/confirmation.hpp"

#include "login/examples.hpp"

#include <gtest/gtest.h>

namespace latchkey::login {
namespace {

using namespace std::chrono_literals;
using Policy = ClientPolicy;

IpAddress address(std::string_view text) {
    return parse_ip(text).value();
}

Signals from_the_same_network() {
    return {.network = Network::same, .phone_session_age = 3600s};
}
Signals from_afar() {
    return {.network = Network::different, .phone_session_age = 3600s};
}

TEST(NetworkOf, IsTheSameForOneIPv4AddressAndOneIPv6Prefix) {
    const auto of = [](std::string_view browser, std::string_view phone) {
        return network_of(address(browser), address(phone), {});
    };
    EXPECT_EQ(of("203.0.113.7", "203.0.113.7"), Network::same);
    EXPECT_EQ(of("203.0.113.7", "203.0.113.8"), Network::different);
    EXPECT_EQ(of("2001:db8:1:2::7", "2001:db8:1:2:ffff::1"), Network::same);
    EXPECT_EQ(of("2001:db8:1:2::7", "2001:db8:1:3::7"), Network::different);
    EXPECT_EQ(of("203.0.113.7", "2001:db8:1:2::7"), Network::different);
    EXPECT_EQ(network_of({}, address("203.0.113.7"), {}), Network::unknown);
    EXPECT_EQ(network_of(address("203.0.113.7"), {}, {}), Network::unknown);
    EXPECT_EQ(network_of({}, {}, {}), Network::unknown) << "two who are unknown are not the same";
}

TEST(NetworkOf, IsTheSameForAsManyBitsAsTheOperatorSays) {
    const auto of = [](std::string_view browser, std::string_view phone, SameNetwork same) {
        return network_of(address(browser), address(phone), same);
    };
    EXPECT_EQ(of("203.0.113.7", "203.0.113.250", {.ipv4_bits = 24}), Network::same);
    EXPECT_EQ(of("203.0.113.7", "203.0.112.7", {.ipv4_bits = 24}), Network::different);
    EXPECT_EQ(of("203.0.113.7", "203.0.113.8", {.ipv6_bits = 32}), Network::different);
    EXPECT_EQ(of("2001:db8:1:200::7", "2001:db8:1:2ff::7", {.ipv6_bits = 56}), Network::same);
    EXPECT_EQ(of("2001:db8:1:200::7", "2001:db8:1:300::7", {.ipv6_bits = 56}), Network::different);
    EXPECT_EQ(of("2001:db8:1:2::7", "2001:db8:1:2::8", {.ipv6_bits = 128}), Network::different);
    EXPECT_EQ(of("::1", "127.0.0.1", {}), Network::different)
        << "IPv4 is mapped into the /64 of ::1";
}

TEST(Confirmation, IsATapWhereNetworkOrBrowserIsKnown) {
    EXPECT_EQ(required(from_the_same_network(), {}).value(), Confirm::tap);
    Signals known = from_afar();
    known.browser_known = true;
    EXPECT_EQ(required(known, {}).value(), Confirm::tap);
}

TEST(Confirmation, IsTheNumberWhereNothingIsKnown) {
    EXPECT_EQ(required(from_afar(), {}).value(), Confirm::number);
    EXPECT_EQ(required({}, {}).value(), Confirm::number);
}

Signals with_passkey(Signals signals, HasPasskey passkey = HasPasskey::yes) {
    signals.passkey = passkey;
    return signals;
}

TEST(Confirmation, IsThePasskeyOfWhoeverHasOneAndTheNumberBesideItWhereNothingIsKnown) {
    EXPECT_EQ(required(with_passkey(from_the_same_network()), {}).value(), Confirm::passkey);
    EXPECT_EQ(required(with_passkey(from_afar()), {}).value(), Confirm::passkey_and_number);
    Signals denied = with_passkey(from_the_same_network());
    denied.denied_recently = true;
    EXPECT_EQ(required(denied, {}).value(), Confirm::passkey_and_number);
    const Policy number{.confirm = Policy::Confirm::number};
    EXPECT_EQ(
        required(with_passkey(from_the_same_network()), number).value(), Confirm::passkey_and_number
    );
}

TEST(Confirmation, IsATapWithAPasskeyOnlyWhereTheOperatorSaysSo) {
    const Policy tap{.confirm = Policy::Confirm::tap};
    EXPECT_EQ(required(with_passkey(from_the_same_network()), tap).value(), Confirm::tap);
    EXPECT_EQ(required(with_passkey(from_afar()), tap).value(), Confirm::tap);
    const auto elsewhere = with_passkey(from_the_same_network(), HasPasskey::elsewhere);
    EXPECT_EQ(required(elsewhere, tap).value(), Confirm::tap);
}

TEST(Confirmation, IsRefusedWhereThePasskeyWorksOnlyElsewhere) {
    const auto elsewhere = with_passkey(from_the_same_network(), HasPasskey::elsewhere);
    EXPECT_EQ(required(elsewhere, {}).error(), Errc::passkey_elsewhere);
}

TEST(Confirmation, IsNeverLessThanTheNumberWhereThePasskeyWorksNowhere) {
    const auto nowhere = with_passkey(from_the_same_network(), HasPasskey::nowhere);
    EXPECT_EQ(required(nowhere, {}).value(), Confirm::number);
    EXPECT_EQ(required(nowhere, {.confirm = Policy::Confirm::tap}).value(), Confirm::number);
}

TEST(Confirmation, WithoutAPasskeyIsRefusedWhereTheClientWantsOne) {
    const Policy passkey{.confirm = Policy::Confirm::passkey};
    EXPECT_EQ(required(from_the_same_network(), passkey).error(), Errc::passkey_needed);
    EXPECT_EQ(required(with_passkey(from_the_same_network()), passkey).value(), Confirm::passkey);
    for (const auto where : {HasPasskey::elsewhere, HasPasskey::nowhere}) {
        const auto signals = with_passkey(from_the_same_network(), where);
        EXPECT_EQ(required(signals, passkey).error(), Errc::passkey_elsewhere);
    }
}

TEST(Confirmation, IsTheNumberForTypedCodesRecentDenialsAndUnseenBrowsers) {
    for (const Policy::Confirm confirm : {Policy::Confirm::automatic, Policy::Confirm::tap}) {
        const Policy policy{.confirm = confirm};
        Signals typed = from_the_same_network();
        typed.typed = true;
        EXPECT_EQ(required(typed, policy).value(), Confirm::number);
        Signals denied = from_the_same_network();
        denied.denied_recently = true;
        EXPECT_EQ(required(denied, policy).value(), Confirm::number);
        Signals unseen = from_the_same_network();
        unseen.seen = false;
        EXPECT_EQ(required(unseen, policy).value(), Confirm::number);
    }
}

TEST(Confirmation, IsWhatTheClientWants) {
    EXPECT_EQ(required(from_afar(), {.confirm = Policy::Confirm::tap}).value(), Confirm::tap);
    Signals familiar = from_the_same_network();
    familiar.browser_known = true;
    EXPECT_EQ(required(familiar, {.confirm = Policy::Confirm::number}).value(), Confirm::number);
}

TEST(Confirmation, MayWantAnOlderSessionOfThePhone) {
    const Policy policy{.confirm = Policy::Confirm::tap, .phone_session_age_min = 300s};
    Signals signals = from_the_same_network();
    signals.phone_session_age = 299s;
    EXPECT_EQ(required(signals, policy).value(), Confirm::number);
    signals.phone_session_age = 300s;
    EXPECT_EQ(required(signals, policy).value(), Confirm::tap);
}

TEST(Confirmation, MayWantOneNetwork) {
    const Policy stricter{.confirm = Policy::Confirm::tap, .network = Policy::Network::number};
    EXPECT_EQ(required(from_afar(), stricter).value(), Confirm::number);
    EXPECT_EQ(required(from_the_same_network(), stricter).value(), Confirm::tap);

    const Policy refusing{.network = Policy::Network::refuse};
    EXPECT_EQ(required(from_afar(), refusing).error(), Errc::different_network);
    EXPECT_EQ(required({}, refusing).error(), Errc::different_network) << "unknown is not the same";
    EXPECT_EQ(required(from_the_same_network(), refusing).value(), Confirm::tap);
}

TEST(Confirmation, MayBeRefusedToUnknownBrowsers) {
    const Policy policy{.browsers = Policy::Browsers::known};
    EXPECT_EQ(required(from_the_same_network(), policy).error(), Errc::unknown_browser);
    Signals known = from_afar();
    known.browser_known = true;
    EXPECT_EQ(required(known, policy).value(), Confirm::tap);
}

}  // namespace
}  // namespace latchkey::login
