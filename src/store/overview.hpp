/// The installation at a glance, and its lists, for administrators.
#pragma once

#include "store/audit_log.hpp"
#include "store/browser_rows.hpp"
#include "store/funnel.hpp"
#include "store/overview_rows.hpp"
#include "store/readers.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::store {

/// Everything on one screen.
struct Glance {
    Counts counts;
    LoginsByState logins{};
    Funnel funnel;
    /// Whether the funnel has all events since the time that was asked for; else it has the last
    /// `Overview::funnel_events_max`.
    bool funnel_is_whole = true;
};

/// Reads only. Thread-safe. Errors of every method: `identity::Errc::unavailable`.
class Overview {
 public:
    /// Must outlive it.
    explicit Overview(Readers& readers) : readers_(readers) {}

    /// The funnel is of the events since `since`.
    Async<Result<Glance>> glance(Time since, Time now);
    static constexpr std::int64_t funnel_events_max = 20'000;

    /// Accounts whose name holds `text` (in any case of ASCII letters), by name, those after the
    /// account that is called `after`; `accounts_max` at most.
    Async<Result<std::vector<AccountLine>>> accounts(std::string text, std::string after, Time now);
    static constexpr std::int64_t accounts_max = 50;

    /// The browsers that an account knows, the one that was seen last first.
    Async<Result<std::vector<BrowserRows::Seen>>> browsers_of(AccountId account);

    /// The newest events first.
    struct Found {
        std::vector<AuditEntry> entries;  ///< `found_max` at most
        std::int64_t next = 0;  ///< go on with events below this number; 0: there are none
    };
    /// Looks through `looked_through_max` events below `before` (0: all) at most, so that nobody
    /// waits for a search through years.
    Async<Result<Found>> search(AuditSearch wanted, std::int64_t before);
    static constexpr std::int64_t found_max = 50;
    static constexpr std::int64_t looked_through_max = 50'000;

 private:
    Readers& readers_;
};

}  // namespace latchkey::store
