#include "net/user_agent.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace latchkey::net {
namespace {

constexpr std::array<std::string_view, 17> browsers = {
    "",
    "Chrome",
    "Edge",
    "Firefox",
    "Safari",
    "Opera",
    "Brave",
    "Vivaldi",
    "Yandex Browser",
    "UC Browser",
    "QQ Browser",
    "WeChat",
    "Chromium",
    "Alipay",
    "DuckDuckGo",
    "Samsung Internet",
    "Internet Explorer",
};

constexpr std::array<std::string_view, 11> systems = {
    "",
    "Windows",
    "macOS",
    "Linux",
    "Android",
    "iOS",
    "iPadOS",
    "ChromeOS",
    "HarmonyOS",
    "FreeBSD",
    "OpenBSD",
};

/// A mark in what browsers send, and the name it stands for.
struct Sign {
    std::string_view mark;
    std::string_view name;
};

/// Brands of `Sec-CH-UA`. `Chromium` is among the brands of every browser built on it, so it is not
/// here: then `User-Agent` may know more.
constexpr Sign brands[] = {
    {"\"Google Chrome\"", "Chrome"},
    {"\"Microsoft Edge\"", "Edge"},
    {"\"Opera\"", "Opera"},
    {"\"Brave\"", "Brave"},
    {"\"Vivaldi\"", "Vivaldi"},
    {"\"YaBrowser\"", "Yandex Browser"},
    {"\"Yandex\"", "Yandex Browser"},
    {"\"Samsung Internet\"", "Samsung Internet"},
    {"\"DuckDuckGo\"", "DuckDuckGo"},
};

/// Values of `Sec-CH-UA-Platform` (User-Agent Client Hints §3.6).
constexpr Sign platforms[] = {
    {"\"Windows\"", "Windows"},
    {"\"macOS\"", "macOS"},
    {"\"Android\"", "Android"},
    {"\"iOS\"", "iOS"},
    {"\"Linux\"", "Linux"},
    {"\"Chrome OS\"", "ChromeOS"},
    {"\"Chromium OS\"", "ChromeOS"},
};

/// Browsers in `User-Agent`. The order tells: nearly all of them claim to be Chrome and Safari,
/// too.
constexpr Sign agents[] = {
    {"MicroMessenger/", "WeChat"},
    {"AlipayClient/", "Alipay"},
    {"MQQBrowser/", "QQ Browser"},
    {"QQBrowser/", "QQ Browser"},
    {"UCBrowser/", "UC Browser"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"YaBrowser/", "Yandex Browser"},
    {"Vivaldi/", "Vivaldi"},
    {"DuckDuckGo/", "DuckDuckGo"},
    {"Ddg/", "DuckDuckGo"},
    {"EdgiOS/", "Edge"},
    {"EdgA/", "Edge"},
    {"Edg/", "Edge"},
    {"Edge/", "Edge"},
    {"OPiOS/", "Opera"},
    {"OPT/", "Opera"},
    {"OPR/", "Opera"},
    {"FxiOS/", "Firefox"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chromium/", "Chromium"},
    {"HeadlessChrome/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Version/", "Safari"},
    {"Trident/", "Internet Explorer"},
};

/// Systems in `User-Agent`. The order tells: Android claims to be Linux, iPhones to be like Mac OS
/// X.
constexpr Sign machines[] = {
    {"HarmonyOS", "HarmonyOS"},
    {"OpenHarmony", "HarmonyOS"},
    {"iPad", "iPadOS"},
    {"iPhone", "iOS"},
    {"iPod", "iOS"},
    {"Android", "Android"},
    {"CrOS", "ChromeOS"},
    {"Windows", "Windows"},
    {"Mac OS X", "macOS"},
    {"Macintosh", "macOS"},
    {"Linux", "Linux"},
    {"FreeBSD", "FreeBSD"},
    {"OpenBSD", "OpenBSD"},
};

std::string_view read(std::string_view text, std::span<const Sign> signs) {
    const std::string_view head = text.substr(0, user_agent_bytes_max);
    for (const Sign& sign : signs) {
        if (head.find(sign.mark) != std::string_view::npos) return sign.name;
    }
    return {};
}

std::uint8_t place_of(std::string_view name, std::span<const std::string_view> names) {
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::uint8_t{0}
                                : static_cast<std::uint8_t>(found - names.begin());
}

}  // namespace

UserAgent user_agent(const Request& request) {
    UserAgent agent{
        read(request.header("Sec-CH-UA"), brands),
        read(request.header("Sec-CH-UA-Platform"), platforms),
    };
    const std::string_view text = request.header("User-Agent");
    if (agent.browser.empty()) agent.browser = read(text, agents);
    if (agent.system.empty()) agent.system = read(text, machines);
    return agent;
}

UserAgentCode code_of(const UserAgent& agent) {
    return {place_of(agent.browser, browsers), place_of(agent.system, systems)};
}

UserAgent user_agent_of(UserAgentCode code) {
    return {
        code.browser < browsers.size() ? browsers[code.browser] : std::string_view{},
        code.system < systems.size() ? systems[code.system] : std::string_view{},
    };
}

}  // namespace latchkey::net
