#include "login/answers.hpp"

#include <algorithm>

namespace latchkey::login {
namespace {

constexpr std::string_view browser_cookie_name = "latchkey_browser";
constexpr std::string_view secure_browser_cookie_name = "__Host-latchkey_browser";
constexpr std::string_view login_cookie_name = "latchkey_login";
constexpr std::string_view login_cookie_path = "/dashboard.html";

constexpr std::size_t idempotency_key_characters_min = 16;
constexpr std::size_t idempotency_key_characters_max = 64;

bool is_base64url(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

struct Problem {
    unsigned status;
    std::string_view name;
};

Problem problem_named(Errc error) {
    switch (error) {
        case Errc::code_unknown:
            return {404, "code-unknown"};
        case Errc::code_expired:
            return {410, "code-expired"};
        case Errc::token_invalid:
            return {401, "token-invalid"};
        case Errc::wrong_browser:
            return {403, "wrong-browser"};
        case Errc::login_unknown:
            return {404, "login-unknown"};
        case Errc::login_expired:
            return {410, "login-expired"};
        case Errc::already_scanned:
            return {409, "already-scanned"};
        case Errc::already_decided:
            return {409, "already-decided"};
        case Errc::not_yours:
            return {403, "not-yours"};
        case Errc::number_missing:
            return {422, "number-missing"};
        case Errc::wrong_number:
            return {409, "wrong-number"};
        case Errc::unknown_browser:
        case Errc::different_network:
        case Errc::passkey_needed:
        case Errc::passkey_elsewhere:
            return {403, "refused-by-policy"};
        case Errc::passkey_missing:
            return {422, "passkey-missing"};
        case Errc::passkey_refused:
            return {422, "passkey-refused"};
        case Errc::client_unknown:
            return {404, "client-unknown"};
        case Errc::redirect_not_registered:
            return {422, "redirect-not-registered"};
        case Errc::ticket_only:
            return {409, "ticket-only"};
        case Errc::ticket_needs_client:
            return {422, "ticket-needs-client"};
        case Errc::ticket_unknown:
            return {404, "ticket-unknown"};
        case Errc::not_approved:
            return {409, "not-approved"};
        case Errc::already_collected:
            return {409, "already-collected"};
        case Errc::approval_withdrawn:
            return {409, "approval-withdrawn"};
        case Errc::not_on_screen:
            return {409, "not-on-screen"};
        case Errc::unavailable:
            break;
    }
    return {503, "unavailable"};
}

/// Which rule of the application refused, for the page that says so; else empty.
std::string_view rule_of(Errc error) {
    if (error == Errc::unknown_browser) return "unknown-browser";
    if (error == Errc::different_network) return "different-network";
    if (error == Errc::passkey_needed) return "passkey-needed";
    if (error == Errc::passkey_elsewhere) return "passkey-elsewhere";
    return {};
}

}  // namespace

net::Response problem_of(const ErrorCode& error) {
    const bool ours = error.category() == ErrorCategory<Errc>::instance();
    const Errc value = ours ? static_cast<Errc>(error.value()) : Errc::unavailable;
    const Problem named = problem_named(value);
    net::Response response =
        rule_of(value).empty()
            ? net::problem(named.status, named.name, meaning(value))
            : net::problem(
                  named.status, named.name, meaning(value), {}, {{"reason", rule_of(value)}}
              );
    if (value == Errc::token_invalid) response.add("WWW-Authenticate", "Bearer");
    if (named.status == 503) response.add("Retry-After", "1");
    return response;
}

net::Response too_many_guesses(milliseconds wait) {
    net::Response response = net::problem(
        429, "too-many-requests", "Too many wrong attempts came from this network. Try again later."
    );
    response.add("Retry-After", retry_after(wait));
    return response;
}

net::Response too_many(milliseconds wait) {
    net::Response response =
        net::problem(429, "too-many-requests", "That was asked for too often. Try again later.");
    response.add("Retry-After", retry_after(wait));
    return response;
}

net::Response bad_body() {
    return net::problem(400, "bad-request", "The body is not what this call takes.");
}

net::Response not_signed_in() {
    return net::problem(401, "not-signed-in", "Nobody is signed in on this device.");
}

std::string retry_after(milliseconds wait) {
    return std::to_string(std::chrono::ceil<seconds>(wait).count());
}

std::optional<BrowserCookie> browser_cookie(const net::Request& request) {
    const auto name = request.peer.secure ? secure_browser_cookie_name : browser_cookie_name;
    return parse_cookie(request.cookie(name));
}

Browser browser_of(const net::Request& request, const Random& random) {
    if (const auto known = browser_cookie(request)) return {*known, false};
    return {random_bytes<BrowserCookie>(random), true};
}

void greet(net::Response& response, const Browser& browser, bool secure) {
    if (!browser.is_new) return;
    const std::string value = to_text(browser.cookie);
    const net::Cookie cookie{
        .name = browser_cookie_name,
        .value = value,
        .secure = secure,
        .age_s = browser_cookie_life.count(),
    };
    response.add("Set-Cookie", net::set_cookie(cookie));
}

std::string_view login_cookie(const net::Request& request) {
    return request.cookie(login_cookie_name);
}

void set_login_cookie(net::Response& response, std::string_view token, bool secure) {
    const net::Cookie cookie{
        .name = login_cookie_name,
        .value = token,
        .secure = secure,
        .path = login_cookie_path,
        .strict = true,
        .age_s = token.empty() ? 0 : login_life.count(),
    };
    response.add("Set-Cookie", net::set_cookie(cookie));
}

std::optional<std::string_view> idempotency_key(const net::Request& request) {
    std::string_view key = request.header("Idempotency-Key");
    if (key.empty()) return key;
    if (key.size() > 1 && key.front() == '"' && key.back() == '"') {
        key = key.substr(1, key.size() - 2);
    }
    const bool fits = key.size() >= idempotency_key_characters_min &&
                      key.size() <= idempotency_key_characters_max;
    if (!fits || !std::ranges::all_of(key, is_base64url)) return std::nullopt;
    return key;
}

net::Response bad_idempotency_key() {
    return net::problem(
        400, "bad-idempotency-key", "Idempotency-Key is 16 to 64 letters, digits, - or _."
    );
}

std::string_view bearer_token(const net::Request& request) {
    constexpr std::string_view scheme = "bearer ";
    std::string_view value = request.header("Authorization");
    const auto same = [](char a, char b) { return (a | 0x20) == b || a == b; };
    if (value.size() < scheme.size() ||
        !std::ranges::equal(value.substr(0, scheme.size()), scheme, same)) {
        return {};
    }
    value.remove_prefix(scheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
}

}  // namespace latchkey::login
