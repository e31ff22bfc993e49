#include "login/bell.hpp"

#include "base/encoding.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace latchkey::login {
namespace {

constexpr std::size_t id_characters = 16;
constexpr std::size_t name_bytes_max = 256;
constexpr std::string_view no_detail = "-";
constexpr std::array states{
    State::scanned,
    State::approved,
    State::denied,
    State::collected,
    State::cancelled,
    State::reported
};
constexpr std::array denials{Denial::declined, Denial::wrong_number};

/// What stands before the next space, taken off `rest` with that space; nothing without one.
std::optional<std::string_view> word_off(std::string_view& rest) {
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(space + 1);
    return word;
}

bool is_detail(State state, std::string_view detail) {
    if (detail == no_detail) return state != State::denied;
    if (state == State::scanned) return parse_number(detail).has_value();
    if (state != State::denied) return false;
    return std::ranges::any_of(denials, [&](Denial denial) { return to_string(denial) == detail; });
}

}  // namespace

std::string to_event(const Ring& ring) {
    std::string event = base64url(ring.login.view());
    event.append(" ").append(to_string(ring.state)).append(" ");
    event.append(ring.detail.empty() ? no_detail : ring.detail).append(" ").append(ring.name);
    return event;
}

std::optional<Ring> parse_event(std::string_view event) {
    std::string_view rest = event;
    const auto id = word_off(rest);
    if (!id || id->size() != id_characters) return std::nullopt;
    const auto login = bytes_from<LoginId>(*id, from_base64url);
    const auto state_name = word_off(rest);
    const auto detail = word_off(rest);
    if (!login || !state_name || !detail) return std::nullopt;

    const auto* const state =
        std::ranges::find(states, *state_name, [](State s) { return to_string(s); });
    if (state == states.end() || !is_detail(*state, *detail)) return std::nullopt;
    if (rest.size() > name_bytes_max || !is_printable(rest)) return std::nullopt;
    const bool plain = *detail == no_detail;
    return Ring{*login, *state, plain ? std::string() : std::string(*detail), std::string(rest)};
}

Ring ring_of(const Login& login, std::string_view name) {
    Ring ring{.login = login.id, .state = login.state, .name = std::string(name)};
    const bool number = login.state == State::scanned && wants_number(login.confirm);
    if (number) ring.detail = number_text(login.number);
    if (login.state == State::denied) ring.detail = to_string(login.denial);
    return ring;
}

channels::Topic topic_of(const LoginId& login) {
    return get_big_endian<channels::Topic>(std::span(login.data).subspan<4, 8>());
}

}  // namespace latchkey::login
