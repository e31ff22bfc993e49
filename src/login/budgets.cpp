#include "login/budgets.hpp"

#include <algorithm>
#include <utility>

namespace latchkey::login {
namespace {

constexpr double seconds_per_minute = 60;
constexpr double seconds_per_hour = 3600;

}  // namespace

Budgets::Budgets(SteadyClock clock, const Random& random)
    : clock_(std::move(clock)),
      key_(random_bytes<crypto::ShortHashKey>(random)),
      creations_(creations_per_minute / seconds_per_minute, creations_burst, random),
      scans_(scans_per_minute / seconds_per_minute, scans_burst, random),
      wrong_numbers_(wrong_numbers_per_hour / seconds_per_hour, wrong_numbers_burst, random),
      client_calls_(client_calls_per_second, client_calls_burst, random) {}

milliseconds Budgets::create(const IpAddress& address) {
    return creations_.take(address.budget_prefix(), clock_());
}

milliseconds Budgets::scan(const AccountId& account) {
    const std::uint64_t key = key_of(account.view());
    const SteadyTime now = clock_();
    const milliseconds after_wrong_ones = wrong_numbers_.wait(key, now);
    if (after_wrong_ones.count() > 0) return after_wrong_ones;
    return scans_.take(key, now);
}

milliseconds Budgets::client_call(ClientNumber client) {
    return client_calls_.take(std::uint64_t{client}, clock_());
}

milliseconds Budgets::try_number(const AccountId& account) {
    return wrong_numbers_.take(key_of(account.view()), clock_());
}

void Budgets::give_number_back(const AccountId& account) {
    wrong_numbers_.give_back(key_of(account.view()));
}

void Budgets::lift() {
    for (net::Budget* budget : {&creations_, &scans_, &wrong_numbers_, &client_calls_}) {
        budget->lift();
    }
}

}  // namespace latchkey::login
