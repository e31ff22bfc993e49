#include "ops/config.hpp"

#include "ops/keys.hpp"
#include "ops/log_line.hpp"
#include "ops/toml_source.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <span>
#include <unistd.h>

namespace latchkey::ops {
namespace {

constexpr std::string_view variable_prefix = "LATCHKEY_";
constexpr std::string_view config_variable = "LATCHKEY_CONFIG";

/// A value given as text by the environment or a flag.
void read_texts(
    const Key& key,
    const std::vector<std::string>& texts,
    const std::string& source,
    std::vector<Given>& given,
    std::vector<Fault>& faults
) {
    auto value = value_of_texts(key, texts);
    if (value && is_good(key, *value)) {
        given.push_back({&key, std::move(*value), source});
        return;
    }
    const std::string shown = toml_text(texts.size() == 1 ? Value(texts.front()) : Value(texts));
    faults.push_back({std::string(key.name), source, "is " + shown, would_do(key)});
}

void read_environment(const Sources& sources, std::vector<Given>& given, Loaded& loaded) {
    std::vector<std::string> names;
    for (const Key& key : keys()) names.push_back(variable_of(key));

    for (const auto& [name, text] : sources.environment) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found != names.end()) {
            const Key& key = keys()[static_cast<std::size_t>(found - names.begin())];
            read_texts(key, {text}, "environment " + name, given, loaded.faults);
        } else if (name != config_variable) {
            // No fault: Kubernetes sets LATCHKEY_PORT and others for a service of our name.
            const std::string near = nearest(name, names);
            loaded.warnings.push_back(
                "The variable " + escaped(name) + " is ignored: no key has that name." +
                (near.empty() ? "" : " Was " + near + " meant?")
            );
        }
    }
}

/// Whether the system would let only one of them listen. Names are compared as they are written.
bool clash(const ListenAddress& a, const ListenAddress& b) {
    if (!a.unix_path.empty() || !b.unix_path.empty()) return a.unix_path == b.unix_path;
    if (a.port != b.port || a.port == 0) return false;
    const auto is_v4 = [](const ListenAddress& address) {
        const auto ip = parse_ip(address.host);
        return address.host == "localhost" || (ip && ip->is_v4());
    };
    const auto covers = [&](const ListenAddress& all, const ListenAddress& one) {
        return all.host == "::" || (all.host == "0.0.0.0" && is_v4(one));
    };
    const auto plain = [](const ListenAddress& address) {
        return address.host == "localhost" ? "127.0.0.1" : address.host;
    };
    return plain(a) == plain(b) || covers(a, b) || covers(b, a);
}

/// The first of `addresses` that leaves no room for `wanted`.
std::optional<std::string> in_the_way(
    const std::string& wanted, std::span<const std::string> addresses
) {
    const auto address = parse_listen(wanted);
    for (const std::string& text : addresses) {
        const auto other = parse_listen(text);
        if (address && other && clash(*address, *other)) return text;
    }
    return std::nullopt;
}

void check_listeners(const Loaded& loaded, std::vector<Fault>& faults) {
    const auto fault = [&](std::string_view key, const std::string& wanted, const std::string& taken
                       ) {
        const auto of_key = [&](const Effective& one) { return one.key == key; };
        const auto where =
            std::find_if(loaded.effective.begin(), loaded.effective.end(), of_key)->source;
        const bool again = key == "listen" && wanted == taken;
        const std::string same = again ? " twice" : " beside listen = " + taken;
        faults.push_back(
            {std::string(key),
             where,
             "asks for " + wanted + same + ", and an address can have one listener",
             key == "listen" ? "each address once" : "another port, or off"}
        );
    };
    const std::vector<std::string>& listen = loaded.settings.listen;
    for (std::size_t i = 1; i < listen.size(); ++i) {
        if (const auto taken = in_the_way(listen[i], std::span(listen).first(i)))
            fault("listen", listen[i], *taken);
    }
    const std::string& of_operator = loaded.settings.operator_listen;
    if (const auto taken = in_the_way(of_operator, listen))
        fault("operator_listen", of_operator, *taken);
}

void check_together(const Settings& settings, std::vector<Fault>& faults) {
    if (settings.tls_cert.empty() != settings.tls_key.empty()) {
        const bool no_key = settings.tls_key.empty();
        faults.push_back(
            {no_key ? "tls_key" : "tls_cert",
             "default",
             std::string("is missing while ") + (no_key ? "tls_cert" : "tls_key") + " is set",
             "both files, or neither"}
        );
    }
    const bool over_tcp =
        std::any_of(settings.listen.begin(), settings.listen.end(), [](const std::string& text) {
            const auto address = parse_listen(text);
            return address && address->unix_path.empty();
        });
    if (settings.proxy_protocol && over_tcp && settings.trusted_proxies.empty()) {
        faults.push_back(
            {"trusted_proxies",
             "default",
             "is empty while proxy_protocol is set, so nobody could connect over TCP",
             "the networks of the proxies that speak it"}
        );
    }
}

}  // namespace

std::string to_string(const Fault& fault) {
    const std::string what = fault.key.empty()
                                 ? escaped(fault.source)
                                 : escaped(fault.key) + " (" + escaped(fault.source) + ")";
    return what + ' ' + escaped(fault.problem) + "; what would do: " + escaped(fault.remedy);
}

Loaded load(const Sources& sources) {
    Loaded loaded;
    std::vector<Given> given;  // the later, the stronger
    std::string file = sources.file;
    if (file.empty()) {
        for (const auto& [name, path] : sources.environment) {
            if (name == config_variable) file = path;
        }
    }
    if (!file.empty()) read_toml(file, given, loaded.faults);
    read_environment(sources, given, loaded);
    for (const auto& [name, texts] : sources.flags) {
        const Key* key = find_key(name);
        if (key) read_texts(*key, texts, "flag " + flag_of(*key), given, loaded.faults);
    }

    for (const Given& one : given) one.key->write(loaded.settings, one.value);
    for (const Key& key : keys()) {
        const auto strongest = std::find_if(given.rbegin(), given.rend(), [&](const Given& one) {
            return one.key == &key;
        });
        loaded.effective.push_back(
            {key.name,
             key.read(loaded.settings),
             strongest == given.rend() ? "default" : strongest->source}
        );
    }
    check_together(loaded.settings, loaded.faults);
    check_listeners(loaded, loaded.faults);
    for (std::string& warning : warnings_about(loaded.settings)) {
        loaded.warnings.push_back(std::move(warning));
    }
    return loaded;
}

std::vector<std::pair<std::string, std::string>> environment_of_process() {
    std::vector<std::pair<std::string, std::string>> ours;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (!text.starts_with(variable_prefix) || equals == std::string_view::npos) continue;
        ours.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    std::sort(ours.begin(), ours.end());
    return ours;
}

std::vector<std::string> warnings_about(const Settings& settings) {
    std::vector<std::string> warnings;
    const auto is_open = [](const std::string& text) {
        const auto address = parse_listen(text);
        return address && !address->is_local();
    };
    for (const std::string& listen : settings.listen) {
        if (!settings.tls_cert.empty() || !is_open(listen)) continue;
        warnings.push_back(
            settings.trusted_proxies.empty()
                ? "Plain http on " + listen +
                      ": passwords and cookies cross the network readable. Set tls_cert and "
                      "tls_key, or listen on "
                      "127.0.0.1 behind a proxy with https."
                : "Plain http on " + listen +
                      ": whoever goes past the trusted proxies is served without https."
        );
    }
    if (!settings.rate_limits) {
        warnings.emplace_back(
            "Rate limits are lifted: any address may guess passwords and codes without end. Only "
            "for load tests."
        );
    }
    if (is_open(settings.operator_listen)) {
        warnings.push_back(
            "The operator listener " + settings.operator_listen +
            " is open to the network: anybody there can read the metrics."
        );
    }
    return warnings;
}

std::string as_toml(const std::vector<Effective>& effective) {
    std::string text;
    KeyNames names;
    for (const Effective& one : effective) {
        const std::string_view name = names.next(one.key, text);
        text.append(name).append(" = ").append(toml_text(one.value));
        text.append("  # ").append(escaped(one.source)).append("\n");
    }
    return text;
}

bool ListenAddress::is_local() const {
    if (!unix_path.empty() || host == "localhost") return true;
    const auto address = parse_ip(host);
    return address && address->is_loopback();
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
    ListenAddress address;
    if (text.starts_with("unix:")) {
        constexpr std::size_t path_bytes_max = 107;  // sockaddr_un
        address.unix_path = text.substr(5);
        const bool fits = !address.unix_path.empty() && address.unix_path.size() <= path_bytes_max;
        return fits ? std::optional(address) : std::nullopt;
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;

    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        if (host.find(':') == std::string_view::npos || !parse_ip(host)) return std::nullopt;
    } else {
        const auto of_a_name = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '.' || c == '-' || c == '_';
        };
        if (host.empty() || !std::all_of(host.begin(), host.end(), of_a_name)) return std::nullopt;
    }
    address.host = host;
    return address;
}

}  // namespace latchkey::ops
