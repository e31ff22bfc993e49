#include "identity/attempts.hpp"

#include <utility>

namespace latchkey::identity {

Attempts::Attempts(
    std::function<net::Budget&()> by_address,
    std::function<SteadyTime()> clock,
    const Random& random
)
    : by_address_(std::move(by_address)),
      clock_(std::move(clock)),
      key_(random_bytes<crypto::ShortHashKey>(random)),
      by_name_(name_failures_per_minute / 60, name_failures_burst, random),
      joins_(joins_per_minute / 60, joins_burst, random),
      changes_(changes_per_minute / 60, changes_burst, random) {}

std::uint64_t Attempts::key_of(std::string_view folded_name) const {
    return crypto::short_hash(key_, bytes_of(folded_name));
}

milliseconds Attempts::wait(const IpAddress& address) const {
    return by_address_().wait(address.budget_prefix(), clock_());
}

milliseconds Attempts::charge(const IpAddress& address) {
    return by_address_().take(address.budget_prefix(), clock_());
}

milliseconds Attempts::charge_name(std::string_view folded_name) {
    return by_name_.take(key_of(folded_name), clock_());
}

milliseconds Attempts::charge_join(const IpAddress& address) {
    return joins_.take(address.budget_prefix(), clock_());
}

milliseconds Attempts::charge_change(const AccountId& account) {
    return changes_.take(crypto::short_hash(key_, account.view()), clock_());
}

void Attempts::refund_join(const IpAddress& address) {
    joins_.give_back(address.budget_prefix());
}

void Attempts::refund(const IpAddress& address) {
    by_address_().give_back(address.budget_prefix());
}

void Attempts::refund_name(std::string_view folded_name) {
    by_name_.give_back(key_of(folded_name));
}

}  // namespace latchkey::identity
