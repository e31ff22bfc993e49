#include "store/serving_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace latchkey::store {
namespace {

constexpr mode_t lock_mode = S_IRUSR | S_IWUSR;

}  // namespace

std::unique_ptr<ServingLock> ServingLock::take(const std::filesystem::path& data_dir) {
    const std::filesystem::path file = data_dir / "serving.lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, lock_mode);
    if (descriptor < 0) {
        throw std::runtime_error(
            "cannot open " + file.string() + ": " + std::generic_category().message(errno)
        );
    }
    std::unique_ptr<ServingLock> lock(new ServingLock(descriptor));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) return nullptr;
    return lock;
}

ServingLock::~ServingLock() {
    ::close(descriptor_);
}

}  // namespace latchkey::store
