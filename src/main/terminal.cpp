#include "main/terminal.hpp"

#include <net/if.h>
#include <qrcodegen/qrcodegen.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <cstdlib>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <netinet/in.h>
#include <unistd.h>

namespace latchkey {
namespace {

constexpr int quiet_modules = 4;
constexpr std::string_view dark_on_white = "\x1b[38;5;16;48;5;231m";
constexpr std::string_view colours_off = "\x1b[0m";

std::optional<IpAddress> address_of(const sockaddr* from) {
    IpAddress address;
    if (from == nullptr) return std::nullopt;
    if (from->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(from);
        address.bytes[10] = address.bytes[11] = std::byte{0xff};
        std::memcpy(address.bytes.data() + 12, &v4->sin_addr, 4);
        return address;
    }
    if (from->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(from);
        if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) return std::nullopt;
        std::memcpy(address.bytes.data(), &v6->sin6_addr, 16);
        return address;
    }
    return std::nullopt;
}

std::string authority(const IpAddress& address, std::string_view port) {
    const std::string text = to_string(address);
    return (address.is_v4() ? text + ':' : '[' + text + "]:").append(port);
}

/// `http://HOST:PORT` taken apart; a Unix socket has no host.
struct BoundUrl {
    std::string_view scheme, host, port;
};
std::optional<BoundUrl> parse_bound(std::string_view url) {
    const auto slashes = url.find("://");
    const auto colon = url.rfind(':');
    if (slashes == std::string_view::npos || colon <= slashes || !url.starts_with("http"))
        return std::nullopt;
    BoundUrl parts{
        url.substr(0, slashes), url.substr(slashes + 3, colon - slashes - 3), url.substr(colon + 1)
    };
    const bool digits = std::all_of(parts.port.begin(), parts.port.end(), [](char c) {
        return c >= '0' && c <= '9';
    });
    if (parts.host.empty() || parts.port.empty() || !digits) return std::nullopt;
    return parts;
}

bool is_local(std::string_view host) {
    const auto address = parse_ip(host);
    return host == "localhost" || (address && address->is_loopback());
}

}  // namespace

std::string qr_in_half_blocks(std::string_view text, bool colours) {
    using qrcodegen::QrCode;
    const QrCode code = QrCode::encodeText(std::string(text).c_str(), QrCode::Ecc::LOW);
    // Whether a block is drawn there: dark modules on white, or the light ones on a dark terminal.
    const auto drawn = [&](int x, int y) { return code.getModule(x, y) == colours; };
    const int end = code.getSize() + quiet_modules;
    std::string out;
    for (int y = -quiet_modules; y < end; y += 2) {
        if (colours) out += dark_on_white;
        for (int x = -quiet_modules; x < end; ++x) {
            const bool upper = drawn(x, y);
            const bool lower = y + 1 < end ? drawn(x, y + 1) : false;
            out += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
        }
        if (colours) out += colours_off;
        out += '\n';
    }
    return out;
}

std::vector<Interface> interfaces_of_machine() {
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) != 0) return {};
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(all, freeifaddrs);
    std::vector<Interface> v4;
    std::vector<Interface> v6;
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        const auto address = address_of(one->ifa_addr);
        const bool up = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
        if (address && up) (address->is_v4() ? v4 : v6).push_back({one->ifa_name, *address});
    }
    v4.insert(v4.end(), v6.begin(), v6.end());
    return v4;
}

std::vector<Place> places(
    const std::vector<std::string>& bound, const std::vector<Interface>& interfaces
) {
    std::vector<Place> found;
    for (const std::string& url : bound) {
        const auto parts = parse_bound(url);
        const std::string scheme(parts ? parts->scheme : "");
        const bool every_v4 = parts && parts->host == "0.0.0.0";
        const bool every = parts && parts->host == "[::]";
        if (!every_v4 && !every) {
            const bool local = !parts || is_local(parts->host);
            found.push_back({local ? "this machine" : "network", url, local});
            continue;
        }
        found.push_back({"this machine", scheme + "://localhost:" + std::string(parts->port), true}
        );
        std::vector<std::string_view> named;
        for (const Interface& one : interfaces) {
            const bool shown = std::find(named.begin(), named.end(), one.name) != named.end();
            if (shown || (every_v4 && !one.address.is_v4())) continue;
            named.push_back(one.name);
            found.push_back({one.name, scheme + "://" + authority(one.address, parts->port), false}
            );
        }
    }
    return found;
}

std::optional<Place> best_place(const std::string& public_url, const std::vector<Place>& places) {
    if (!public_url.empty()) return Place{"", public_url, false};
    std::optional<Place> best;
    for (const Place& place : places) {
        if (!parse_bound(place.url)) continue;  // a Unix socket
        if (!best || (best->local && !place.local)) best = place;
    }
    return best;
}

std::string shown_link(const std::string& link, bool colours) {
    return "  " + link + "\n\n" + qr_in_half_blocks(link, colours);
}

namespace {

/// The one-time link and its QR, and what to do.
std::string setup(const Greeting& shown) {
    const auto place = best_place(shown.public_url, shown.places);
    if (!place) {
        return "\nThere is no account yet, and a browser cannot open a Unix socket. Set public_url "
               "to "
               "the address\nof the proxy in front (--public-url https://…) and start again: then "
               "the one-time link is shown here.\nOr make the first account with `latchkey user "
               "add`.\n";
    }
    const std::string link = place->url + "/join#" + std::string(shown.setup_token.reveal());
    std::string text =
        "\nThere is no account yet. Open this link, or scan it with your phone, and make "
        "yours; it works once:\n\n";
    text += shown_link(link, shown.colours);
    if (place->local) {
        text +=
            "\nOnly this machine reaches that address. For a phone in your network: --listen "
            "0.0.0.0:8080\n";
    }
    return text;
}

}  // namespace

std::string greeting(const Greeting& shown) {
    std::string text =
        "Latchkey signs people in to a page when they scan its code with a phone.\n\n";
    std::size_t width = 0;
    for (const Place& place : shown.places) width = std::max(width, place.from.size());
    for (const Place& place : shown.places) {
        text.append("  ")
            .append(place.from)
            .append(width - place.from.size() + 2, ' ')
            .append(place.url)
            .append("\n");
    }
    if (!shown.public_url.empty()) text += "  " + shown.public_url + "\n";

    if (!shown.setup_token.empty()) text += setup(shown);
    return text + "\nThe data (database and sealing key) lies in " + shown.data + "\n\n";
}

bool terminal_has_colours() {
    // NOLINTBEGIN(concurrency-mt-unsafe): asked before any thread starts, and nobody sets
    // variables.
    const char* no_colour = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    // NOLINTEND(concurrency-mt-unsafe)
    const bool dumb = term == nullptr || std::string_view(term) == "dumb";
    return isatty(STDOUT_FILENO) == 1 && !dumb && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace latchkey
