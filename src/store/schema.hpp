/// What the database looks like, and how an older one gets there.
#pragma once

#include "store/sqlite.hpp"

namespace latchkey::store {

/// The schema that this program reads and writes (SQLite's `user_version`).
std::int64_t schema_version();

/// Brings the database to `schema_version`, forward only, each step in a transaction of its own, so
/// that a crash in between leaves a whole older version. Safe when several processes do it at once.
/// Throws `std::runtime_error` that names both versions when the database is newer than the
/// program, or says so when the file is another program's.
void migrate(Connection& connection);

}  // namespace latchkey::store
