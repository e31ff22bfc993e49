#include "base/encoding.hpp"
#include "login/purposes.hpp"
#include "login/values.hpp"

#include <algorithm>

namespace latchkey::login {
namespace {

struct CodeTag;
struct CodeMacTag;
using CodeBytes = Bytes<CodeTag, 22>;
using CodeMac = Bytes<CodeMacTag, 8>;

constexpr std::size_t field_at = LoginId::size;
constexpr std::size_t code_mac_at = field_at + 2;
constexpr unsigned step_bits = 12;
constexpr std::uint16_t step_mask = 0xfff;

std::uint16_t field_of(KeyId key, std::uint16_t step) {
    return static_cast<std::uint16_t>(key << step_bits | (step & step_mask));
}

CodeKind kind_of(std::uint16_t step) {
    if (step == static_step) return CodeKind::fixed;
    return step > moving_step_max ? CodeKind::scriptless : CodeKind::moving;
}

enum class Age : std::uint8_t { to_come, young, old };

Age age_of(const LoginId& login, std::uint16_t step, Time now) {
    const Time shown = created_at(login) + step * code_step;
    if (now + clock_skew_max < shown) return Age::to_come;
    return now < shown + code_steps_open * code_step ? Age::young : Age::old;
}

/// When a page without script, or of the classic wire, first shows that code.
Time unmoved_shown(const LoginId& login, std::uint16_t step) {
    const int before = step == static_step ? 0 : scriptless_step - step;
    return created_at(login) + before * scriptless_shown_max;
}

Result<OpenedCode> opened_unmoved(const LoginId& login, std::uint16_t step, Time now) {
    // How one of a login from the future was always answered: as one too old.
    if (now + clock_skew_max < created_at(login)) return Errc::code_expired;
    const Time shown = unmoved_shown(login, step);
    if (now + clock_skew_max < shown) return Errc::code_unknown;
    return OpenedCode{login, kind_of(step), now >= shown + code_life};
}

Result<OpenedCode> opened_moving(const LoginId& login, std::uint16_t step, Time now) {
    const Age age = age_of(login, step, now);
    if (age == Age::to_come) return Errc::code_unknown;
    return OpenedCode{login, CodeKind::moving, age == Age::old};
}

}  // namespace

RotationKey SealingKeys::rotation_key(const Purposes& key, const LoginId& login) {
    return beginning_of<RotationKey>(key.code({login.view()}));
}

/// A code that moves is made by its page, too, so its MAC is under a key that the page may have:
/// worth something for this login alone, and not for a code that does not move.
crypto::Mac SealingKeys::code_mac(const Purposes& key, std::uint16_t step, ByteView shown) {
    if (kind_of(step) != CodeKind::moving) return key.fixed_code({shown});
    return crypto::hmac(rotation_key(key, login_in(shown)).view(), {shown});
}

std::string SealingKeys::seal_code(const LoginId& login, std::uint16_t step) const {
    const Derived& ring = derived();
    CodeBytes code;
    std::ranges::copy(login.data, code.data.begin());
    put_big_endian(code.span().subspan<field_at, 2>(), field_of(ring.current, step));
    const auto mac = code_mac(ring.of_current(), step & step_mask, code.view().first(code_mac_at));
    std::copy_n(mac.data.begin(), CodeMac::size, code.data.begin() + code_mac_at);
    return base32(code.view());
}

Result<OpenedCode> SealingKeys::open_code(std::string_view text, Time now) const {
    if (text.size() != code_characters) return Errc::code_unknown;
    const auto code = bytes_from<CodeBytes>(text, from_base32);
    if (!code) return Errc::code_unknown;

    const auto field = get_big_endian<std::uint16_t>(std::span(code->data).subspan<field_at, 2>());
    const Purposes* sealed_it = key(static_cast<KeyId>(field >> step_bits));
    if (sealed_it == nullptr) return Errc::code_unknown;
    const auto step = static_cast<std::uint16_t>(field & step_mask);
    const auto mac = code_mac(*sealed_it, step, code->view().first(code_mac_at));
    if (!crypto::equal_in_constant_time(
            code->view().subspan(code_mac_at), beginning_of<CodeMac>(mac).view()
        )) {
        return Errc::code_unknown;
    }

    const LoginId login = login_in(code->view());
    if (now >= expires_at(login)) return Errc::code_expired;
    return kind_of(step) == CodeKind::moving ? opened_moving(login, step, now)
                                             : opened_unmoved(login, step, now);
}

std::uint16_t scriptless_step_at(const LoginId& login, Time now) {
    const auto codes_before =
        std::max(now - created_at(login), milliseconds(0)) / scriptless_shown_max;
    constexpr auto codes_before_max = scriptless_step - scriptless_step_last;
    const auto before = std::min<std::int64_t>(codes_before, codes_before_max);
    return static_cast<std::uint16_t>(scriptless_step - before);
}

Rotation SealingKeys::rotation(const LoginId& login) const {
    const Derived& ring = derived();
    return {login, rotation_key(ring.of_current(), login), field_of(ring.current, 0)};
}

}  // namespace latchkey::login
