#include "store/known_logins.hpp"

#include <algorithm>

namespace latchkey::store {
namespace {

constexpr std::size_t places_min = 64;

}  // namespace

std::uint32_t KnownLogins::period_of(const LoginId& login) {
    return get_big_endian<std::uint32_t>(std::span(login.data).first<4>()) / period_s;
}

/// 0 stands for a free place.
std::uint64_t KnownLogins::random_of(const LoginId& login) {
    return std::max<std::uint64_t>(
        1, get_big_endian<std::uint64_t>(std::span(login.data).last<8>())
    );
}

/// Where it is, or the free place where it would be.
std::size_t KnownLogins::place(const std::vector<std::uint64_t>& randoms, std::uint64_t random) {
    const std::size_t mask = randoms.size() - 1;
    std::size_t at = random & mask;
    while (randoms[at] != 0 && randoms[at] != random) at = (at + 1) & mask;
    return at;
}

void KnownLogins::insert(Period& period, std::uint64_t random) {
    if (period.used >= logins_per_period_max) {
        period.overfull = true;
        return;
    }
    if ((period.used + 1) * 2 > period.randoms.size()) {
        std::vector<std::uint64_t> larger(std::max(places_min, period.randoms.size() * 2));
        for (const std::uint64_t known : period.randoms) {
            if (known != 0) larger[place(larger, known)] = known;
        }
        period.randoms = std::move(larger);
    }
    std::uint64_t& at = period.randoms[place(period.randoms, random)];
    if (at == random) return;
    at = random;
    ++period.used;
}

void KnownLogins::add(const LoginId& login) {
    const std::uint32_t number = period_of(login);
    const std::scoped_lock lock(mutex_);
    if (number < forgotten_before_) return;
    Period& period = periods_[number % periods];
    if (period.number != number) {
        forgotten_before_ = std::max<std::uint32_t>(forgotten_before_, number - (periods - 1));
        for (Period& old : periods_) {
            if (old.number < forgotten_before_) old = {};
        }
        period = {number, false, 0, {}};
    }
    insert(period, random_of(login));
}

bool KnownLogins::surely_absent(const LoginId& login) const {
    const std::uint32_t number = period_of(login);
    const std::scoped_lock lock(mutex_);
    if (number < forgotten_before_) return false;
    const Period& period = periods_[number % periods];
    if (period.number != number || period.randoms.empty()) return true;
    if (period.overfull) return false;
    return period.randoms[place(period.randoms, random_of(login))] == 0;
}

}  // namespace latchkey::store
