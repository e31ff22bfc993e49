/// Which texts a key takes, beside its kind. Pure.
#pragma once

#include "ops/config.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace latchkey::ops {

inline bool is_listen(std::string_view text) {
    return parse_listen(text).has_value();
}
inline bool is_listen_or_off(std::string_view text) {
    return text == "off" || is_listen(text);
}
inline bool is_not_empty(std::string_view text) {
    return !text.empty();
}
inline bool is_network(std::string_view text) {
    return parse_network(text).has_value();
}
inline bool is_forwarded_header(std::string_view text) {
    return text == "x-forwarded" || text == "forwarded";
}
inline bool is_sign_up(std::string_view text) {
    return text == "closed" || text == "invite" || text == "open";
}
inline bool is_password_rule(std::string_view text) {
    return text == "optional" || text == "forbidden";
}
inline bool is_log_format(std::string_view text) {
    return text == "human" || text == "json";
}

inline constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warn", "error"};
inline bool is_log_level(std::string_view text) {
    return std::find(level_names.begin(), level_names.end(), text) != level_names.end();
}

/// `https://example.org` or `http://example.org:8080`: an origin (RFC 6454 §6.2), nothing after it.
inline bool is_origin(std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!text.starts_with(scheme)) continue;
        const std::string host(text.substr(scheme.size()));
        const bool has_port = host.rfind(':') != std::string::npos && host.back() != ']';
        const auto parsed = parse_listen(has_port ? host : host + ":1");
        return parsed && !parsed->host.empty() && parsed->port != 0;
    }
    return false;
}
inline bool is_origin_or_empty(std::string_view text) {
    return text.empty() || is_origin(text);
}
inline bool is_any(std::string_view) {
    return true;
}

}  // namespace latchkey::ops
