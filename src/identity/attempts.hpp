/// Whoever guesses passwords is slowed down.
#pragma once

#include "base/ids.hpp"
#include "base/random.hpp"
#include "crypto/digest.hpp"
#include "net/budget.hpp"

#include <functional>
#include <string_view>

namespace latchkey::identity {

/// Wrong passwords for one name, from anywhere: so many at once, then so many a minute.
inline constexpr double name_failures_burst = 10;
inline constexpr double name_failures_per_minute = 6;

/// Accounts made from one address prefix where everybody may: so many at once, then so many a
/// minute.
inline constexpr double joins_burst = 10;
inline constexpr double joins_per_minute = 0.5;

/// New passwords of one account: so many at once, then so many a minute.
inline constexpr double changes_burst = 5;
inline constexpr double changes_per_minute = 1;

/// Two budgets of failures: of the address prefix (the server's, shared with other guesses), and of
/// the account's name, so that many addresses together guess no faster. A budget fills up again by
/// itself: nobody is locked out for good. Thread-safe.
class Attempts {
 public:
    /// `by_address` gives the server's budget; it is called at requests only, when the server
    /// exists.
    Attempts(
        std::function<net::Budget&()> by_address,
        std::function<SteadyTime()> clock,
        const Random& random
    );

    /// How long this address must wait; zero when it need not.
    milliseconds wait(const IpAddress& address) const;
    /// A try at a password is charged before it is checked, since checking takes a while: else many
    /// at once would all find room. Zero, or how long to wait; then nothing was charged.
    milliseconds charge(const IpAddress& address);
    milliseconds charge_name(std::string_view folded_name);
    /// The password was right, or could not be checked: it was no guess.
    void refund(const IpAddress& address);
    void refund_name(std::string_view folded_name);
    /// Zero, or how long until somebody from there may make another account; then nothing was
    /// charged.
    milliseconds charge_join(const IpAddress& address);
    /// None was made.
    void refund_join(const IpAddress& address);
    /// A new password is much work to hash. Zero, or how long that account must wait.
    milliseconds charge_change(const AccountId& account);
    /// No limit of names and new accounts any more, for load tests.
    void lift() {
        by_name_.lift();
        joins_.lift();
        changes_.lift();
    }

 private:
    std::uint64_t key_of(std::string_view folded_name) const;

    std::function<net::Budget&()> by_address_;
    std::function<SteadyTime()> clock_;
    crypto::ShortHashKey key_;
    mutable net::Budget by_name_;
    mutable net::Budget joins_;
    mutable net::Budget changes_;
};

}  // namespace latchkey::identity
