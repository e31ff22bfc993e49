/// A directory that goes with the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace latchkey {

class FreshDirectory {
 public:
    FreshDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "latchkey-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path_ = pattern;
    }
    ~FreshDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    FreshDirectory(const FreshDirectory&) = delete;
    FreshDirectory& operator=(const FreshDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace latchkey
