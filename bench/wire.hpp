#pragma once

#include "http_client.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::bench {

/// How a server speaks. `classic`: the four calls of the scan-login tutorial. `v1`: Latchkey's own,
/// with a code that moves, a scan of its own before the approval, and the session collected after
/// it. `nchan`: push only, a subscriber socket under /sub/ID and a publisher under /pub/ID; there
/// is no login behind it.
enum class Wire : std::uint8_t { classic, v1, nchan };

/// Throws std::invalid_argument for another name than "classic", "v1" or "nchan".
[[nodiscard]] Wire wire_named(std::string_view name);

/// What a page knows of its login, and the cookies its browser would send.
struct NewLogin {
    std::string token;
    std::string code;
    std::string cookies;
    std::string scan;       ///< v1: what the server calls it once it is scanned
    std::string assertion;  ///< v1: with which the phone approves, as JSON; empty: with a tap
};

/// `POST /qrcode/` or `POST /v1/logins`, as a page of the server itself sends it; not for nchan.
/// `cookies` are those that the browser has already.
[[nodiscard]] std::string new_login_request(
    const Target& target, Wire wire = Wire::classic, std::string_view cookies = {}
);
/// Reads its answer; nothing when that is no yes with a token and a code. Of the v1 wire's moving
/// code it is the one to be shown now.
[[nodiscard]] std::optional<NewLogin> read_new_login(
    const Response& response, Wire wire = Wire::classic
);
/// A login for a server without logins: just a channel name that was not used before.
[[nodiscard]] NewLogin unregistered_login();

/// The handshake of the page that waits for `login`.
[[nodiscard]] std::string wait_request(const Target& target, Wire wire, const NewLogin& login);
/// The message that follows it, or nothing.
[[nodiscard]] std::string wait_message(Wire wire, const NewLogin& login);

/// v1: the phone scans the code. `session` is its whole Cookie value.
[[nodiscard]] std::string scan_request(
    const Target& target, const NewLogin& login, std::string_view session
);
/// What the server calls the login then; nothing when it was refused, or is to be confirmed
/// otherwise than by `confirm`.
[[nodiscard]] std::optional<std::string> read_scan(
    const Response& response, std::string_view confirm
);
/// What a passkey signs to approve it (docs/audit.md).
[[nodiscard]] std::string statement_in(const Response& response);

/// `POST /v1/…` with a body of JSON.
[[nodiscard]] std::string json_request(
    const Target& target, std::string_view path, std::string_view body, std::string_view cookies
);
/// The text of that name in an answer, the first one.
[[nodiscard]] std::string text_in(std::string_view json, std::string_view name);

/// The phone's yes. `session` is its whole Cookie value, or empty.
[[nodiscard]] std::string approve_request(
    const Target& target, Wire wire, const NewLogin& login, std::string_view session
);
/// Whether that was answered with a yes.
[[nodiscard]] bool is_approval(Wire wire, const Response& response);

/// v1: the browser takes its session.
[[nodiscard]] std::string collect_request(const Target& target, const NewLogin& login);

/// What a message to the page says: connected, waiting, scanned, approved, or something wrong.
enum class Told : std::uint8_t { connected, waiting, scanned, approved, wrong };
[[nodiscard]] Told told(Wire wire, std::string_view message);

/// The cookies of an answer, joined for a Cookie header, without those of another path than "/".
[[nodiscard]] std::string cookies_set(const Response& response);

}  // namespace latchkey::bench
