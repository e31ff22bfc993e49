/// The table of browsers that are known to an account.
#pragma once

#include "base/ids.hpp"
#include "store/sqlite.hpp"

#include <optional>
#include <vector>

namespace latchkey::store {

/// How many browsers an account knows; of more, those that were seen last.
inline constexpr std::int64_t browsers_max = 50;

/// When a browser was seen last is kept to this precision: who signs in all day writes it once an
/// hour.
inline constexpr std::chrono::hours browser_seen_precision{1};

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class BrowserRows {
 public:
    explicit BrowserRows(Connection& connection);

    /// Those that have collected a login for the account, at most `browsers_max`, in no order.
    std::vector<BrowserMark> known_marks(const AccountId& account);
    /// It has collected one now. The one that was not seen for the longest time goes when there are
    /// too many.
    void add(const AccountId& account, const BrowserMark& mark, Time now);
    /// The account knows it no more. False when it did not.
    bool forget(const AccountId& account, const BrowserMark& mark);
    void forget_all_of(const AccountId& account);
    /// When each was seen, the last one first.
    struct Seen {
        Time first_at;
        Time last_at;
    };
    std::vector<Seen> seen_of(const AccountId& account);

 private:
    std::optional<Time> seen(const AccountId& account, const BrowserMark& mark);

    Connection& connection_;
    Statement known_marks_;
    Statement seen_;
    Statement touch_;
    Statement add_;
    Statement drop_oldest_;
    Statement forget_;
    Statement forget_all_of_;
    Statement seen_of_;
};

}  // namespace latchkey::store
