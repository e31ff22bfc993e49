/// Which logins are surely not stored, without asking the database.
#pragma once

#include "base/ids.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

namespace latchkey::store {

/// Remembers the logins that were stored lately by their 8 random bytes, for a process that is
/// alone on its database: every page that begins to wait asks whether its login was approved
/// already, and nearly always nobody has scanned it yet. Logins are kept in periods by when they
/// were created; the last few periods are remembered, a bounded number of logins each. Never wrong
/// about an absence; when in doubt it is not sure. Thread-safe. Memory: none until something is
/// stored, then at most `periods` × 2 × 8 × `logins_per_period_max` bytes.
class KnownLogins {
 public:
    /// To be called before anybody can see the row.
    void add(const LoginId& login);
    /// True only if `add` was never called with it.
    bool surely_absent(const LoginId& login) const;

    static constexpr std::size_t logins_per_period_max = std::size_t{1} << 21;

 private:
    static constexpr std::uint32_t period_s = 120;
    static constexpr std::size_t periods = 7;  ///< more than a token's life
    struct Period {
        std::uint32_t number = 0;
        bool overfull = false;
        std::size_t used = 0;
        std::vector<std::uint64_t>
            randoms;  ///< open addressing, a power of two, at most half full; 0: free
    };
    static std::uint32_t period_of(const LoginId& login);
    static std::uint64_t random_of(const LoginId& login);
    static std::size_t place(const std::vector<std::uint64_t>& randoms, std::uint64_t random);
    static void insert(Period& period, std::uint64_t random);

    mutable std::mutex mutex_;
    std::array<Period, periods>
        periods_;                         ///< a period has the place of its number modulo `periods`
    std::uint32_t forgotten_before_ = 0;  ///< of periods before this number nothing is known
};

}  // namespace latchkey::store
