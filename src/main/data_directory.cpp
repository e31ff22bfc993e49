#include "main/data_directory.hpp"

#include "ops/log.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <system_error>

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr fs::perms of_others = fs::perms::group_all | fs::perms::others_all;

/// Without the slash or dot at its end, behind which mkdir and `parent_path` see the directory
/// itself.
fs::path without_ending(fs::path directory) {
    while ((!directory.has_filename() || directory.filename() == ".") &&
           directory.has_parent_path() && directory.parent_path() != directory) {
        directory = directory.parent_path();
    }
    return directory;
}

}  // namespace

void make_data_directory(const fs::path& given) {
    const fs::path directory = without_ending(given);
    std::error_code error;
    if (fs::is_directory(directory, error)) return;
    if (directory.has_parent_path()) fs::create_directories(directory.parent_path(), error);
    if (mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        throw std::runtime_error(
            "data directory " + directory.string() + ": cannot be made (" +
            std::generic_category().message(errno) + "); name one that can be written with --data"
        );
    }
    if (!fs::is_directory(directory, error)) {
        throw std::runtime_error("data directory " + directory.string() + ": is no directory");
    }
}

void warn_of_open_data_directory(const fs::path& directory) {
    std::error_code error;
    const fs::perms allowed = fs::status(directory, error).permissions();
    if (error || (allowed & of_others) == fs::perms::none) return;
    const std::string path = directory.string();
    ops::log(
        ops::Level::warn,
        "other users of this machine can look into the data directory; chmod 700 would keep "
        "them out",
        {{"path", std::string_view(path)}}
    );
}

}  // namespace latchkey
