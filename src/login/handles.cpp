#include "base/encoding.hpp"
#include "login/purposes.hpp"
#include "login/values.hpp"

#include <algorithm>

namespace latchkey::login {
namespace {

struct HandleTag;
struct PlainTag;
using Plain = Bytes<PlainTag, 33>;
using HandleBytes =
    Bytes<HandleTag, 1 + crypto::AeadNonce::size + Plain::size + crypto::aead_tag_bytes>;

constexpr std::size_t nonce_at = 1;
constexpr std::size_t box_at = nonce_at + crypto::AeadNonce::size;
constexpr std::size_t issued_at = LoginId::size;
constexpr std::size_t flags_at = issued_at + 4;
constexpr std::size_t account_at = flags_at + 1;

constexpr std::byte does_not_move{1};
constexpr std::byte needs_no_presence{2};

std::byte flags_of(CodeKind kind) {
    if (kind == CodeKind::scriptless) return does_not_move | needs_no_presence;
    return kind == CodeKind::fixed ? does_not_move : std::byte{0};
}

CodeKind kind_of(std::byte flags) {
    if (flags == flags_of(CodeKind::scriptless)) return CodeKind::scriptless;
    return flags == flags_of(CodeKind::fixed) ? CodeKind::fixed : CodeKind::moving;
}

/// What is not in the box and must not be changed either.
std::string beside(KeyId key) {
    return std::string("latchkey/1/handle") + static_cast<char>(key);
}

Plain written(const ScanHandle& handle, Time now) {
    Plain plain;
    std::ranges::copy(handle.login.data, plain.data.begin());
    const auto since_1970 = std::chrono::floor<seconds>(now).time_since_epoch();
    put_big_endian(
        plain.span().subspan<issued_at, 4>(), static_cast<std::uint32_t>(since_1970.count())
    );
    plain.data[flags_at] = flags_of(handle.kind);
    const AccountId account = handle.account.value_or(AccountId{});
    std::ranges::copy(account.data, plain.data.begin() + account_at);
    return plain;
}

Result<ScanHandle> read(ByteView plain, Time now) {
    const Time issued(seconds(get_big_endian<std::uint32_t>(plain.subspan<issued_at, 4>())));
    if (!is_young(issued, handle_life, now)) return Errc::code_expired;
    ScanHandle handle;
    handle.login = login_in(plain);
    handle.kind = kind_of(plain[flags_at]);
    AccountId account;
    std::ranges::copy(plain.subspan(account_at), account.data.begin());
    if (account != AccountId{}) handle.account = account;
    return handle;
}

}  // namespace

std::string SealingKeys::seal_handle(const ScanHandle& handle, Time now, const Random& random)
    const {
    const Derived& ring = derived();
    const auto nonce = random_bytes<crypto::AeadNonce>(random);
    const auto box = crypto::aead_seal(
        ring.of_current().handle, nonce, written(handle, now).view(), bytes_of(beside(ring.current))
    );
    HandleBytes bytes;
    bytes.data[0] = std::byte{ring.current};
    std::ranges::copy(nonce.data, bytes.data.begin() + nonce_at);
    std::ranges::copy(box, bytes.data.begin() + box_at);
    return base64url(bytes.view());
}

Result<ScanHandle> SealingKeys::open_handle(std::string_view text, Time now) const {
    if (text.size() != handle_characters) return Errc::code_unknown;
    const auto bytes = bytes_from<HandleBytes>(text, from_base64url);
    if (!bytes) return Errc::code_unknown;

    const auto id = static_cast<KeyId>(bytes->data[0]);
    const Purposes* sealed_it = key(id);
    if (sealed_it == nullptr) return Errc::code_unknown;
    crypto::AeadNonce nonce;
    std::copy_n(bytes->data.begin() + nonce_at, crypto::AeadNonce::size, nonce.data.begin());
    const auto plain = crypto::aead_open(
        sealed_it->handle, nonce, bytes->view().subspan(box_at), bytes_of(beside(id))
    );
    if (!plain) return Errc::code_unknown;
    return read(*plain, now);
}

}  // namespace latchkey::login
