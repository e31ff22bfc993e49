#include "identity/requests.hpp"

#include "ops/log.hpp"

#include <utility>

namespace latchkey::identity {

Async<Result<SignedIn>> signed_in(Sessions& sessions, const net::Request& request, Time now) {
    auto found = co_await sessions.authenticate(session_cookie_of(request), now);
    if (!found) co_return found.error();
    if (!*found) co_return Errc::not_signed_in;
    co_return std::move(**found);
}

Async<Result<SignedIn>> freshly_signed_in(
    Sessions& sessions, const net::Request& request, Time now
) {
    auto found = co_await signed_in(sessions, request, now);
    if (found && !may_change_ways_in(found->session, now)) co_return Errc::sign_in_again;
    co_return found;
}

Text text_at(const boost::json::object& body, std::string_view name) {
    const auto* const member = body.if_contains(name);
    if (member == nullptr) return {};
    if (!member->is_string()) return {.value = {}, .fault = true};
    return {.value = std::string(member->get_string())};
}

void log_from(const net::Request& request, std::string_view event) {
    const std::string address = to_string(request.peer.address);
    ops::log(ops::Level::info, event, {{"address", std::string_view(address)}});
}

std::string passkey_name_from(const Device& device) {
    if (device.browser.empty()) return "Passkey";
    return device.system.empty() ? device.browser : device.browser + " on " + device.system;
}

}  // namespace latchkey::identity
