#include "base/secret.hpp"

#include <string.h>

namespace latchkey {

void Secret::wipe() noexcept {
    value_.resize(value_.capacity());
    explicit_bzero(value_.data(), value_.size());
    value_.clear();
}

}  // namespace latchkey
