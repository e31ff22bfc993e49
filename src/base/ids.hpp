/// The ids that more than one room speaks of. None of them is a secret.
#pragma once

#include "base/bytes.hpp"

namespace latchkey {

struct LoginTag;
struct AccountTag;
struct SessionTag;
struct BrowserMarkTag;

/// One attempt to sign in: created (4 bytes, seconds since 1970, big-endian), random (8 bytes).
using LoginId = Bytes<LoginTag, 12>;
/// One person's account here. Random.
using AccountId = Bytes<AccountTag, 16>;
/// One session, as it is listed and ended; the cookie's value is another, secret one. When it was
/// made (6 bytes, milliseconds since 1970, big-endian), so that those of one account that were made
/// together lie together; random (10 bytes).
using SessionId = Bytes<SessionTag, 16>;
/// What is stored of a browser to know it again: made of its cookie's value, with no way back.
using BrowserMark = Bytes<BrowserMarkTag, 16>;

}  // namespace latchkey
