/// Sealed values from strangers. Whatever comes: no crash, nothing opens that we did not seal, and
/// what we sealed opens to the same and to nothing else.

#include "login/values.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

namespace {

using namespace latchkey;
using namespace latchkey::login;

void require(bool fine) {
    if (!fine) std::abort();
}

template <class T>
T full_of(std::uint8_t value) {
    T bytes;
    bytes.data.fill(std::byte{value});
    return bytes;
}

const SealingKeys& keys() {
    static const SealingKeys sealing(
        KeyRing{{9, full_of<SealingKey>(1)}, {0, full_of<SealingKey>(2)}}
    );
    return sealing;
}

/// As a text: a stranger cannot make a MAC.
void open_as_text(std::string_view text) {
    const Time now{seconds(1'700'000'000)};
    require(keys().open_code(text, now).has_error());
    require(keys().open_token(text, now).has_error());
    require(keys().open_handle(text, now).has_error());
    if (const auto cookie = parse_cookie(text)) require(to_text(*cookie) == text);
    if (const auto code = read_user_code(text)) {
        require(code->value < user_code_count && read_user_code(to_text(*code)) == code);
    }
}

/// What the rest of the input is used for.
struct Chosen {
    explicit Chosen(std::span<const std::uint8_t> data)
        : place(data[0]),
          letter(static_cast<char>(data[1])),
          number(data[2]),
          step(static_cast<std::uint16_t>((data[3] << 8 | data[4]) & 0xfff)) {}
    static constexpr std::size_t size = 5;

    /// The text with one letter changed; whether it is the same still.
    bool change(std::string& text) const {
        char& there = text[place % text.size()];
        const bool same = there == letter;
        there = letter;
        return same;
    }

    std::size_t place;
    char letter;
    std::uint8_t number;
    std::uint16_t step;
};

bool is_lower(char upper, char lower) {
    return lower >= 'a' && lower <= 'z' && lower - 'a' + 'A' == upper;
}

void open_changed_code(const LoginId& login, const Chosen& chosen) {
    const Time now = created_at(login) + seconds(chosen.number);
    std::string code = keys().seal_code(login, chosen.step);
    const auto opened = keys().open_code(code, now);
    const bool moves = chosen.step <= moving_step_max;
    const int earlier = chosen.step == static_step ? 0 : scriptless_step - chosen.step;
    const seconds shown = moves ? chosen.step * code_step : earlier * scriptless_shown_max;
    const bool to_come = seconds(chosen.number) + clock_skew_max < shown;
    require(opened.has_value() != to_come);
    if (opened) {
        require(opened->login == login && (opened->kind == CodeKind::moving) == moves);
        const seconds end = shown + (moves ? code_steps_open * code_step : code_life);
        require(opened->is_old == (seconds(chosen.number) >= end));
    }
    const char before = code[chosen.place % code.size()];
    const bool same = chosen.change(code) || is_lower(before, chosen.letter);
    const auto again = keys().open_code(code, now);
    require(same ? again == opened : again.has_error());
}

void open_changed_token(const LoginId& login, const Chosen& chosen) {
    const Time now = created_at(login) + seconds(chosen.number);
    const auto cookie = full_of<BrowserCookie>(chosen.number);
    std::string token = keys().seal_token(login, chosen.step, cookie);
    const auto ours = keys().open_token(token, now);
    require(ours && ours->login == login && ours->client == chosen.step && ours->key_id == 9);
    require(keys().made_by(*ours, cookie));
    require(keys().is_of(login, ours->key_id, ours->tag, mark_of(cookie)));
    require(!keys().made_by(*ours, full_of<BrowserCookie>(chosen.number ^ 1U)));
    const bool same = chosen.change(token);
    require(keys().open_token(token, now).has_value() == same);
}

void open_changed_handle(const LoginId& login, const Chosen& chosen) {
    const Time issued = created_at(login);
    ScanHandle handle{login, static_cast<CodeKind>(chosen.step % 3), std::nullopt};
    if (chosen.number != 0) handle.account = full_of<AccountId>(chosen.number);
    const Random nonce = [&](std::span<std::byte> bytes) {
        std::ranges::fill(bytes, std::byte{chosen.number});
    };
    std::string text = keys().seal_handle(handle, issued, nonce);
    const auto opened = keys().open_handle(text, issued + seconds(chosen.number));
    require(opened && *opened == handle);
    const bool same = chosen.change(text);
    require(keys().open_handle(text, issued).has_value() == same);
}

/// As values of ours that are sealed, changed in one place, and opened.
void open_changed(std::span<const std::uint8_t> data) {
    if (data.size() < LoginId::size + Chosen::size) return;
    LoginId login;
    std::ranges::transform(data.first(LoginId::size), login.data.begin(), [](std::uint8_t byte) {
        return std::byte{byte};
    });
    const Chosen chosen(data.subspan(LoginId::size));
    open_changed_code(login, chosen);
    open_changed_token(login, chosen);
    open_changed_handle(login, chosen);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    open_as_text({reinterpret_cast<const char*>(data), size});
    open_changed({data, size});
    return 0;
}
