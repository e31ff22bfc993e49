/// Putting browsers out: what ends with their sessions.
#pragma once

#include "store/rows.hpp"

#include <cstdint>
#include <optional>

namespace latchkey::store {

/// Ends every session of the account but that one; the account knows the browsers of those that a
/// phone let in no more. How many sessions there were. On the writer's thread; may throw
/// `SqliteError`.
std::int64_t put_out_all(Rows& rows, const AccountId& account, const std::optional<SessionId>& but);

}  // namespace latchkey::store
