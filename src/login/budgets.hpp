/// How much one address, one account or one client may ask for. A login that is under way needs
/// none of this: it is decided and collected whatever these budgets say. Three calls do: a number
/// of an account that has typed too many wrong ones, `/allow/`, which scans and approves in one,
/// and those of a client's backend.
#pragma once

#include "base/address.hpp"
#include "base/ids.hpp"
#include "base/random.hpp"
#include "crypto/digest.hpp"
#include "login/login.hpp"
#include "login/ports.hpp"
#include "net/budget.hpp"

namespace latchkey::login {

/// New logins of one address prefix: an office of some hundred people may sit behind one.
inline constexpr double creations_burst = 300;
inline constexpr double creations_per_minute = 120;
/// Scans of one account, by whatever phone.
inline constexpr double scans_burst = 20;
inline constexpr double scans_per_minute = 20;
/// Wrong numbers of one account; each has ended a login, too. Beyond: no scans, and no numbers.
inline constexpr double wrong_numbers_burst = 5;
inline constexpr double wrong_numbers_per_hour = 10;
/// Calls of one client's backend.
inline constexpr double client_calls_burst = 1'000;
inline constexpr double client_calls_per_second = 200;

/// Token buckets in tables of fixed size. Thread-safe.
class Budgets {
 public:
    Budgets(SteadyClock clock, const Random& random);

    /// Each takes one and gives zero, or how long to wait.
    milliseconds create(const IpAddress& address);
    milliseconds scan(const AccountId& account);
    milliseconds client_call(ClientNumber client);
    /// A number is charged before it is looked at, or many at once would all find room…
    milliseconds try_number(const AccountId& account);
    /// …and given back unless it was wrong.
    void give_number_back(const AccountId& account);
    /// No limits any more, for load tests.
    void lift();

 private:
    std::uint64_t key_of(ByteView value) const { return crypto::short_hash(key_, value); }

    SteadyClock clock_;
    crypto::ShortHashKey key_;
    net::Budget creations_;
    net::Budget scans_;
    net::Budget wrong_numbers_;
    net::Budget client_calls_;
};

}  // namespace latchkey::login
