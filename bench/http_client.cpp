#include "http_client.hpp"

#include <algorithm>
#include <charconv>

namespace latchkey::bench {
namespace {

constexpr std::size_t head_bytes_max = 64UL * 1024;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    const auto* begin = text.data();
    const auto* end = begin + text.size();
    const auto [rest, error] = std::from_chars(begin, end, value, base);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

using State = ParsedResponse::State;

/// Reads chunks (RFC 9112 §7.1) from `bytes`; `used` and `body` are set when complete.
State read_chunks(std::string_view bytes, std::size_t& used, std::string& body) {
    std::size_t at = 0;
    while (true) {
        const auto line = bytes.find("\r\n", at);
        if (line == std::string_view::npos) return State::incomplete;
        auto text = bytes.substr(at, line - at);
        const auto size = number(trimmed(text.substr(0, text.find(';'))), 16);
        if (!size) return State::malformed;
        at = line + 2;
        if (*size == 0) break;
        if (bytes.size() - at < *size || bytes.size() - at - *size < 2) return State::incomplete;
        body.append(bytes.substr(at, *size));
        at += *size + 2;
    }
    // The trailer section: nothing, or fields, up to an empty line.
    while (true) {
        const auto line = bytes.find("\r\n", at);
        if (line == std::string_view::npos) return State::incomplete;
        const bool last = line == at;
        at = line + 2;
        if (last) break;
    }
    used = at;
    return State::complete;
}

}  // namespace

std::optional<std::string_view> Response::field(std::string_view name, std::size_t* from) const {
    std::size_t at = from != nullptr ? *from : 0;
    while (at < head.size()) {
        const auto end = std::min(head.find("\r\n", at), head.size());
        const auto line = head.substr(at, end - at);
        at = end + 2;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !same_name(line.substr(0, colon), name)) continue;
        if (from != nullptr) *from = at;
        return trimmed(line.substr(colon + 1));
    }
    return std::nullopt;
}

ParsedResponse parse_response(std::string_view bytes) {
    ParsedResponse parsed;
    const auto head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string_view::npos) {
        if (bytes.size() > head_bytes_max) parsed.state = State::malformed;
        return parsed;
    }
    parsed.state = State::malformed;
    auto& response = parsed.response;
    response.head = bytes.substr(0, head_end + 2);
    if (!response.head.starts_with("HTTP/1.") || response.head.size() < 14) return parsed;
    const auto status = number(response.head.substr(9, 3), 10);
    if (!status || *status < 100) return parsed;
    response.status = static_cast<int>(*status);
    const auto connection = response.field("Connection");
    response.keep_alive =
        response.head[7] == '1' && !(connection && same_name(*connection, "close"));

    const auto rest = bytes.substr(head_end + 4);
    std::size_t body_bytes = 0;
    const bool bodiless = *status < 200 || *status == 204 || *status == 304;
    const auto coding = response.field("Transfer-Encoding");
    const auto length = response.field("Content-Length");
    if (bodiless) {
        parsed.state = State::complete;
    } else if (coding) {
        parsed.state = read_chunks(rest, body_bytes, response.body);
    } else if (const auto size = length ? number(*length, 10) : std::nullopt) {
        parsed.state = rest.size() < *size ? State::incomplete : State::complete;
        body_bytes = *size;
        if (parsed.state == State::complete) response.body = rest.substr(0, body_bytes);
    }
    parsed.bytes = head_end + 4 + body_bytes;
    return parsed;
}

HttpClient::HttpClient(Loop& loop, const Target& target, Sources& sources, Done done)
    : target_(target), sources_(sources), done_(std::move(done)), stream_(loop, *this) {}

void HttpClient::send(std::string request) {
    request_ = std::move(request);
    busy_ = true;
    answered_ = false;
    reused_ = stream_.is_open();
    if (reused_) {
        stream_.send(request_);
    } else {
        stream_.open(target_, sources_.next());
    }
}

void HttpClient::reset() {
    busy_ = false;
    stream_.close();
}

void HttpClient::on_open() {
    stream_.send(request_);
}

std::size_t HttpClient::on_bytes(std::string_view bytes) {
    answered_ = true;
    auto parsed = parse_response(bytes);
    if (parsed.state == State::incomplete) return 0;
    if (parsed.state == State::malformed || !busy_) {
        stream_.close();
        if (busy_) finish(nullptr, "malformed answer");
        return 0;
    }
    if (!parsed.response.keep_alive) stream_.close();
    finish(&parsed.response, {});
    return parsed.bytes;
}

void HttpClient::on_end(std::string_view why) {
    if (!busy_) return;
    if (reused_ && !answered_) {
        reused_ = false;
        stream_.open(target_, sources_.next());
        return;
    }
    finish(nullptr, why);
}

void HttpClient::finish(const Response* response, std::string_view why) {
    busy_ = false;
    done_(response, why);
}

}  // namespace latchkey::bench
