#include "main/server_options.hpp"
#include "ops/keys.hpp"

#include <boost/pfr.hpp>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

constexpr std::size_t limits_count = boost::pfr::tuple_size_v<net::Limits>;

/// For each limit of the wire, whether both have the same value.
std::array<bool, limits_count> same(const net::Limits& a, const net::Limits& b) {
    std::array<bool, limits_count> equal{};
    const auto left = boost::pfr::structure_tie(a);
    const auto right = boost::pfr::structure_tie(b);
    const auto compare = [&]<std::size_t... i>(std::index_sequence<i...>) {
        ((equal[i] = std::get<i>(left) == std::get<i>(right)), ...);
    };
    compare(std::make_index_sequence<limits_count>());
    return equal;
}

ops::Value another(const ops::Key& key) {
    const ops::Value value = key.read({});
    if (const auto* flag = std::get_if<bool>(&value)) return !*flag;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole + 1;
    return std::get<double>(value) + 1;
}

TEST(Settings, WhatNobodySetsIsTheLimitThatTheWireDocuments) {
    for (const bool equal : same(limits_of({}), net::Limits{})) EXPECT_TRUE(equal);
}

TEST(Settings, EveryLimitOfTheWireHasAKeyOfItsOwn) {
    std::array<int, limits_count> keys_of_limit{};
    for (const ops::Key& key : ops::keys()) {
        if (!key.name.starts_with("limits.") && key.name != "rate_limits") continue;
        ops::Settings settings;
        key.write(settings, another(key));
        const auto equal = same(limits_of(settings), net::Limits{});
        EXPECT_EQ(std::count(equal.begin(), equal.end(), false), 1)
            << key.name << " must change one limit";
        for (std::size_t i = 0; i < limits_count; ++i) keys_of_limit[i] += equal[i] ? 0 : 1;
    }
    for (std::size_t i = 0; i < limits_count; ++i) {
        EXPECT_EQ(keys_of_limit[i], 1) << "limit number " << i << " of net::Limits";
    }
}

TEST(Settings, SayWhatOneNetworkIs) {
    ops::Settings settings;
    EXPECT_EQ(same_network_of(settings).ipv4_bits, 32U);
    EXPECT_EQ(same_network_of(settings).ipv6_bits, 64U);
    settings.login = {.same_network_ipv4_bits = 24, .same_network_ipv6_bits = 56};
    EXPECT_EQ(same_network_of(settings).ipv4_bits, 24U);
    EXPECT_EQ(same_network_of(settings).ipv6_bits, 56U);
}

TEST(Settings, SayWhoMayHaveAnAccountAndWhatAHashCosts) {
    ops::Settings settings;
    EXPECT_EQ(account_rules_of(settings).sign_up, identity::SignUp::invite);
    EXPECT_TRUE(account_rules_of(settings).passwords);
    EXPECT_EQ(password_cost_of(settings).memory_bytes, crypto::PasswordCost{}.memory_bytes);
    EXPECT_EQ(password_cost_of(settings).passes, crypto::PasswordCost{}.passes);
    EXPECT_EQ(session_lifetimes_of(settings).absolute, identity::session_life);
    EXPECT_EQ(session_lifetimes_of(settings).idle, identity::session_idle_max);
    settings.accounts = {
        .sign_up = "open",
        .passwords = "forbidden",
        .argon2_memory_kib = 65'536,
        .argon2_passes = 3,
        .session_hours = 12,
        .session_idle_hours = 2,
    };
    EXPECT_EQ(account_rules_of(settings).sign_up, identity::SignUp::open);
    EXPECT_FALSE(account_rules_of(settings).passwords);
    EXPECT_EQ(password_cost_of(settings).memory_bytes, 65'536U * 1024);
    EXPECT_EQ(password_cost_of(settings).passes, 3U);
    EXPECT_EQ(session_lifetimes_of(settings).absolute, std::chrono::hours(12));
    EXPECT_EQ(session_lifetimes_of(settings).idle, std::chrono::hours(2));
    settings.accounts.sign_up = "closed";
    EXPECT_EQ(account_rules_of(settings).sign_up, identity::SignUp::closed);
}

TEST(Settings, TlsHoldsForEveryListener) {
    ops::Settings settings;
    settings.listen = {"127.0.0.1:0", "[::1]:0"};
    settings.tls_cert = "cert.pem";
    settings.tls_key = "key.pem";
    const auto options = public_options(settings, {});
    ASSERT_EQ(options.listen.size(), 2U);
    EXPECT_TRUE(options.listen[0].tls && options.listen[1].tls);
    EXPECT_EQ(options.tls->certificate, "cert.pem");
}

TEST(Settings, TheOperatorListenerHasNoBudgetsAndOneThread) {
    const auto options = operator_options({}, {});
    EXPECT_FALSE(options.limits.rate_limits);
    EXPECT_EQ(options.threads, 1U);
    EXPECT_FALSE(options.listen[0].tls);
}

}  // namespace
}  // namespace latchkey
