/// The table of invitations that nobody has used yet.
#pragma once

#include "identity/identity.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class InvitationRows {
 public:
    explicit InvitationRows(Connection& connection);

    void add(const identity::Invitation& invitation);
    /// Nothing when it is over at `now`.
    std::optional<identity::Invitation> find(const crypto::Sha256& hash, Time now);
    /// Those that are good at `now`, the newest first.
    std::vector<identity::Invitation> all(Time now);
    /// False when there is none that is good at `now`.
    bool remove(const crypto::Sha256& hash, Time now);
    /// How many went that were over.
    std::int64_t sweep(Time now, std::int64_t rows_max);

 private:
    Connection& connection_;
    Statement add_;
    Statement find_;
    Statement all_;
    Statement remove_;
    Statement sweep_;
};

}  // namespace latchkey::store
