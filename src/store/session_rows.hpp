/// The table of sessions.
#pragma once

#include "identity/ports.hpp"
#include "store/sqlite.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace latchkey::store {

/// Where a session lies.
struct SessionKey {
    AccountId account;
    SessionId id;
};

/// A walk over all sessions in pieces, looking for those that are over.
struct SessionScan {
    std::optional<SessionKey> last;  ///< how far it came; nothing: it is at the end
    std::vector<SessionKey> dead;
};

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class SessionRows {
 public:
    SessionRows(Connection& connection, seconds idle_max);

    /// False, and nothing written, when the account is gone or disabled, or (when `proven_hash` is
    /// given) has another password hash by now.
    bool add(const identity::Session& session, std::optional<std::string_view> proven_hash = {});
    std::optional<identity::SignedIn> signed_in(const crypto::Sha256& token_hash, Time now);
    std::optional<identity::Session> find(const SessionKey& key);
    bool exists(const SessionKey& key);
    /// Whether the session in which the actor asked is still there.
    bool may_act(const identity::Actor& actor);
    /// Those that live at `now`, the newest first.
    std::vector<identity::Session> of(const AccountId& account, Time now);
    /// False when there is none.
    bool end(const SessionKey& key);
    /// Which one it was; nothing when there is none.
    std::optional<SessionKey> end_by_hash(const crypto::Sha256& token_hash);
    /// These two say how many there were.
    std::int64_t end_all_of(
        const AccountId& account, const std::optional<SessionId>& but = std::nullopt
    );
    std::int64_t end_of_browser(const AccountId& account, const BrowserMark& mark);
    /// The browsers that have a session of the account by a scan.
    std::vector<BrowserMark> marks_of(const AccountId& account);
    void touch(const SessionKey& key, Time seen_at);
    /// The next `rows_max` sessions after `from`.
    SessionScan scan(const std::optional<SessionKey>& from, Time now, std::int64_t rows_max);
    /// Removes it if it still is over; says whether it did.
    bool remove_dead(const SessionKey& key, Time now);

 private:
    Connection& connection_;
    const seconds idle_max_;  ///< seen no later than so long ago, a session is over
    Statement add_;
    Statement signed_in_;
    Statement find_;
    Statement exists_;
    Statement of_;
    Statement end_;
    Statement end_by_hash_;
    Statement end_all_of_;
    Statement end_of_browser_;
    Statement marks_of_;
    Statement touch_;
    Statement scan_;
    Statement remove_dead_;
};

}  // namespace latchkey::store
