#include "net/user_agent.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

UserAgent agent_of(std::string_view user_agent_text) {
    Request request;
    request.add_header("User-Agent", user_agent_text);
    return user_agent(request);
}

constexpr std::string_view chrome_on_windows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36";

TEST(UserAgent, NamesTheUsualBrowsers) {
    EXPECT_EQ(agent_of(chrome_on_windows), (UserAgent{"Chrome", "Windows"}));
    EXPECT_EQ(
        agent_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                 "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"),
        (UserAgent{"Edge", "Windows"})
    );
    EXPECT_EQ(
        agent_of("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"),
        (UserAgent{"Firefox", "Linux"})
    );
    EXPECT_EQ(
        agent_of(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
            "Gecko) Version/18.1 Safari/605.1.15"
        ),
        (UserAgent{"Safari", "macOS"})
    );
}

TEST(UserAgent, NamesPhonesBeforeWhatTheyClaimToBeLike) {
    EXPECT_EQ(
        agent_of(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
            "like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
        ),
        (UserAgent{"Safari", "iOS"})
    );
    EXPECT_EQ(
        agent_of("Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
                 "SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36"),
        (UserAgent{"Samsung Internet", "Android"})
    );
    EXPECT_EQ(
        agent_of("Mozilla/5.0 (Linux; Android 13; V2250A) AppleWebKit/537.36 (KHTML, like Gecko) "
                 "Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49"),
        (UserAgent{"WeChat", "Android"})
    );
}

TEST(UserAgent, BelievesClientHintsFirst) {
    Request request;
    request.add_header("User-Agent", chrome_on_windows);
    request.add_header("Sec-CH-UA", R"("Chromium";v="131", "Brave";v="131", "Not_A Brand";v="24")");
    request.add_header("Sec-CH-UA-Platform", R"("Linux")");

    EXPECT_EQ(user_agent(request), (UserAgent{"Brave", "Linux"}));
}

TEST(UserAgent, TakesTheUserAgentWhenHintsSayChromiumAlone) {
    Request request;
    request.add_header("User-Agent", chrome_on_windows);
    request.add_header("Sec-CH-UA", R"("Chromium";v="131", "Not_A Brand";v="24")");
    request.add_header("Sec-CH-UA-Platform", R"("Unknown")");

    EXPECT_EQ(user_agent(request), (UserAgent{"Chrome", "Windows"}));
}

TEST(UserAgent, IsEmptyForStrangers) {
    EXPECT_EQ(user_agent(Request{}), UserAgent{});
    EXPECT_EQ(agent_of("curl/7.88.1"), UserAgent{});
    EXPECT_EQ(agent_of("<script>alert(1)</script>"), UserAgent{});
}

TEST(UserAgent, ReadsOnlyTheHeadOfALongOne) {
    EXPECT_EQ(agent_of(std::string(user_agent_bytes_max, 'x') + " Firefox/132.0"), UserAgent{});
}

TEST(UserAgent, FitsTwoBytesAndComesBack) {
    for (const UserAgent& agent :
         {UserAgent{"Chrome", "Windows"},
          UserAgent{"Internet Explorer", "OpenBSD"},
          UserAgent{"", "Linux"},
          UserAgent{}}) {
        EXPECT_EQ(user_agent_of(code_of(agent)), agent);
    }
    EXPECT_EQ(code_of(UserAgent{"Mosaic", "Amiga"}), UserAgentCode{});
    EXPECT_EQ(user_agent_of(UserAgentCode{255, 255}), UserAgent{});
}

}  // namespace
}  // namespace latchkey::net
