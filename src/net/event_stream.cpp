#include "net/event_stream.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>

namespace latchkey::net {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";

/// The first line of `rest`, which is left with what follows: LF, CR and CRLF end a line alike.
std::string_view take_line(std::string_view& rest, bool& more) {
    const std::size_t end = rest.find_first_of("\r\n");
    const std::string_view line = rest.substr(0, end);
    more = end != std::string_view::npos;
    rest.remove_prefix(more ? end : rest.size());
    if (more) rest.remove_prefix(rest.starts_with(line_end) ? 2 : 1);
    return line;
}

void append_data(std::string& out, std::string_view text) {
    for (bool more = true; more;) out.append("data: ").append(take_line(text, more)).append("\n");
    out.append("\n");
}

/// Makes a chunk of what stands in `out` from `at` on.
void make_chunk(std::string& out, std::size_t at) {
    std::array<char, 16> digits{};
    const std::size_t size = out.size() - at;
    char* const end = std::to_chars(digits.begin(), digits.end(), size, 16).ptr;
    std::string head(digits.data(), end);
    head += line_end;
    out.insert(at, head).append(line_end);
}

struct Answered {
    unsigned status;
    std::string_view name;
    std::string_view title;
};

Answered answered_as(CloseCode code) {
    switch (code) {
        case CloseCode::bad_message:
            return {400, "bad-request", "This is not what is waited for here"};
        case CloseCode::bad_token:
            return {401, "token-invalid", "The token is not good"};
        case CloseCode::bad_origin:
            return {403, "cross-site", "This request came from another site's page"};
        case CloseCode::expired:
            return {410, "expired", "What was waited for has expired"};
        case CloseCode::consumed:
            return {410, "consumed", "What was waited for is used up"};
        case CloseCode::draining:
            return {503, "draining", "This node is about to stop"};
        case CloseCode::overloaded:
            return {503, "overloaded", "There is too much to do here"};
        default:
            break;
    }
    switch (static_cast<unsigned>(code) / 100) {
        case 40:
            return answered_as(CloseCode::bad_message);
        case 41:
            return answered_as(CloseCode::expired);
        case 42:
            return answered_as(CloseCode::overloaded);
        default:
            return {500, "internal", "Something went wrong here"};
    }
}

}  // namespace

void append_event(std::string& out, std::string_view text, bool chunked) {
    const std::size_t at = out.size();
    append_data(out, text);
    if (chunked) make_chunk(out, at);
}

void append_comment(std::string& out, bool chunked) {
    const std::size_t at = out.size();
    out.append(":\n\n");
    if (chunked) make_chunk(out, at);
}

void append_last_event(std::string& out, CloseCode code, std::string_view reason, bool chunked) {
    const std::size_t at = out.size();
    const boost::json::object data{
        {"code", static_cast<std::uint16_t>(code)},
        {"reason", reason},
    };
    out.append("event: close\n");
    append_data(out, boost::json::serialize(data));
    if (!chunked) return;
    make_chunk(out, at);
    out.append(last_chunk);
}

Response unsaid(CloseCode code, std::string_view reason) {
    if (code == CloseCode::normal || code == CloseCode::going_away) {
        Response nothing = empty();
        nothing.no_store();
        return nothing;
    }
    const Answered as = answered_as(code);
    Response response = problem(as.status, as.name, as.title, reason);
    if (as.status == 503) response.add("Retry-After", "1");
    return response;
}

}  // namespace latchkey::net
