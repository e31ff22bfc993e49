/// What an operator can set, and where it was set: flags before environment before file before
/// default.
#pragma once

#include "base/address.hpp"
#include "base/time.hpp"
#include "ops/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace latchkey::ops {

/// Every setting, checked. Keys, units and bounds stand in `keys()`.
struct Settings {
    std::vector<std::string> listen{"127.0.0.1:8080"};
    std::string data = "data";
    std::string operator_listen = "127.0.0.1:9090";  ///< or `off`
    std::int64_t threads = 0;                        ///< 0: one for each core
    std::string public_url;                          ///< empty: what the browser asked for
    bool classic = true;
    std::string tls_cert;  ///< empty together with `tls_key`: plain http
    std::string tls_key;
    std::vector<IpNetwork> trusted_proxies;
    bool proxy_protocol = false;
    std::string forwarded_header = "x-forwarded";  ///< or `forwarded`: what trusted proxies set
    std::vector<std::string> allowed_origins;
    LogFormat log_format = LogFormat::human;
    Level log_level = Level::info;
    bool rate_limits = true;

    /// How phones confirm.
    struct Login {
        /// As many leading bits of their addresses make one network of a browser and a phone.
        std::int64_t same_network_ipv4_bits = 32;
        std::int64_t same_network_ipv6_bits = 64;
    } login;

    /// Who may have an account, and what opens it.
    struct Accounts {
        std::string sign_up = "invite";      ///< or `closed`, `open`
        std::string passwords = "optional";  ///< or `forbidden`
        std::int64_t argon2_memory_kib = 19'456;
        std::int64_t argon2_passes = 2;
        std::int64_t session_hours = 720;
        std::int64_t session_idle_hours = 336;
    } accounts;

    /// Limits of the wire. What happens beyond each stands in `net/limits.hpp`, which `main` fills
    /// from here.
    struct Limits {
        std::int64_t header_bytes_max = 16'384;
        std::int64_t body_bytes_max = 65'536;
        std::int64_t message_bytes_max = 4'096;
        std::int64_t fragments_max = 64;
        std::int64_t queue_bytes_max = 65'536;
        std::int64_t connections_max = 18'000;
        std::int64_t connections_per_prefix_max = 2'000;
        milliseconds header_time_max{10'000};
        milliseconds body_time_max{20'000};
        milliseconds write_time_max{20'000};
        milliseconds keep_alive_time_max{65'000};
        milliseconds heartbeat{30'000};
        milliseconds close_time_max{5'000};
        milliseconds drain_time_max{10'000};
        double requests_per_second = 100;
        double requests_burst = 400;
        double failures_per_minute = 30;
        double failures_burst = 30;
    } limits;
};

/// The value of a key as it is written down. Lists are lists of texts; durations are whole
/// milliseconds.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// What is wrong, where, and what would do.
struct Fault {
    std::string key;     ///< `limits.header_bytes_max`; empty when it is about no key
    std::string source;  ///< `latchkey.toml:12:20`, `environment LATCHKEY_LISTEN`, `flag --listen`
    std::string problem;
    std::string remedy;  ///< what would do
};
std::string to_string(const Fault& fault);

/// Where settings may come from. Texts of lists are separated by commas.
struct Sources {
    std::string file;  ///< a path to TOML; empty: none
    std::vector<std::pair<std::string, std::string>>
        environment;  ///< names beginning with `LATCHKEY_`
    std::vector<std::pair<std::string, std::vector<std::string>>> flags;  ///< by name of the key
};

/// What holds for one key in the end.
struct Effective {
    std::string_view key;
    Value value;
    std::string source;  ///< as in `Fault`, or `default`
};

struct Loaded {
    Settings settings;                  ///< meaningful only without faults
    std::vector<Fault> faults;          ///< of all sources, also of those that others override
    std::vector<std::string> warnings;  ///< whole sentences: what is allowed but probably not meant
    std::vector<Effective> effective;   ///< every key, in the order of `keys()`
};

/// Reads and checks everything; never stops at the first fault. Reads `sources.file`, changes
/// nothing.
Loaded load(const Sources& sources);

/// The variables of this process that begin with `LATCHKEY_`. Not while another thread changes the
/// environment.
std::vector<std::pair<std::string, std::string>> environment_of_process();

/// What is allowed, but an operator should hear about when the server starts.
std::vector<std::string> warnings_about(const Settings& settings);

/// The settings as a TOML file that gives the same, each with a comment on where it came from.
std::string as_toml(const std::vector<Effective>& effective);

/// `HOST:PORT`, `[IPV6]:PORT` or `unix:/PATH`, taken apart.
struct ListenAddress {
    std::string host;  ///< a name or an address without brackets; empty for a Unix socket
    std::uint16_t port = 0;
    std::string unix_path;

    /// Whether only this machine reaches it.
    bool is_local() const;
};
std::optional<ListenAddress> parse_listen(std::string_view text);

}  // namespace latchkey::ops
