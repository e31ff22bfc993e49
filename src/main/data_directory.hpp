/// Where the database and the sealing key lie.
#pragma once

#include <filesystem>

namespace latchkey {

/// Makes the directory (mode 0700) with its parents when it is not there. Throws
/// `std::runtime_error` that names it.
void make_data_directory(const std::filesystem::path& directory);

/// Logs a warning when other users of this machine can look into the directory.
void warn_of_open_data_directory(const std::filesystem::path& directory);

}  // namespace latchkey
