#include "main/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <qrcodegen/qrcodegen.hpp>

#include <set>

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// Whether each half block of a line is drawn, upper and lower row.
std::pair<std::vector<bool>, std::vector<bool>> rows_of(const std::string& line) {
    std::pair<std::vector<bool>, std::vector<bool>> rows;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t bytes = line[at] == ' ' ? 1 : 3;
        const std::string block = line.substr(at, bytes);
        rows.first.push_back(block == "█" || block == "▀");
        rows.second.push_back(block == "█" || block == "▄");
        at += bytes;
    }
    return rows;
}

TEST(TerminalQr, DrawsEveryLightModuleAndTheQuietZone) {
    const std::string text = "http://192.168.1.5:8080/join#abc";
    const auto code = qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::LOW);
    const auto lines = lines_of(qr_in_half_blocks(text, false));
    const int side = code.getSize() + 8;

    ASSERT_EQ(lines.size(), static_cast<std::size_t>((side + 1) / 2));
    for (int y = 0; y < side; ++y) {
        const auto rows = rows_of(lines[static_cast<std::size_t>(y / 2)]);
        const auto& row = y % 2 == 0 ? rows.first : rows.second;
        ASSERT_EQ(row.size(), static_cast<std::size_t>(side));
        for (int x = 0; x < side; ++x) {
            EXPECT_EQ(row[static_cast<std::size_t>(x)], !code.getModule(x - 4, y - 4))
                << x << ',' << y;
        }
    }
}

TEST(TerminalQr, InColoursIsDarkOnWhiteInEveryLine) {
    for (const std::string& line : lines_of(qr_in_half_blocks("http://a", true))) {
        EXPECT_TRUE(line.starts_with("\x1b[38;5;16;48;5;231m"))
            << "a terminal's own colours may be either";
        EXPECT_TRUE(line.ends_with("\x1b[0m"));
    }
}

const std::vector<Interface> two_interfaces = {
    {"eth0", *parse_ip("192.168.1.5")},
    {"wlan0", *parse_ip("10.0.0.7")},
    {"eth0", *parse_ip("2001:db8::5")}
};

std::vector<std::string> urls(const std::vector<Place>& places) {
    std::vector<std::string> found;
    found.reserve(places.size());
    for (const Place& place : places) found.push_back(place.from + ' ' + place.url);
    return found;
}

TEST(Places, OneForEachInterfaceWhereItListensOnAll) {
    EXPECT_THAT(
        urls(places({"http://0.0.0.0:8080"}, two_interfaces)),
        testing::ElementsAre(
            "this machine http://localhost:8080",
            "eth0 http://192.168.1.5:8080",
            "wlan0 http://10.0.0.7:8080"
        )
    );
    EXPECT_THAT(
        urls(places({"https://[::]:443"}, {{"eth1", *parse_ip("2001:db8::5")}})),
        testing::ElementsAre("this machine https://localhost:443", "eth1 https://[2001:db8::5]:443")
    );
}

TEST(Places, AnAddressIsItself) {
    const auto found = places({"http://127.0.0.1:8080", "http://10.1.1.1:80"}, two_interfaces);
    EXPECT_THAT(
        urls(found),
        testing::ElementsAre("this machine http://127.0.0.1:8080", "network http://10.1.1.1:80")
    );
    EXPECT_TRUE(found[0].local);
    EXPECT_FALSE(found[1].local);
}

Greeting first_run(std::vector<std::string> bound) {
    return {
        .places = places(bound, two_interfaces),
        .public_url = "",
        .setup_token = Secret("TOKEN"),
        .data = "/var/lib/latchkey",
        .colours = false
    };
}

TEST(Greeting, TheFirstRunShowsTheLinkThatAPhoneReaches) {
    const std::string text = greeting(first_run({"http://0.0.0.0:8080"}));
    EXPECT_THAT(text, HasSubstr("  http://192.168.1.5:8080/join#TOKEN\n"));
    EXPECT_THAT(text, HasSubstr(qr_in_half_blocks("http://192.168.1.5:8080/join#TOKEN", false)));
    EXPECT_THAT(text, HasSubstr("/var/lib/latchkey"));
    EXPECT_THAT(text, Not(HasSubstr("Only this machine")));
}

TEST(Greeting, SaysWhenNoPhoneCanReachTheLink) {
    const std::string text = greeting(first_run({"http://127.0.0.1:8080"}));
    EXPECT_THAT(text, HasSubstr("http://127.0.0.1:8080/join#TOKEN"));
    EXPECT_THAT(text, HasSubstr("--listen 0.0.0.0:8080"));
}

TEST(Greeting, WhereNoBrowserReachesAnythingItAsksForThePublicUrl) {
    const std::string text = greeting(first_run({"unix:/run/latchkey.sock"}));
    EXPECT_THAT(text, Not(HasSubstr("TOKEN"))) << "nobody could open that link";
    EXPECT_THAT(text, HasSubstr("public_url"));
    EXPECT_THAT(text, Not(HasSubstr("--listen")));
}

TEST(Greeting, TheLinkLeadsToAListenerThatABrowserReaches) {
    EXPECT_THAT(
        greeting(first_run({"unix:/run/latchkey.sock", "http://127.0.0.1:8080"})),
        HasSubstr("  http://127.0.0.1:8080/join#TOKEN\n")
    );
    Greeting shown = first_run({"unix:/run/latchkey.sock"});
    shown.public_url = "https://id.example.org";
    EXPECT_THAT(greeting(shown), HasSubstr("https://id.example.org/join#TOKEN"));
}

TEST(Greeting, ThePublicUrlIsWhereTheLinkLeads) {
    Greeting shown = first_run({"http://127.0.0.1:8080"});
    shown.public_url = "https://id.example.org";
    const std::string text = greeting(shown);
    EXPECT_THAT(text, HasSubstr("https://id.example.org/join#TOKEN"));
    EXPECT_THAT(text, Not(HasSubstr("Only this machine")));
}

TEST(Greeting, WithAccountsThereIsNothingToSetUp) {
    Greeting shown = first_run({"http://127.0.0.1:8080"});
    shown.setup_token = Secret();
    EXPECT_THAT(greeting(shown), Not(HasSubstr("/join")));
}

}  // namespace
}  // namespace latchkey
