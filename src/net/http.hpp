/// HTTP messages as plain values: what handlers read and answer. No parser and no socket shows
/// here.
#pragma once

#include "base/address.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::net {

enum class Method : std::uint8_t { get, head, post, put, delete_, options, other };

/// How the far end is seen, after trusted proxies have been believed (`Forwarded`, `X-Forwarded-*`,
/// PROXY v2).
struct Peer {
    IpAddress address;    ///< unspecified on a Unix socket without a proxy's word
    bool secure = false;  ///< the browser came by https
    friend bool operator==(const Peer&, const Peer&) = default;
};

/// One request. Owns all its bytes; views into it live as long as it is neither changed nor moved.
class Request {
 public:
    Method method = Method::other;
    Peer peer;
    std::string body;

    std::string_view path() const { return slice(path_); }    ///< percent-encoded as sent
    std::string_view query() const { return slice(query_); }  ///< without `?`
    /// The first field of that name (names without regard to case); empty when there is none.
    std::string_view header(std::string_view name) const;
    bool has_header(std::string_view name) const;
    /// All fields of that name as one list, in their order (RFC 9110 §5.3).
    std::string header_list(std::string_view name) const;
    /// Authority the browser asked for (`Host`, or the trusted proxy's word): `example.org:8443`.
    std::string_view host() const;
    /// `https://example.org:8443`: what `Origin` must be for a request of our own pages.
    std::string own_origin() const;
    /// The value of a cookie; empty when there is none.
    std::string_view cookie(std::string_view name) const;
    /// A decoded parameter of the query; nothing when absent or broken.
    std::optional<std::string> query_parameter(std::string_view name) const;
    /// A decoded field of an `application/x-www-form-urlencoded` body; nothing when absent or
    /// broken.
    std::optional<std::string> form_field(std::string_view name) const;
    /// The body as a JSON object (content type `application/json`, at most `json_depth_max` deep);
    /// nothing when it is anything else.
    std::optional<boost::json::object> json_object() const;
    /// What stood at `{}` number `index` of the route's pattern.
    std::string_view parameter(std::size_t index) const { return slice(parameters_[index]); }

    // Building one: the parser, and tests.
    void clear();
    void set_target(std::string_view target);
    void add_header(std::string_view name, std::string_view value);
    void set_host(std::string_view host);
    void set_parameter(std::size_t index, std::string_view part_of_path);
    std::size_t header_count() const { return fields_.size(); }

    static constexpr std::size_t parameters_max = 2;
    static constexpr std::size_t json_depth_max = 8;

 private:
    struct Slice {
        std::uint32_t at = 0;
        std::uint32_t size = 0;
    };
    struct Field {
        Slice name;
        Slice value;
    };
    std::string_view slice(Slice s) const { return std::string_view(text_).substr(s.at, s.size); }
    Slice keep(std::string_view text);

    std::string text_;  ///< target, names and values one after another
    std::vector<Field> fields_;
    Slice path_, query_, host_;
    Slice parameters_[parameters_max];
};

/// One answer. `Content-Length`, `Date` and `Connection` are the server's to add.
struct Response {
    unsigned status = 200;
    std::string_view content_type;  ///< a literal, or empty for no body
    std::string fields;             ///< further header lines, each `Name: value\r\n`; see `add`
    std::string body;
    std::string_view static_body;  ///< used instead of `body` when not empty: bytes that live as
                                   ///< long as the process
    bool close = false;            ///< end the connection after this answer

    /// Adds a header line. `value` must hold no line break: throws `std::invalid_argument`.
    Response& add(std::string_view name, std::string_view value);
    /// `Cache-Control: no-store`, for everything with a secret or a person's data in it.
    Response& no_store() { return add("Cache-Control", "no-store"); }
};

Response json(const boost::json::value& value, unsigned status = 200);
/// An object with these members; as `json`, but put together without the heap unless it is large.
using JsonMembers =
    std::initializer_list<std::pair<boost::json::string_view, boost::json::value_ref>>;
Response json_of(JsonMembers members, unsigned status = 200);
/// A JSON text that is ready as it is.
Response json_text(std::string text, unsigned status = 200);
/// A further member of a problem (RFC 9457 §3.2).
struct ProblemMember {
    std::string_view name;
    std::string_view value;
};
/// `application/problem+json` (RFC 9457). `name` is stable and becomes the last part of `type`.
Response problem(
    unsigned status,
    std::string_view name,
    std::string_view title,
    std::string_view detail = {},
    std::initializer_list<ProblemMember> more = {}
);
Response redirect(std::string_view location);
Response empty(unsigned status = 204);

/// The standard reason phrase of a status (RFC 9110 §15).
std::string_view reason_phrase(unsigned status);

/// A `Set-Cookie` line's value. Cookies are HttpOnly always; with `secure` also `Secure`, and the
/// name gets the `__Host-` prefix when the path is `/`.
struct Cookie {
    std::string_view name;
    std::string_view value;
    bool secure = false;
    std::string_view path = "/";
    bool strict = false;                  ///< SameSite=Strict instead of Lax
    std::optional<std::int64_t> age_s{};  ///< Max-Age; none: until the browser closes; 0: remove it
};
std::string set_cookie(const Cookie& cookie);
/// The name under which a `/` cookie was set for this peer.
std::string cookie_name(std::string_view name, bool secure);

/// Whether the request may change something: it comes from one of our own pages, or from no browser
/// at all. `Origin` must be ours or in `allowed_origins`; `null` counts as ours only with
/// `Sec-Fetch-Site: same-origin`; without `Origin`, `Sec-Fetch-Site` must not be cross-site.
bool is_same_site(const Request& request, const std::vector<std::string>& allowed_origins);

}  // namespace latchkey::net
