#include "store/overview.hpp"

#include "identity/identity.hpp"
#include "store/audit_entries.hpp"

#include <algorithm>
#include <utility>

namespace latchkey::store {
namespace {

/// The events since a time, as far back as is looked, and whether that is all of them. One that is
/// broken ends them.
std::pair<std::vector<AuditRow>, bool> events_since(Rows& rows, Time since) {
    const std::int64_t last = rows.overview.last_event();
    const std::int64_t first = std::max<std::int64_t>(last - Overview::funnel_events_max, 0);
    std::vector<AuditRow> events;
    for (std::int64_t at = first; at < last;) {
        AuditRows::Piece piece = rows.audit.after(at, AuditLog::piece_events_max);
        if (piece.rows.empty()) break;
        at = piece.rows.back().number;
        std::ranges::move(piece.rows, std::back_inserter(events));
        if (piece.broken) break;
    }
    const bool is_whole = first == 0 || (!events.empty() && events.front().event.at < since);
    std::erase_if(events, [since](const AuditRow& row) { return row.event.at < since; });
    return {std::move(events), is_whole};
}

}  // namespace

Async<Result<Glance>> Overview::glance(Time since, Time now) {
    return readers_.read<Glance>(
        identity::Errc::unavailable,
        [since, now](Rows& rows) -> Result<Glance> {
            const auto [events, is_whole] = events_since(rows, since);
            return Glance{
                .counts = rows.overview.counts(now),
                .logins = rows.overview.logins(now),
                .funnel = funnel_of(events),
                .funnel_is_whole = is_whole,
            };
        }
    );
}

Async<Result<std::vector<AccountLine>>> Overview::accounts(
    std::string text, std::string after, Time now
) {
    using Lines = std::vector<AccountLine>;
    return readers_.read<Lines>(
        identity::Errc::unavailable,
        [text = identity::folded_name(text), after = identity::folded_name(after), now](Rows& rows
        ) -> Result<Lines> { return rows.overview.accounts(text, after, now, accounts_max); }
    );
}

Async<Result<std::vector<BrowserRows::Seen>>> Overview::browsers_of(AccountId account) {
    using Browsers = std::vector<BrowserRows::Seen>;
    return readers_.read<Browsers>(
        identity::Errc::unavailable,
        [account](Rows& rows) -> Result<Browsers> { return rows.browsers.seen_of(account); }
    );
}

Async<Result<Overview::Found>> Overview::search(AuditSearch wanted, std::int64_t before) {
    return readers_.read<Found>(
        identity::Errc::unavailable,
        [wanted = std::move(wanted), before](Rows& rows) -> Result<Found> {
            const std::int64_t end = before > 0 ? before : rows.overview.last_event() + 1;
            const std::int64_t from = std::max<std::int64_t>(end - looked_through_max, 1);
            const auto numbers = rows.overview.events(wanted, end, from, found_max);
            Found found;
            for (const std::int64_t number : numbers) {
                auto piece = rows.audit.after(number - 1, 1);
                // One that is not as it was written is for `latchkey audit verify` to name.
                if (piece.rows.empty() || piece.rows.front().number != number) continue;
                found.entries.push_back(entry_of(std::move(piece.rows.front()), rows));
            }
            const bool is_full = numbers.size() == static_cast<std::size_t>(found_max);
            const std::int64_t next = is_full ? numbers.back() : from;
            found.next = next > 1 ? next : 0;
            return found;
        }
    );
}

}  // namespace latchkey::store
