/// What the browser says of a ceremony: CollectedClientData (Web Authentication Level 3 §5.8.1).
/// Pure.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>

namespace latchkey::identity {

/// Of the whole JSON text. Browsers write some 200 bytes.
inline constexpr std::size_t client_data_bytes_max = 8192;
/// How deep members that we do not know may be nested.
inline constexpr std::size_t client_data_depth_max = 8;

struct ClientData {
    std::string type;       ///< `webauthn.create` or `webauthn.get`
    std::string challenge;  ///< base64url
    std::string origin;     ///< as the browser serialises it: `https://example.org`
    bool cross_origin = false;
    std::optional<std::string> top_origin{};  ///< of the page around a frame
};

/// Reads one JSON object (RFC 8259) in UTF-8, with or without a mark of its byte order in front, up
/// to `client_data_bytes_max`. `type`, `challenge` and `origin` are strings and must be there;
/// `crossOrigin` is a boolean and `topOrigin` a string, where they are; none of them may be there
/// twice. Other members are ignored, as the future will bring some (§5.8.1 says so).
///
/// This is a whole JSON parser and not the limited verification of §5.8.1.2, which compares the
/// beginning of the text with what it ought to be: that is for those who have no parser, and would
/// refuse clients that write their members in another order.
std::optional<ClientData> read_client_data(ByteView json);

}  // namespace latchkey::identity
