/// One server at a time on a data directory.
#pragma once

#include <filesystem>
#include <memory>

namespace latchkey::store {

/// Holds the lock from its making to its end, and to the end of the process at the latest (kill -9
/// included).
class ServingLock {
 public:
    /// Nothing when somebody serves from this directory already. Throws `std::runtime_error` when
    /// the lock's file cannot be made.
    static std::unique_ptr<ServingLock> take(const std::filesystem::path& data_dir);
    ~ServingLock();
    ServingLock(const ServingLock&) = delete;
    ServingLock& operator=(const ServingLock&) = delete;

 private:
    explicit ServingLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace latchkey::store
