#include "crypto/digest.hpp"

#include "crypto/evp.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <sodium.h>
#include <stdexcept>
#include <utility>
#include <vector>

namespace latchkey::crypto {
namespace {

/// OpenSSL fails here only when it is broken or memory is gone: a bug or the end, not a result.
void require(bool fine) {
    if (!fine) throw std::runtime_error("OpenSSL failed to compute a digest");
}

/// Fetching a method costs a lock and a look-up, so it is done once for the process.
const EVP_MD* fetched_sha256() {
    static const Evp<EVP_MD> method(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    return method.get();
}

/// Over `first` and the parts, one after another.
template <class T>
T digest(const EVP_MD* method, ByteView first, std::initializer_list<ByteView> parts = {}) {
    thread_local const Evp<EVP_MD_CTX> context(EVP_MD_CTX_new());
    T result;
    unsigned size = 0;
    require(
        context && EVP_DigestInit_ex2(context.get(), method, nullptr) == 1 &&
        EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1
    );
    for (const ByteView part : parts) {
        require(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
    }
    require(
        EVP_DigestFinal_ex(context.get(), writable(result.data), &size) == 1 && size == T::size
    );
    return result;
}

/// What RFC 2104 §2 puts before a text: the key, filled up with zeros and mixed with `mask`.
struct PadTag;
using Pad = Bytes<PadTag, 64>;
Pad pad(ByteView key, std::byte mask) {
    if (key.size() > Pad::size) throw std::invalid_argument("a key of that length is not hashed");
    Pad padded;
    std::ranges::copy(key, padded.data.begin());
    for (std::byte& byte : padded.data) byte ^= mask;
    return padded;
}

}  // namespace

Sha256 sha256(ByteView data) {
    return digest<Sha256>(fetched_sha256(), data);
}

Sha256 sha256(ByteView first, ByteView second) {
    return digest<Sha256>(fetched_sha256(), first, {second});
}

Sha1 sha1(ByteView data) {
    static const Evp<EVP_MD> method(EVP_MD_fetch(nullptr, "SHA1", nullptr));
    return digest<Sha1>(method.get(), data);
}

Mac hmac(ByteView key, std::initializer_list<ByteView> parts) {
    constexpr std::byte inner{0x36};
    constexpr std::byte outer{0x5c};
    const auto hashed = digest<Sha256>(fetched_sha256(), pad(key, inner).view(), parts);
    return digest<Mac>(fetched_sha256(), pad(key, outer).view(), {hashed.view()});
}

/// Free contexts that know the key. There are as many as were ever in use at once.
class Hmac::Contexts {
 public:
    explicit Contexts(const MacKey& key) { give_back(keyed(key)); }

    Evp<EVP_MAC_CTX> take() {
        const std::scoped_lock lock(mutex_);
        if (free_.size() > 1) {
            Evp<EVP_MAC_CTX> context = std::move(free_.back());
            free_.pop_back();
            return context;
        }
        // The first is only ever copied.
        Evp<EVP_MAC_CTX> context(EVP_MAC_CTX_dup(free_.front().get()));
        require(context != nullptr);
        return context;
    }
    void give_back(Evp<EVP_MAC_CTX> context) {
        const std::scoped_lock lock(mutex_);
        free_.push_back(std::move(context));
    }

 private:
    static Evp<EVP_MAC_CTX> keyed(const MacKey& key) {
        static const Evp<EVP_MAC> method(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
        Evp<EVP_MAC_CTX> context(EVP_MAC_CTX_new(method.get()));
        char name[] = "SHA256";
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
            OSSL_PARAM_construct_end()
        };
        require(
            context &&
            EVP_MAC_init(context.get(), readable(key.data), key.data.size(), parameters) == 1
        );
        return context;
    }

    std::mutex mutex_;
    std::vector<Evp<EVP_MAC_CTX>> free_;  ///< never empty
};

Hmac::Hmac(const MacKey& key) : contexts_(std::make_unique<Contexts>(key)) {}
Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&& other) noexcept = default;
Hmac& Hmac::operator=(Hmac&& other) noexcept = default;

Mac Hmac::operator()(std::initializer_list<ByteView> parts) const {
    Evp<EVP_MAC_CTX> context = contexts_->take();
    // Without a key: begins anew under the one that it has.
    require(EVP_MAC_init(context.get(), nullptr, 0, nullptr) == 1);
    for (const ByteView part : parts) {
        require(EVP_MAC_update(context.get(), readable(part), part.size()) == 1);
    }
    Mac mac;
    std::size_t size = 0;
    require(
        EVP_MAC_final(context.get(), writable(mac.data), &size, mac.data.size()) == 1 &&
        size == Mac::size
    );
    contexts_->give_back(std::move(context));
    return mac;
}

std::uint64_t short_hash(const ShortHashKey& key, ByteView data) {
    std::uint64_t hash = 0;
    crypto_shorthash(
        reinterpret_cast<unsigned char*>(&hash), readable(data), data.size(), readable(key.data)
    );
    return hash;
}

bool equal_in_constant_time(ByteView a, ByteView b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace latchkey::crypto
