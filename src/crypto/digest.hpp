/// Hashes and keyed hashes.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>

namespace latchkey::crypto {

struct Sha256Tag;
struct MacKeyTag;
struct MacTag;
struct Sha1Tag;
struct ShortHashKeyTag;

using Sha256 = Bytes<Sha256Tag, 32>;
using Sha1 = Bytes<Sha1Tag, 20>;
/// A key for `Hmac`.
using MacKey = Bytes<MacKeyTag, 32>;
using Mac = Bytes<MacTag, 32>;
using ShortHashKey = Bytes<ShortHashKeyTag, 16>;

/// Secrets (session cookies, tickets) are stored as this and nothing else.
Sha256 sha256(ByteView data);
/// Of the one followed by the other.
Sha256 sha256(ByteView first, ByteView second);

/// Only for the WebSocket handshake, which proves nothing (RFC 6455 §4.2.2).
Sha1 sha1(ByteView data);

/// HMAC-SHA-256 (RFC 2104) under one key. Thread-safe, and quick for short texts: what depends on
/// the key alone is worked out once, in contexts that are lent to one caller at a time.
class Hmac {
 public:
    explicit Hmac(const MacKey& key);
    ~Hmac();
    Hmac(Hmac&& other) noexcept;
    Hmac& operator=(Hmac&& other) noexcept;

    /// Over the parts one after another; parts must have fixed or self-evident lengths, since no
    /// length is mixed in.
    Mac operator()(std::initializer_list<ByteView> parts) const;

 private:
    class Contexts;
    std::unique_ptr<Contexts> contexts_;
};

/// HMAC-SHA-256 under a key that is used once or twice, such as one that was itself derived; for
/// more an `Hmac` is quicker. `key` has at most 64 bytes. Thread-safe.
Mac hmac(ByteView key, std::initializer_list<ByteView> parts);

/// SipHash-2-4: for tables whose keys strangers can choose. Not a MAC.
std::uint64_t short_hash(const ShortHashKey& key, ByteView data);

/// Whether both are equal, in a time that depends on the length alone.
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace latchkey::crypto
