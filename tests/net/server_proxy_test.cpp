/// Behind proxies: whom requests come from, and who may say so.
#include "net/certificates.hpp"
#include "net/proxy_headers.hpp"
#include "net/test_server.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace latchkey::net {
namespace {

using namespace test;

void trust_loopback(ServerOptions& options) {
    options.trusted_proxies = {*parse_network("127.0.0.1")};
}
void speak_proxy(ServerOptions& options) {
    trust_loopback(options);
    options.proxy_protocol = true;
}

TEST(ServerProxy, AStrangersWordIsNotBelieved) {
    TestServer server(trust_loopback);
    RawClient stranger = server.client({.from = "127.0.0.2"});
    const Answer answer =
        stranger.get("/who", "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n");
    EXPECT_EQ(answer.body, "127.0.0.2 http://h");
}

TEST(ServerProxy, TheProxysWordIs) {
    TestServer server(trust_loopback);
    RawClient proxy = server.client();
    EXPECT_EQ(
        proxy.get("/who", "X-Forwarded-For: 1.2.3.4, 203.0.113.7\r\nX-Forwarded-Proto: https\r\n")
            .body,
        "203.0.113.7 https://h"
    );
    EXPECT_EQ(proxy.get("/who", "X-Forwarded-For: 203.0.113.8\r\n").body, "203.0.113.8 http://h")
        << "each request on the proxy's connection is another's";
    EXPECT_EQ(proxy.get("/who").body, "127.0.0.1 http://h");
}

TEST(ServerProxy, BudgetsAreThoseOfTheFarEnd) {
    TestServer server([](ServerOptions& options) {
        trust_loopback(options);
        options.limits.requests_per_second = 0.001;
        options.limits.requests_burst = 1;
    });
    RawClient proxy = server.client();
    EXPECT_EQ(proxy.get("/hello", "X-Forwarded-For: 203.0.113.7\r\n").status, 200U);
    EXPECT_EQ(proxy.get("/hello", "X-Forwarded-For: 203.0.113.7\r\n").status, 429U);
    EXPECT_EQ(proxy.get("/hello", "X-Forwarded-For: 203.0.113.8\r\n").status, 200U);
}

TEST(ServerProxy, SocketsCountForTheFarEnd) {
    TestServer server([](ServerOptions& options) {
        trust_loopback(options);
        options.limits.connections_per_prefix_max = 1;
    });
    const auto upgraded = [&](std::string_view address) {
        RawClient proxy = server.client();
        const Answer answer =
            proxy.upgrade("/ws/", "X-Forwarded-For: " + std::string(address) + "\r\n");
        return std::pair(std::move(proxy), answer);
    };
    auto [first, first_answer] = upgraded("203.0.113.7");
    EXPECT_EQ(first_answer.status, 101U);
    EXPECT_EQ(server.probe.opens.next().data, "203.0.113.7");
    auto [second, second_answer] = upgraded("203.0.113.7");
    EXPECT_EQ(second_answer.status, 503U);
    EXPECT_EQ(second_answer.field("Retry-After"), "5");
    auto [third, third_answer] = upgraded("203.0.113.8");
    EXPECT_EQ(third_answer.status, 101U);
    first.vanish();
    server.probe.closes.next();
    server.settle();
    auto [fourth, fourth_answer] = upgraded("203.0.113.7");
    EXPECT_EQ(fourth_answer.status, 101U) << "its place came free";
}

TEST(ServerProxy, ARefusedSocketCountsForNobody) {
    TestServer server([](ServerOptions& options) {
        trust_loopback(options);
        options.limits.connections_per_prefix_max = 1;
    });
    RawClient proxy = server.client();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(proxy.upgrade("/ws/?refuse", "X-Forwarded-For: 203.0.113.7\r\n").status, 401U);
    }
    EXPECT_EQ(proxy.get("/who").body, "127.0.0.1 http://h") << "and changes nothing of the proxy's";
    EXPECT_EQ(proxy.upgrade("/ws/", "X-Forwarded-For: 203.0.113.7\r\n").status, 101U);
}

TEST(ServerProxy, AUnixSocketIsAProxysAlways) {
    const FreshDirectory directory;
    const std::string path = directory.file("socket");
    TestServer server([&](ServerOptions& options) {
        options.listen = {{"unix:" + path, false}};
        options.threads = 2;
    });
    EXPECT_EQ(server.server->bound()[0], "unix:" + path);
    struct stat file{};
    ::stat(path.c_str(), &file);
    EXPECT_EQ(file.st_mode & 0777, 0660U);
    for (int i = 0; i < 10; ++i) {
        RawClient proxy(path);
        ASSERT_TRUE(proxy.connected());
        EXPECT_EQ(
            proxy.get("/who", "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n").body,
            "203.0.113.7 https://h"
        );
        EXPECT_EQ(proxy.upgrade().status, 101U);
        proxy.send(text_frame("over a file"));
        EXPECT_EQ(proxy.frame().payload, "over a file");
    }
}

TEST(ServerProxy, AUnixSocketLeftBehindIsTakenOverAndOneInUseIsNot) {
    const FreshDirectory directory;
    const auto at_path = [&](ServerOptions& options) {
        options.listen = {{"unix:" + directory.file("socket"), false}};
    };
    {
        TestServer crashed(at_path);
    }
    TestServer server(at_path);
    EXPECT_THROW(TestServer second(at_path), std::system_error);
    RawClient client(directory.file("socket"));
    EXPECT_EQ(client.get("/hello").body, "hello") << "the first is still served";
}

TEST(ServerProxyProtocol, NamesTheFarEnd) {
    TestServer server(speak_proxy);
    RawClient client = server.client();
    client.send(
        proxy_v4("203.0.113.7", tlv(0x20, std::string("\x01\0\0\0\0", 5))) + get_of("/who")
    );
    EXPECT_EQ(client.answer().body, "203.0.113.7 https://h");
    EXPECT_EQ(client.get("/who").body, "203.0.113.7 https://h");
    RawClient v6 = server.client();
    v6.send(proxy_v6("2001:db8::7") + get_of("/who"));
    EXPECT_EQ(v6.answer().body, "2001:db8::7 http://h");
}

TEST(ServerProxyProtocol, MayComeByteByByte) {
    TestServer server(speak_proxy);
    RawClient client = server.client();
    for (const char c : proxy_v4("203.0.113.7") + get_of("/who")) client.send({&c, 1});
    EXPECT_EQ(client.answer().body, "203.0.113.7 http://h");
}

TEST(ServerProxyProtocol, TheFarEndIsNoProxy) {
    TestServer server(speak_proxy);
    RawClient client = server.client();
    client.send(proxy_v4("203.0.113.7") + get_of("/who", "X-Forwarded-For: 1.2.3.4\r\n"));
    EXPECT_EQ(client.answer().body, "203.0.113.7 http://h");
}

TEST(ServerProxyProtocol, TheProxysOwnConnectionsAreServed) {
    TestServer server(speak_proxy);
    RawClient client = server.client();
    client.send(proxy_header(0x20, 0x00, {}) + get_of("/who"));
    EXPECT_EQ(client.answer().body, "127.0.0.1 http://h");
}

TEST(ServerProxyProtocol, WhoeverIsNotNamedIsNoProxyEither) {
    TestServer server(speak_proxy);
    const std::string headers[] = {
        proxy_header(0x20, 0x00, {}),                     // LOCAL
        proxy_header(0x21, 0x00, {}),                     // PROXY, UNSPEC
        proxy_header(0x21, 0x31, std::string(216, 'p')),  // PROXY, UNIX
    };
    for (const std::string& header : headers) {
        RawClient client = server.client();
        client.send(header + get_of("/who", "X-Forwarded-For: 1.2.3.4\r\n"));
        EXPECT_EQ(client.answer().body, "127.0.0.1 http://h");
    }
}

TEST(ServerProxyProtocol, WithoutTheHeaderAProxyIsCutOff) {
    TestServer server(speak_proxy);
    RawClient client = server.client();
    client.send(get_of("/hello"));
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.settled_counts().protocol_errors, 1U);
    RawClient half = server.client();
    half.send(proxy_v4("203.0.113.7").substr(0, 20));
    half.finish();
    EXPECT_TRUE(half.ended());
    RawClient stranger = server.client({.from = "127.0.0.2"});
    EXPECT_EQ(stranger.get("/who").body, "127.0.0.2 http://h") << "strangers do not speak it";
}

TEST(ServerProxyProtocol, ConnectionsCountForTheFarEnd) {
    TestServer server([](ServerOptions& options) {
        speak_proxy(options);
        options.limits.connections_per_prefix_max = 1;
    });
    RawClient one = server.client();
    one.send(proxy_v4("203.0.113.7") + get_of("/hello"));
    EXPECT_EQ(one.answer().status, 200U);
    RawClient two = server.client();
    two.send(proxy_v4("203.0.113.7") + get_of("/hello"));
    EXPECT_TRUE(two.ended());
    RawClient three = server.client();
    three.send(proxy_v4("203.0.113.8") + get_of("/hello"));
    EXPECT_EQ(three.answer().status, 200U);
}

}  // namespace
}  // namespace latchkey::net
