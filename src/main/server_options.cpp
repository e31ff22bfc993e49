#include "main/server_options.hpp"

#include <algorithm>
#include <thread>

namespace latchkey {
namespace {

constexpr unsigned threads_max = 256;
constexpr std::size_t operator_connections_max = 64;

}  // namespace

identity::AccountRules account_rules_of(const ops::Settings& settings) {
    return {
        .sign_up =
            identity::parse_sign_up(settings.accounts.sign_up).value_or(identity::SignUp::closed),
        .passwords = settings.accounts.passwords == "optional",
    };
}

identity::SessionLifetimes session_lifetimes_of(const ops::Settings& settings) {
    return {
        .absolute = std::chrono::hours(settings.accounts.session_hours),
        .idle = std::chrono::hours(settings.accounts.session_idle_hours),
    };
}

crypto::PasswordCost password_cost_of(const ops::Settings& settings) {
    return {
        .passes = static_cast<unsigned long long>(settings.accounts.argon2_passes),
        .memory_bytes = static_cast<std::size_t>(settings.accounts.argon2_memory_kib) * 1024,
    };
}

net::Limits limits_of(const ops::Settings& settings) {
    const auto size = [](std::int64_t checked) { return static_cast<std::size_t>(checked); };
    const ops::Settings::Limits& from = settings.limits;
    net::Limits limits;
    limits.header_bytes_max = size(from.header_bytes_max);
    limits.body_bytes_max = size(from.body_bytes_max);
    limits.message_bytes_max = size(from.message_bytes_max);
    limits.fragments_max = size(from.fragments_max);
    limits.queue_bytes_max = size(from.queue_bytes_max);
    limits.connections_max = size(from.connections_max);
    limits.connections_per_prefix_max = size(from.connections_per_prefix_max);
    limits.header_time_max = from.header_time_max;
    limits.body_time_max = from.body_time_max;
    limits.write_time_max = from.write_time_max;
    limits.keep_alive_time_max = from.keep_alive_time_max;
    limits.heartbeat = from.heartbeat;
    limits.close_time_max = from.close_time_max;
    limits.drain_time_max = from.drain_time_max;
    limits.requests_per_second = from.requests_per_second;
    limits.requests_burst = from.requests_burst;
    limits.failures_per_minute = from.failures_per_minute;
    limits.failures_burst = from.failures_burst;
    limits.rate_limits = settings.rate_limits;
    return limits;
}

login::SameNetwork same_network_of(const ops::Settings& settings) {
    return {
        static_cast<unsigned>(settings.login.same_network_ipv4_bits),
        static_cast<unsigned>(settings.login.same_network_ipv6_bits)
    };
}

unsigned threads_of(const ops::Settings& settings) {
    if (settings.threads > 0) return static_cast<unsigned>(settings.threads);
    return std::clamp(std::thread::hardware_concurrency(), 1U, threads_max);
}

net::ServerOptions public_options(const ops::Settings& settings, Random random) {
    net::ServerOptions options;
    const bool tls = !settings.tls_cert.empty();
    for (const std::string& text : settings.listen) options.listen.push_back({text, tls});
    if (tls) options.tls = net::TlsFiles{settings.tls_cert, settings.tls_key};
    options.threads = threads_of(settings);
    options.limits = limits_of(settings);
    options.trusted_proxies = settings.trusted_proxies;
    options.proxy_protocol = settings.proxy_protocol;
    options.forwarded_by = settings.forwarded_header == "forwarded" ? net::ForwardedBy::rfc7239
                                                                    : net::ForwardedBy::x_forwarded;
    options.allowed_origins = settings.allowed_origins;
    options.random = std::move(random);
    return options;
}

net::ServerOptions operator_options(const ops::Settings& settings, Random random) {
    net::ServerOptions options;
    options.listen = {{settings.operator_listen, false}};
    options.threads = 1;
    options.limits = limits_of(settings);
    options.limits.connections_max = operator_connections_max;
    options.limits.connections_per_prefix_max = operator_connections_max;
    options.limits.rate_limits = false;
    options.random = std::move(random);
    return options;
}

}  // namespace latchkey
