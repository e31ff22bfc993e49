#include "net/http.hpp"

#include "base/encoding.hpp"
#include "net/text.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace latchkey::net {
namespace {

/// More than an object takes while it is put together, mostly.
constexpr std::size_t json_bytes_on_stack = 2048;

constexpr std::string_view host_prefix = "__Host-";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return lower(x) == lower(y);
           });
}

/// The part before `separator`; what follows it stays in `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return part;
}

std::optional<std::string> urlencoded_value(std::string_view pairs, std::string_view name) {
    while (!pairs.empty()) {
        std::string_view value = take_until(pairs, '&');
        const auto key = percent_decoded(take_until(value, '='));
        if (key && *key == name) return percent_decoded(value);
    }
    return std::nullopt;
}

bool is_media_type(std::string_view content_type, std::string_view wanted) {
    return same_name(trimmed(content_type.substr(0, content_type.find(';'))), wanted);
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
    for (const Field& field : fields_) {
        if (same_name(slice(field.name), name)) return slice(field.value);
    }
    return {};
}

bool Request::has_header(std::string_view name) const {
    return std::ranges::any_of(fields_, [&](const Field& field) {
        return same_name(slice(field.name), name);
    });
}

std::string Request::header_list(std::string_view name) const {
    std::string list;
    bool first = true;
    for (const Field& field : fields_) {
        if (!same_name(slice(field.name), name)) continue;
        if (!std::exchange(first, false)) list += ", ";
        list += slice(field.value);
    }
    return list;
}

std::string_view Request::host() const {
    return host_.size > 0 ? slice(host_) : header("Host");
}

std::string Request::own_origin() const {
    std::string origin(peer.secure ? "https://" : "http://");
    for (const char c : host()) origin += lower(c);
    return origin;
}

std::string_view Request::cookie(std::string_view name) const {
    for (const Field& field : fields_) {
        if (!same_name(slice(field.name), "Cookie")) continue;
        std::string_view pairs = slice(field.value);
        while (!pairs.empty()) {
            std::string_view value = take_until(pairs, ';');
            if (trimmed(take_until(value, '=')) == name) return trimmed(value);
        }
    }
    return {};
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
    return urlencoded_value(query(), name);
}

std::optional<std::string> Request::form_field(std::string_view name) const {
    if (!is_media_type(header("Content-Type"), "application/x-www-form-urlencoded"))
        return std::nullopt;
    return urlencoded_value(body, name);
}

std::optional<boost::json::object> Request::json_object() const {
    if (!is_media_type(header("Content-Type"), "application/json")) return std::nullopt;
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(body, error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

void Request::clear() {
    method = Method::other;
    peer = {};
    body.clear();
    text_.clear();
    fields_.clear();
    path_ = query_ = host_ = {};
    for (Slice& parameter : parameters_) parameter = {};
}

Request::Slice Request::keep(std::string_view text) {
    const Slice slice{
        static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text.size())
    };
    text_ += text;
    return slice;
}

void Request::set_target(std::string_view target) {
    const Slice whole = keep(target);
    const std::size_t mark = std::min(target.find('?'), target.size());
    path_ = {whole.at, static_cast<std::uint32_t>(mark)};
    query_ = {};
    if (mark < target.size()) {
        query_ = {
            whole.at + static_cast<std::uint32_t>(mark) + 1,
            whole.size - static_cast<std::uint32_t>(mark) - 1
        };
    }
}

void Request::add_header(std::string_view name, std::string_view value) {
    const Slice kept_name = keep(name);
    fields_.push_back({kept_name, keep(value)});
}

void Request::set_host(std::string_view host) {
    host_ = keep(host);
}

void Request::set_parameter(std::size_t index, std::string_view part_of_path) {
    parameters_[index] = keep(std::string(part_of_path));
}

Response& Response::add(std::string_view name, std::string_view value) {
    const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    if (std::ranges::any_of(value, breaks) || std::ranges::any_of(name, breaks)) {
        throw std::invalid_argument("a header line with a line break in it");
    }
    fields.append(name).append(": ").append(value).append("\r\n");
    return *this;
}

Response json(const boost::json::value& value, unsigned status) {
    return json_text(boost::json::serialize(value), status);
}

Response json_of(JsonMembers members, unsigned status) {
    std::array<unsigned char, json_bytes_on_stack> buffer{};
    boost::json::monotonic_resource memory(buffer.data(), buffer.size());
    const boost::json::object object(members, &memory);
    return json_text(boost::json::serialize(object), status);
}

Response json_text(std::string text, unsigned status) {
    Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(text);
    return response;
}

Response problem(
    unsigned status,
    std::string_view name,
    std::string_view title,
    std::string_view detail,
    std::initializer_list<ProblemMember> more
) {
    boost::json::object body{
        {"type", "https://latchkey.dev/problems/" + std::string(name)},
        {"title", title},
        {"status", status},
    };
    if (!detail.empty()) body["detail"] = detail;
    for (const ProblemMember& member : more) body[member.name] = member.value;
    Response response = json(body, status);
    response.content_type = "application/problem+json";
    response.no_store();
    return response;
}

Response redirect(std::string_view location) {
    Response response = empty(303);
    response.add("Location", location);
    return response;
}

Response empty(unsigned status) {
    Response response;
    response.status = status;
    return response;
}

std::string_view reason_phrase(unsigned status) {
    switch (status) {
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

std::string cookie_name(std::string_view name, bool secure) {
    return secure ? std::string(host_prefix).append(name) : std::string(name);
}

std::string set_cookie(const Cookie& cookie) {
    constexpr std::size_t most_attributes = 96;
    const bool whole_host = cookie.path == "/";
    std::string line;
    line.reserve(cookie.name.size() + cookie.value.size() + cookie.path.size() + most_attributes);
    if (cookie.secure && whole_host) line.append(host_prefix);
    line.append(cookie.name).append("=").append(cookie.value);
    line.append("; Path=").append(cookie.path).append("; HttpOnly; SameSite=");
    line.append(cookie.strict ? "Strict" : "Lax");
    if (cookie.secure) line.append("; Secure");
    if (cookie.age_s) line.append("; Max-Age=").append(std::to_string(*cookie.age_s));
    return line;
}

bool is_same_site(const Request& request, const std::vector<std::string>& allowed_origins) {
    const std::string_view site = request.header("Sec-Fetch-Site");
    if (!request.has_header("Origin")) return site != "cross-site";

    const std::string_view origin = request.header("Origin");
    // Forms of pages without a referrer say `null` (Fetch §3.2): then the browser's own word
    // decides, which no page can write.
    if (origin == "null") return site == "same-origin";
    return origin == request.own_origin() ||
           std::ranges::find(allowed_origins, origin) != allowed_origins.end();
}

}  // namespace latchkey::net
