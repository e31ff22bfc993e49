/// Opening the database's file, with words for whoever must mend what is wrong.
#pragma once

#include "store/serving_lock.hpp"
#include "store/sqlite.hpp"

#include <filesystem>
#include <memory>

namespace latchkey::store {

/// Makes the directory and an empty file where they are missing, so that nobody but the owner can
/// read them (the files that SQLite puts beside it get the same mode), switches to WAL and
/// migrates. Any number of processes may do so at once: they take turns. An older schema is left
/// alone and refused while a server uses it. Throws `std::runtime_error` with the path, the cause,
/// and what would do.
Connection open_for_writing(const std::filesystem::path& file, milliseconds busy_max);

/// What the one server of a directory holds.
struct Served {
    std::unique_ptr<ServingLock> lock;
    Connection connection;
};
/// As `open_for_writing`, with the lock taken before anything is touched. Throws when another
/// process serves from that directory.
Served open_for_serving(const std::filesystem::path& file, milliseconds busy_max);

}  // namespace latchkey::store
