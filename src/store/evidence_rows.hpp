/// The table of what approvals were signed with.
#pragma once

#include "login/ports.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <optional>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class EvidenceRows {
 public:
    explicit EvidenceRows(Connection& connection);

    /// Of the event with that number, in the same transaction.
    void add(std::int64_t number, const login::ApprovalSignature& evidence);
    /// Without what its passkey was from then on, which is not kept here.
    std::optional<login::ApprovalSignature> find(std::int64_t number);

 private:
    Statement add_;
    Statement find_;
};

}  // namespace latchkey::store
