#include "ops/keys.hpp"

#include "ops/key_checks.hpp"

#include <algorithm>
#include <array>

namespace latchkey::ops {
namespace {

// How each type of a setting stands in a `Value` and comes back from it.
Value to_value(bool value) {
    return value;
}
Value to_value(std::int64_t value) {
    return value;
}
Value to_value(double value) {
    return value;
}
Value to_value(milliseconds value) {
    return std::int64_t{value.count()};
}
Value to_value(const std::string& value) {
    return value;
}
Value to_value(const std::vector<std::string>& value) {
    return value;
}
Value to_value(LogFormat value) {
    return std::string(value == LogFormat::json ? "json" : "human");
}
Value to_value(Level value) {
    return std::string(level_names.at(static_cast<std::size_t>(value)));
}
Value to_value(const std::vector<IpNetwork>& value) {
    std::vector<std::string> texts;
    for (const IpNetwork& network : value) {
        const unsigned bits = network.base.is_v4() ? network.prefix_bits - 96 : network.prefix_bits;
        texts.push_back(to_string(network.base) + '/' + std::to_string(bits));
    }
    return texts;
}

void from_value(bool& to, const Value& value) {
    to = std::get<bool>(value);
}
void from_value(std::int64_t& to, const Value& value) {
    to = std::get<std::int64_t>(value);
}
void from_value(double& to, const Value& value) {
    to = std::get<double>(value);
}
void from_value(milliseconds& to, const Value& value) {
    to = milliseconds(std::get<std::int64_t>(value));
}
void from_value(std::string& to, const Value& value) {
    to = std::get<std::string>(value);
}
void from_value(std::vector<std::string>& to, const Value& value) {
    to = std::get<std::vector<std::string>>(value);
}
void from_value(LogFormat& to, const Value& value) {
    to = std::get<std::string>(value) == "json" ? LogFormat::json : LogFormat::human;
}
void from_value(Level& to, const Value& value) {
    const auto* const found =
        std::find(level_names.begin(), level_names.end(), std::get<std::string>(value));
    to = static_cast<Level>(found - level_names.begin());
}
void from_value(std::vector<IpNetwork>& to, const Value& value) {
    to.clear();
    for (const std::string& text : std::get<std::vector<std::string>>(value)) {
        if (const auto network = parse_network(text)) to.push_back(*network);
    }
}

template <auto member>
Value read(const Settings& settings) {
    if constexpr (requires { settings.*member; }) {
        return to_value(settings.*member);
    } else if constexpr (requires { settings.login.*member; }) {
        return to_value(settings.login.*member);
    } else if constexpr (requires { settings.accounts.*member; }) {
        return to_value(settings.accounts.*member);
    } else {
        return to_value(settings.limits.*member);
    }
}

template <auto member>
void write(Settings& settings, const Value& value) {
    if constexpr (requires { settings.*member; }) {
        from_value(settings.*member, value);
    } else if constexpr (requires { settings.login.*member; }) {
        from_value(settings.login.*member, value);
    } else if constexpr (requires { settings.accounts.*member; }) {
        from_value(settings.accounts.*member, value);
    } else {
        from_value(settings.limits.*member, value);
    }
}

template <auto member>
constexpr Key flag(std::string_view name, std::string_view help) {
    return {name, "", help, Kind::flag, 0, 0, "", nullptr, read<member>, write<member>};
}

template <auto member>
constexpr Key text(
    std::string_view name,
    std::string_view would_do,
    bool (*good)(std::string_view),
    std::string_view help
) {
    return {name, "", help, Kind::text, 0, 0, would_do, good, read<member>, write<member>};
}

template <auto member>
constexpr Key list(
    std::string_view name,
    std::string_view would_do,
    bool (*good)(std::string_view),
    std::string_view help
) {
    return {name, "", help, Kind::list, 0, 0, would_do, good, read<member>, write<member>};
}

template <auto member>
constexpr Key whole(
    std::string_view name, std::string_view unit, double least, double most, std::string_view help
) {
    return {name, unit, help, Kind::whole, least, most, "", nullptr, read<member>, write<member>};
}

template <auto member>
constexpr Key number(
    std::string_view name, std::string_view unit, double least, double most, std::string_view help
) {
    return {name, unit, help, Kind::number, least, most, "", nullptr, read<member>, write<member>};
}

constexpr std::string_view listen_would_do =
    "HOST:PORT, [IPV6]:PORT or unix:/PATH; port 0 takes a free one";
constexpr std::string_view origin_would_do =
    "an origin such as https://login.example.org, with nothing after the host and port";
constexpr double kib = 1024;
constexpr double mib = 1024 * kib;
constexpr double hours_of_a_year = 365 * 24;
constexpr double minute_ms = 60'000;
constexpr double hour_ms = 60 * minute_ms;

using S = Settings;
using Login = Settings::Login;
using Accounts = Settings::Accounts;
using L = Settings::Limits;

constexpr std::array table = {
    list<&S::listen>(
        "listen", listen_would_do, is_listen, "Where people's browsers and phones connect."
    ),
    text<&S::data>(
        "data",
        "a directory",
        is_not_empty,
        "Directory of the database and the sealing key; made when it is not there."
    ),
    text<&S::operator_listen>(
        "operator_listen",
        "HOST:PORT, [IPV6]:PORT, unix:/PATH or off",
        is_listen_or_off,
        "Where /healthz, /readyz and /metrics are served; keep it private."
    ),
    whole<&S::threads>(
        "threads", "threads", 0, 256, "Threads that serve connections; 0: one for each core."
    ),
    text<&S::public_url>(
        "public_url",
        "an origin such as https://login.example.org, or empty",
        is_origin_or_empty,
        "What people type to get here, for the links that are printed; passkeys work there alone. "
        "Empty: from where it listens."
    ),
    flag<&S::classic>("classic", "Serve the four calls of the original scan-login tutorial."),
    text<&S::tls_cert>(
        "tls_cert",
        "a PEM file",
        is_any,
        "Certificate chain, PEM; with tls_key. Read again on SIGHUP."
    ),
    text<&S::tls_key>("tls_key", "a PEM file", is_any, "Private key, PEM; with tls_cert."),
    list<&S::trusted_proxies>(
        "trusted_proxies",
        "networks such as 10.0.0.0/8 or 2001:db8::/32, or addresses",
        is_network,
        "Proxies whose word on the browser's address (Forwarded, X-Forwarded-*, PROXY) is believed."
    ),
    flag<&S::proxy_protocol>(
        "proxy_protocol", "The trusted proxies speak the PROXY protocol v2 before HTTP."
    ),
    text<&S::forwarded_header>(
        "forwarded_header",
        "x-forwarded (X-Forwarded-For and -Proto) or forwarded (RFC 7239)",
        is_forwarded_header,
        "Which header the trusted proxies set; the other is never read."
    ),
    list<&S::allowed_origins>(
        "allowed_origins",
        origin_would_do,
        is_origin,
        "Other sites whose pages may open the WebSocket and post."
    ),
    text<&S::log_format>("log_format", "human or json", is_log_format, "How log lines look."),
    text<&S::log_level>(
        "log_level",
        "debug, info, warn or error",
        is_log_level,
        "The lowest level that is logged; the addresses bound are logged always."
    ),
    flag<&S::rate_limits>(
        "rate_limits", "Keep the budgets of each address; lift them only for load tests."
    ),

    whole<&Login::same_network_ipv4_bits>(
        "login.same_network_ipv4_bits",
        "bits",
        8,
        32,
        "Browser and phone are in one network when so much of their IPv4 addresses is equal."
    ),
    whole<&Login::same_network_ipv6_bits>(
        "login.same_network_ipv6_bits", "bits", 32, 128, "The same of their IPv6 addresses."
    ),

    text<&Accounts::sign_up>(
        "accounts.sign_up",
        "closed, invite or open",
        is_sign_up,
        "Who may make an account: nobody, whoever has a link of `latchkey invite`, or everybody."
    ),
    text<&Accounts::passwords>(
        "accounts.passwords",
        "optional or forbidden",
        is_password_rule,
        "Whether a password opens an account, or passkeys and recovery codes alone."
    ),
    whole<&Accounts::argon2_memory_kib>(
        "accounts.argon2_memory_kib",
        "KiB",
        8'192,
        1'048'576,
        "Memory of one password's hash (Argon2id); two are made at a time. Who signs in next gets "
        "the new cost."
    ),
    whole<&Accounts::argon2_passes>(
        "accounts.argon2_passes", "passes", 1, 20, "Over that memory; more is slower."
    ),
    whole<&Accounts::session_hours>(
        "accounts.session_hours",
        "hours",
        1,
        hours_of_a_year,
        "How long who signs in from now on stays signed in, at the most."
    ),
    whole<&Accounts::session_idle_hours>(
        "accounts.session_idle_hours",
        "hours",
        1,
        hours_of_a_year,
        "A session that is not used for so long is over."
    ),

    whole<&L::header_bytes_max>(
        "limits.header_bytes_max", "bytes", kib, mib, "Request line and header fields; beyond: 431."
    ),
    whole<&L::body_bytes_max>(
        "limits.body_bytes_max", "bytes", kib, 64 * mib, "Body of a request; beyond: 413."
    ),
    whole<&L::message_bytes_max>(
        "limits.message_bytes_max", "bytes", 256, 64 * mib, "WebSocket message; beyond: close 1009."
    ),
    whole<&L::fragments_max>(
        "limits.fragments_max",
        "fragments",
        1,
        1'000'000,
        "Of one WebSocket message; beyond: close 1009."
    ),
    whole<&L::queue_bytes_max>(
        "limits.queue_bytes_max",
        "bytes",
        kib,
        256 * mib,
        "Unsent to a slow WebSocket; beyond: close 4202."
    ),
    whole<&L::connections_max>(
        "limits.connections_max", "connections", 1, 10'000'000, "Of the whole process; beyond: 503."
    ),
    whole<&L::connections_per_prefix_max>(
        "limits.connections_per_prefix_max",
        "connections",
        1,
        10'000'000,
        "From one IPv4 address or IPv6 /64; beyond: 503."
    ),
    whole<&L::header_time_max>(
        "limits.header_time_max_ms",
        "milliseconds",
        100,
        hour_ms,
        "Until a request's head is whole; beyond: 408."
    ),
    whole<&L::body_time_max>(
        "limits.body_time_max_ms",
        "milliseconds",
        100,
        hour_ms,
        "From the head to the whole body; beyond: 408."
    ),
    whole<&L::write_time_max>(
        "limits.write_time_max_ms",
        "milliseconds",
        100,
        hour_ms,
        "Until a slow reader has taken what is sent; beyond: closed."
    ),
    whole<&L::keep_alive_time_max>(
        "limits.keep_alive_time_max_ms",
        "milliseconds",
        0,
        hour_ms,
        "An idle HTTP connection; beyond: closed."
    ),
    whole<&L::heartbeat>(
        "limits.heartbeat_ms",
        "milliseconds",
        1'000,
        hour_ms,
        "Between pings to a silent WebSocket; no sign within another: closed."
    ),
    whole<&L::close_time_max>(
        "limits.close_time_max_ms",
        "milliseconds",
        100,
        minute_ms,
        "For the far end's part of closing a WebSocket."
    ),
    whole<&L::drain_time_max>(
        "limits.drain_time_max_ms",
        "milliseconds",
        0,
        hour_ms,
        "From SIGTERM until what is left is cut off."
    ),
    number<&L::requests_per_second>(
        "limits.requests_per_second",
        "requests a second",
        0.1,
        1e9,
        "From one prefix, on average; beyond: 429. What decides or collects a login has as many "
        "again."
    ),
    number<&L::requests_burst>(
        "limits.requests_burst", "requests", 1, 1e9, "From one prefix, at once."
    ),
    number<&L::failures_per_minute>(
        "limits.failures_per_minute",
        "failures a minute",
        0.1,
        1e9,
        "Wrong tokens, codes and passwords from one prefix; beyond: 429."
    ),
    number<&L::failures_burst>(
        "limits.failures_burst",
        "failures",
        1,
        1e9,
        "Wrong tokens, codes and passwords from one prefix, at once."
    ),
};

}  // namespace

std::span<const Key> keys() {
    return table;
}

const Key* find_key(std::string_view name) {
    const auto* const found =
        std::find_if(table.begin(), table.end(), [&](const Key& key) { return key.name == name; });
    return found == table.end() ? nullptr : found;
}

}  // namespace latchkey::ops
