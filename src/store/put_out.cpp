#include "store/put_out.hpp"

namespace latchkey::store {

std::int64_t put_out_all(
    Rows& rows, const AccountId& account, const std::optional<SessionId>& but
) {
    const auto kept = but ? rows.sessions.find({account, *but}) : std::nullopt;
    const auto own = kept ? kept->browser_mark : std::nullopt;
    for (const BrowserMark& mark : rows.sessions.marks_of(account)) {
        if (mark != own) rows.browsers.forget(account, mark);
    }
    return rows.sessions.end_all_of(account, but);
}

}  // namespace latchkey::store
