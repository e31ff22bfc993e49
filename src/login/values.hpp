/// The sealed values of a login: the code on the screen, the token of the page, the handle of the
/// phone. They carry their own time and a keyed MAC (HMAC-SHA-256, RFC 2104, cut short; the handle
/// is encrypted as well), so that any node can check one without a look-up and a flood of visitors
/// writes nothing. docs/protocol.md has their layout and test vectors.
#pragma once

#include "base/ids.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "login/login.hpp"
#include "login/user_code.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::login {

struct SealingKeyTag;
struct BrowserCookieTag;
struct RotationKeyTag;
struct SessionSecretTag;

/// What the nodes of one installation share. Secret.
using SealingKey = Bytes<SealingKeyTag, 32>;
/// What tells one browser from another: the value of its HttpOnly cookie. Secret.
using BrowserCookie = Bytes<BrowserCookieTag, 16>;
/// What a page makes its next codes from. Secret to that page.
using RotationKey = Bytes<RotationKeyTag, 16>;
/// What goes into a session's cookie. Secret.
using SessionSecret = Bytes<SessionSecretTag, 32>;

/// How long one step of a moving code is on the screen.
inline constexpr seconds code_step{10};
/// How many steps a moving code can be scanned: its own, and the next one.
inline constexpr int code_steps_open = 2;
/// How long a code can be scanned that does not move by itself, from when it is first shown.
inline constexpr seconds code_life{120};
/// How long a token opens: the life of its login, and what a late approval adds to that.
inline constexpr seconds token_life = login_life + collect_time_min;
/// How long a handle opens, from its issue: the time to sign in on the phone.
inline constexpr seconds handle_life{300};
/// How far the clock of the node that sealed a value may be ahead of the clock of the node that
/// opens it.
inline constexpr seconds clock_skew_max{5};
/// No sealed value is of use for longer: by then a key that was replaced may go.
inline constexpr seconds values_life_max{900};

/// A key's place in the ring; goes into every sealed value.
using KeyId = std::uint8_t;
inline constexpr std::size_t key_ids_max = 16;

/// The step of a code that does not move by itself.
inline constexpr std::uint16_t static_step = 0xfff;
/// The step of a code that does not move because its page runs no script: of the first that such a
/// page shows. Those that follow count down from here to the last.
inline constexpr std::uint16_t scriptless_step = 0xffe;
inline constexpr std::uint16_t scriptless_step_last = 0xff9;
/// How long such a page shows each of them.
inline constexpr seconds scriptless_shown_max{115};
/// The one that it shows at `now`.
std::uint16_t scriptless_step_at(const LoginId& login, Time now);
/// The steps from 0 to here move.
inline constexpr std::uint16_t moving_step_max = 0xff8;

inline constexpr std::size_t login_id_characters = 16;
inline constexpr std::size_t code_characters = 36;
inline constexpr std::size_t token_characters = 54;
inline constexpr std::size_t cookie_characters = 22;
inline constexpr std::size_t handle_characters = 99;

enum class CodeKind : std::uint8_t {
    moving,      ///< its page derives the next one by itself
    fixed,       ///< of the classic wire
    scriptless,  ///< of a page that runs no script, so it can be scanned without presence
};

/// What a code says.
struct OpenedCode {
    LoginId login;
    CodeKind kind = CodeKind::moving;
    /// The code has been on the screen, but its time is over: good only for the account that has
    /// scanned this login. Whoever opens a code must look.
    bool is_old = false;
    friend bool operator==(const OpenedCode&, const OpenedCode&) = default;
};

/// What a page needs to show step after step: its code of step n has `field` + n.
struct Rotation {
    LoginId login;
    RotationKey key;
    std::uint16_t field = 0;
};

/// What a page's token says.
struct BrowserToken {
    LoginId login;
    KeyId key_id = 0;          ///< of the key that sealed it
    std::uint32_t client = 0;  ///< the application that asks; 0: this installation itself
    BrowserTag tag;            ///< see `SealingKeys::made_by`
    friend bool operator==(const BrowserToken&, const BrowserToken&) = default;
};
/// What fits into a token.
inline constexpr std::uint32_t client_max = 0xff'ffff;

/// What a phone holds while the code on the screen moves on.
struct ScanHandle {
    LoginId login;
    CodeKind kind = CodeKind::moving;  ///< of the code that was scanned
    std::optional<AccountId> account;  ///< nobody else may use it; none: anybody
    friend bool operator==(const ScanHandle&, const ScanHandle&) = default;
};

struct RingKey {
    KeyId id = 0;
    SealingKey key;
};
/// The current key first. Never empty; each id once.
using KeyRing = std::vector<RingKey>;

/// Seals and opens. Thread-safe, and sealing and opening never wait for `replace`. Each purpose has
/// a key of its own, derived from the sealing key, so that a value of one kind never passes for one
/// of another. Values are sealed with the current key; those sealed with an older one open as long
/// as that is in the ring. MACs are compared in constant time.
class SealingKeys {
 public:
    /// Throws `std::invalid_argument` when it is no ring.
    explicit SealingKeys(const KeyRing& ring);
    /// A ring of one key, whose id is 0.
    explicit SealingKeys(const SealingKey& only);
    ~SealingKeys();
    SealingKeys(const SealingKeys&) = delete;
    SealingKeys& operator=(const SealingKeys&) = delete;

    /// From now on this is the ring. What another thread has begun ends with the one before. Throws
    /// as the constructor, and nothing has changed then.
    void replace(const KeyRing& ring);
    /// The id of the key that seals now.
    KeyId current() const;

    /// `code_characters` of base32: LoginId (12), field (2, big-endian: key id in the high 4 bits,
    /// step), MAC (8).
    std::string seal_code(const LoginId& login, std::uint16_t step = static_step) const;
    /// Errors: `code_unknown` (malformed, forged, of a step that is still to come), `code_expired`
    /// (the login is over, so that it is of no use to anybody).
    Result<OpenedCode> open_code(std::string_view text, Time now) const;
    /// For the page that shows this login, and nobody else. It makes moving codes of that login,
    /// no others.
    Rotation rotation(const LoginId& login) const;

    /// `token_characters` of base64url: LoginId (12), key id (1), client (3, big-endian), tag of
    /// the browser (8), MAC (16). `client` is at most `client_max`.
    std::string seal_token(const LoginId& login, std::uint32_t client, const BrowserCookie& cookie)
        const;
    /// Whoever opens a token knows that it is ours and young enough, not yet that the right browser
    /// sends it. Errors: `token_invalid`.
    Result<BrowserToken> open_token(std::string_view text, Time now) const;
    /// Whether the browser with that cookie made the login. False when the token's key is gone.
    bool made_by(const BrowserToken& token, const BrowserCookie& cookie) const;
    /// The same, from what is stored of a token and of a browser.
    bool is_of(const LoginId& login, KeyId key_id, const BrowserTag& tag, const BrowserMark& mark)
        const;

    /// `handle_characters` of base64url: key id (1), nonce (24), and in the box LoginId (12),
    /// issued (4, seconds since 1970, big-endian), flags (1), account (16).
    std::string seal_handle(const ScanHandle& handle, Time now, const Random& random) const;
    /// Errors: `code_unknown` (malformed, forged), `code_expired` (issued more than `handle_life`
    /// ago).
    Result<ScanHandle> open_handle(std::string_view text, Time now) const;

    /// The user code of a login under the current key. It cannot be opened: who shows it is found.
    UserCode user_code(const LoginId& login) const;

    /// The secret of the session that this browser gets for the token's login when it collects
    /// under that key (`Idempotency-Key`): the same again for the same three, also when the ring
    /// has got a new key in between, and as good as random to whoever lacks the sealing key or the
    /// cookie, neither of which is stored with the session. Errors: `token_invalid` (its key is
    /// gone).
    Result<SessionSecret> session_secret(
        const BrowserToken& token, const BrowserCookie& cookie, std::string_view idempotency_key
    ) const;

    /// For the challenges of passkeys, which another room makes. Nothing when that key is gone.
    std::optional<crypto::Mac> challenge_mac(KeyId id, ByteView text) const;

 private:
    struct Purposes;
    struct Derived;

    static RotationKey rotation_key(const Purposes& key, const LoginId& login);
    static crypto::Mac code_mac(const Purposes& key, std::uint16_t step, ByteView shown);
    static BrowserTag tag_of(const Purposes& key, const LoginId& login, const BrowserMark& mark);

    const Derived& derived() const { return *now_.load(std::memory_order_acquire); }
    const Purposes* key(KeyId id) const;

    std::mutex replacing_;
    /// All that there ever were: somebody may still be reading one. Rotations are rare.
    std::vector<std::unique_ptr<const Derived>> rings_;
    std::atomic<const Derived*> now_{nullptr};
};

/// What is stored of the browser with that cookie.
BrowserMark mark_of(const BrowserCookie& cookie);

/// The cookie's value: `cookie_characters` of base64url.
std::string to_text(const BrowserCookie& cookie);
/// Nothing for any other text.
std::optional<BrowserCookie> parse_cookie(std::string_view text);

}  // namespace latchkey::login
