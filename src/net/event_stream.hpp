/// What an endpoint says, as the bytes of the wires that are HTTP: server-sent events (WHATWG HTML)
/// and long polls. Pure.
#pragma once

#include "net/socket.hpp"

#include <string>
#include <string_view>

namespace latchkey::net {

/// One event of `text`, each of its lines with a `data:` of its own. `chunked`: as a chunk (RFC
/// 9112 §7.1).
void append_event(std::string& out, std::string_view text, bool chunked);
/// A comment, which no page sees: a sign of life.
void append_comment(std::string& out, bool chunked);
/// The last event, of the type `close`, and the end of a chunked body.
void append_last_event(std::string& out, CloseCode code, std::string_view reason, bool chunked);

/// How a long poll is answered that is closed before anything was said: 204 for 1000 and 1001; 400,
/// 401, 403 or 410 for the codes by which the client is told to stop or to make a new login; 503
/// with `Retry-After` for those by which it shall come back; 500 for any other.
Response unsaid(CloseCode code, std::string_view reason);

}  // namespace latchkey::net
