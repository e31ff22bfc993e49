/// What the routes of this room read out of requests.
#pragma once

#include "identity/sessions.hpp"
#include "net/http.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::identity {

/// Whose request it is. Awaited at once, so the request outlives it. Errors: `not_signed_in`,
/// `unavailable`.
Async<Result<SignedIn>> signed_in(Sessions& sessions, const net::Request& request, Time now);
/// The same of a session that may change what opens its account. Errors: also `sign_in_again`.
Async<Result<SignedIn>> freshly_signed_in(
    Sessions& sessions, const net::Request& request, Time now
);

/// A text of a body; nothing when it is not there, `fault` when it is something else.
struct Text {
    std::optional<std::string> value;
    bool fault = false;
};
Text text_at(const boost::json::object& body, std::string_view name);

/// Those texts of a body. Nothing unless each is there and a text.
template <std::size_t N>
std::optional<std::array<std::string, N>> texts_of(
    const boost::json::object& body, const std::array<std::string_view, N>& names
) {
    std::array<std::string, N> texts;
    for (std::size_t i = 0; i < N; ++i) {
        Text text = text_at(body, names[i]);
        if (!text.value) return std::nullopt;
        texts[i] = std::move(*text.value);
    }
    return texts;
}
/// Likewise of a request whose body is JSON.
template <std::size_t N>
std::optional<std::array<std::string, N>> texts_of(
    const net::Request& request, const std::array<std::string_view, N>& names
) {
    const auto body = request.json_object();
    return body ? texts_of(*body, names) : std::nullopt;
}

/// Somebody did something worth a line: the event and the address, and never a name.
void log_from(const net::Request& request, std::string_view event);

/// What a passkey is called until its owner says otherwise.
std::string passkey_name_from(const Device& device);

}  // namespace latchkey::identity
