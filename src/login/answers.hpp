/// What this room's routes share: its errors as answers, and its cookies.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "login/values.hpp"
#include "net/http.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::login {

/// The problem (RFC 9457) of an error of this room; anything else is `unavailable`, without a
/// detail.
net::Response problem_of(const ErrorCode& error);
/// 429, with `Retry-After` in whole seconds.
net::Response too_many_guesses(milliseconds wait);
/// 429 `too-many-requests`: not for a wrong guess, but for asking too often.
net::Response too_many(milliseconds wait);
/// 400 `bad-request`
net::Response bad_body();
/// 401 `not-signed-in`
net::Response not_signed_in();

/// Whole seconds, rounded up, as `Retry-After` has them.
std::string retry_after(milliseconds wait);

/// How long a browser can be known again: the longest that browsers keep a cookie (RFC 6265bis
/// §5.5).
inline constexpr seconds browser_cookie_life = std::chrono::days(400);

/// The browser that sent a request.
struct Browser {
    BrowserCookie cookie;
    bool is_new = false;  ///< it must be given the cookie
};
/// By its cookie; nothing when that is missing or malformed.
std::optional<BrowserCookie> browser_cookie(const net::Request& request);
/// The same, or a new one.
Browser browser_of(const net::Request& request, const Random& random);
/// Adds the Set-Cookie line when the browser is new. Who sent it a login may be known by it later.
void greet(net::Response& response, const Browser& browser, bool secure);

/// The cookie in which `POST /qrcode/` leaves the token for the classic page, which just goes to
/// dashboard.html.
std::string_view login_cookie(const net::Request& request);
/// Sets it, or removes it when `token` is empty.
void set_login_cookie(net::Response& response, std::string_view token, bool secure);

/// `Idempotency-Key`, without the quotes that some put around it; empty when it is not sent,
/// nothing when it is malformed.
std::optional<std::string_view> idempotency_key(const net::Request& request);
/// 400 `bad-idempotency-key`
net::Response bad_idempotency_key();

/// The token of `Authorization: Bearer` (RFC 6750 §2.1); empty when there is none.
std::string_view bearer_token(const net::Request& request);

}  // namespace latchkey::login
