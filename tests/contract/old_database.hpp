/// A database as an earlier Latchkey left it.
#pragma once

#include "store/sqlite.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace latchkey {

/// Makes the file `latchkey.db` in that directory from the SQL text `tests/store/fixtures/NAME`.
inline void make_old_database(const std::filesystem::path& directory, const std::string& name) {
    std::ifstream text(std::filesystem::path(LATCHKEY_OLD_DATABASES) / name);
    if (!text) throw std::runtime_error("no fixture " + name);
    const std::string sql(std::istreambuf_iterator<char>(text), {});
    std::filesystem::create_directories(directory);
    const auto file = directory / "latchkey.db";
    std::ofstream(file).close();
    store::Connection connection(file, store::Connection::Access::read_write, milliseconds(1'000));
    connection.execute("PRAGMA journal_mode = WAL");
    connection.execute(sql.c_str());
}

}  // namespace latchkey
