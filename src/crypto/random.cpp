#include "crypto/random.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <pthread.h>
#include <sodium.h>

namespace latchkey::crypto {
namespace {

constexpr std::size_t pool_bytes = 512;

/// How often this process is the child of a fork: a child must not use what its parent has fetched.
std::atomic<unsigned> forks{0};

bool get_ready() {
    return sodium_init() >= 0 && ::pthread_atfork(nullptr, nullptr, [] { ++forks; }) == 0;
}

/// Bytes fetched ahead for one thread: asking the kernel costs as much as all else that makes a
/// code. Each byte is given out once, and wiped.
class Pool {
 public:
    ~Pool() { sodium_memzero(bytes_.data(), bytes_.size()); }

    void take(std::span<std::byte> into) {
        if (into.size() > left_ || forks_ != forks) refill();
        const auto from = std::span(bytes_).subspan(left_ - into.size(), into.size());
        std::ranges::copy(from, into.begin());
        sodium_memzero(from.data(), from.size());
        left_ -= into.size();
    }

 private:
    void refill() {
        forks_ = forks;
        randombytes_buf(bytes_.data(), bytes_.size());
        left_ = bytes_.size();
    }

    std::array<std::byte, pool_bytes> bytes_{};
    std::size_t left_ = 0;
    unsigned forks_ = 0;
};

}  // namespace

void system_random(std::span<std::byte> bytes) {
    static const bool ready = get_ready();
    if (!ready) std::abort();  // without randomness nothing here is safe
    thread_local Pool pool;
    if (bytes.size() > pool_bytes / 4) {
        randombytes_buf(bytes.data(), bytes.size());
    } else {
        pool.take(bytes);
    }
}

}  // namespace latchkey::crypto
