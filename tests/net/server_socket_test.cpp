/// WebSockets over a real server (RFC 6455).
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;
using namespace std::string_literals;

ServerFrame text(std::string payload) {
    return {1, true, std::move(payload)};
}
TEST(ServerSocket, ShakesHandsAsTheRfcsExampleDoes) {
    TestServer server;
    RawClient client = server.client();
    const Answer answer = client.upgrade("/ws/", "Sec-WebSocket-Protocol: latchkey.v1\r\n");
    EXPECT_EQ(answer.status, 101U);
    EXPECT_EQ(answer.field("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(answer.field("Upgrade"), "websocket");
    EXPECT_EQ(answer.field("Connection"), "Upgrade");
    EXPECT_EQ(answer.field("Sec-WebSocket-Protocol"), "latchkey.v1");
    EXPECT_EQ(answer.field("Content-Length"), "-");
    EXPECT_EQ(server.probe.opens.next().data, "127.0.0.1");

    RawClient plain = server.client();
    EXPECT_EQ(plain.upgrade().field("Sec-WebSocket-Protocol"), "-");
}

TEST(ServerSocket, FaultyHandshakesAreRefusedAndTheConnectionStays) {
    TestServer server;
    RawClient client = server.client();
    const auto status_of =
        [&](std::string_view version, std::string_view key, std::string_view more = {}) {
            return client.get(
                "/ws/",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: " +
                    std::string(version) + "\r\nSec-WebSocket-Key: " + std::string(key) + "\r\n" +
                    std::string(more)
            );
        };
    constexpr std::string_view good = "dGhlIHNhbXBsZSBub25jZQ==";
    EXPECT_EQ(status_of("8", good).status, 426U);
    EXPECT_EQ(status_of("8", good).field("Sec-WebSocket-Version"), "13");
    EXPECT_EQ(status_of("", good).status, 426U);
    for (const char* key :
         {"",
          "short",
          "dGhlIHNhbXBsZSBub25jZQ=",
          "dGhlIHNhbXBsZSBub25jZQ==x",
          "dGhl HNhbXBsZSBub25jZQ=="}) {
        EXPECT_EQ(status_of("13", key).status, 400U) << key;
    }
    EXPECT_EQ(status_of("13", good, "Origin: http://evil.example\r\n").status, 403U);
    EXPECT_EQ(client.get("/missing", "Connection: Upgrade\r\nUpgrade: websocket\r\n").status, 404U);
    EXPECT_EQ(client.upgrade("/ws/?refuse").status, 401U) << "the endpoint says so";
    EXPECT_EQ(client.upgrade("/ws/", "Origin: http://h\r\n").status, 101U);
    EXPECT_EQ(server.settled_counts().handshakes, 1U);
}

TEST(ServerSocket, FieldsOfTheHandshakeMayBeRepeated) {
    TestServer server;
    RawClient client = server.client();
    const Answer answer = client.get(
        "/ws/",
        "Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    EXPECT_EQ(answer.status, 101U);
}

TEST(ServerSocket, EchoesEveryLengthOfBothKinds) {
    TestServer server;
    RawClient client = server.socket();
    for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 4096U}) {
        client.send(text_frame(std::string(size, 't')));
        EXPECT_EQ(client.frame(), text(std::string(size, 't')));
        client.send(binary_frame(std::string(size, '\xff')));
        EXPECT_EQ(client.frame(), (ServerFrame{2, true, std::string(size, '\xff')}));
    }
}

TEST(ServerSocket, TheFirstMessageMayComeRightBehindTheHandshake) {
    TestServer server;
    RawClient client = server.client();
    client.send(RawClient::handshake_request() + text_frame("early") + ping_frame("p"));
    EXPECT_EQ(client.answer().status, 101U);
    EXPECT_EQ(client.frame(), text("early"));
    EXPECT_EQ(client.frame().opcode, 10);
}

TEST(ServerSocket, TheHandshakeMayFollowOtherRequests) {
    TestServer server;
    RawClient client = server.client();
    client.send(
        get_of("/late?1") + get_of("/say?2") + RawClient::handshake_request() + text_frame("early")
    );
    EXPECT_EQ(client.answer().body, "at once 1");
    EXPECT_EQ(client.answer().body, "2");
    EXPECT_EQ(client.answer().status, 101U);
    EXPECT_EQ(client.frame(), text("early"));
}

TEST(ServerSocket, TheFirstMessageLeavesWithTheHandshakesAnswer) {
    TestServer server;
    RawClient client = server.client();
    client.send(RawClient::handshake_request("/ws/?greet"));
    ASSERT_TRUE(client.receive());
    EXPECT_EQ(client.answer().status, 101U);
    EXPECT_EQ(client.frame(), text("hello"));
}

TEST(ServerSocket, ClosesAtOnceAfterTheHandshake) {
    TestServer server;
    RawClient client = server.client();
    client.send(RawClient::handshake_request("/ws/?close") + close_frame(1000));
    EXPECT_EQ(client.answer().status, 101U);
    EXPECT_EQ(client.frame().close_code(), 4001U);
    EXPECT_TRUE(client.ended()) << "its own close was in the same packet as its handshake";
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::bad_token);
}

TEST(ServerSocket, MessagesMayComeByteByByteAndManyAtOnce) {
    TestServer server;
    RawClient client = server.socket();
    for (const char c : text_frame("slowly")) client.send(std::string(1, c));
    EXPECT_EQ(client.frame(), text("slowly"));
    std::string many;
    for (int i = 0; i < 5000; ++i) many += text_frame(std::to_string(i));
    client.send(many);
    for (int i = 0; i < 5000; ++i) ASSERT_EQ(client.frame(), text(std::to_string(i)));
    EXPECT_EQ(server.settled_counts().messages_in, 5001U);
    EXPECT_EQ(server.settled_counts().messages_out, 5001U);
}

TEST(ServerSocket, FragmentsMayComeInPacketsOfTheirOwn) {
    TestServer server;
    RawClient client = server.socket();
    client.send(ClientFrame{.payload = "\xce", .final = false}.bytes());
    client.send(ping_frame("between"));
    EXPECT_EQ(client.frame(), (ServerFrame{10, true, "between"}));
    client.send(ClientFrame{.opcode = 0, .payload = "\xba"}.bytes());
    EXPECT_EQ(client.frame(), text("\xce\xba"));
}

TEST(ServerSocket, PingsAreAnsweredWithTheirData) {
    TestServer server;
    RawClient client = server.socket();
    client.send(ping_frame() + ping_frame(std::string(125, '\xff')) + pong_frame("unasked"));
    EXPECT_EQ(client.frame(), (ServerFrame{10, true, ""}));
    EXPECT_EQ(client.frame(), (ServerFrame{10, true, std::string(125, '\xff')}));
    client.send(text_frame("still here"));
    EXPECT_EQ(client.frame(), text("still here"));
}

TEST(ServerSocket, TheClientMayClose) {
    TestServer server;
    for (const unsigned code : {1000U, 1001U, 3000U, 4999U}) {
        RawClient client = server.socket();
        client.send(close_frame(code, "bye") + text_frame("too late"));
        EXPECT_EQ(client.frame().close_code(), code) << "its own code comes back";
        EXPECT_TRUE(client.ended());
        EXPECT_EQ(server.probe.closes.next().code, static_cast<CloseCode>(code));
    }
    RawClient client = server.socket();
    client.send(ClientFrame{.opcode = 8}.bytes());
    EXPECT_EQ(client.frame(), (ServerFrame{8, true, ""}));
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::no_status);
    EXPECT_TRUE(server.probe.messages.none());
}

TEST(ServerSocket, TheServerMayClose) {
    TestServer server;
    RawClient client = server.socket();
    client.send(text_frame("close 4101 used") + text_frame("ignored") + ping_frame());
    const ServerFrame frame = client.frame();
    EXPECT_EQ(frame.close_code(), 4101U);
    EXPECT_EQ(frame.payload.substr(2), "used");
    client.send(close_frame(4101));
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::consumed);
    EXPECT_EQ(server.probe.messages.next().data, "close 4101 used");
    EXPECT_TRUE(server.probe.messages.none()) << "nothing is heard after the goodbye";
}

TEST(ServerSocket, WhoeverJustGoesIsClosedAsAbnormal) {
    TestServer server;
    RawClient polite = server.socket();
    polite.finish();
    EXPECT_TRUE(polite.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
    RawClient rude = server.socket();
    rude.vanish();
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
    EXPECT_EQ(server.settled_counts().sockets, 0U);
    EXPECT_EQ(server.settled_counts().connections, 0U);
}

TEST(ServerSocket, FaultsAreClosedWithTheirCode) {
    TestServer server;
    const std::pair<std::string, CloseCode> faults[] = {
        {ClientFrame{.masked = false}.bytes(), CloseCode::protocol_error},
        {ClientFrame{.opcode = 3}.bytes(), CloseCode::protocol_error},
        {text_frame("\xff"), CloseCode::invalid_payload},
        {close_frame(1005), CloseCode::protocol_error},
        {close_frame(1000, "\xff"), CloseCode::invalid_payload},
        {text_frame(std::string(4097, 'x')), CloseCode::message_too_big},
    };
    for (const auto& [bytes, code] : faults) {
        RawClient client = server.socket();
        client.send(text_frame("first") + bytes + text_frame("never read"));
        EXPECT_EQ(client.frame(), text("first"));
        EXPECT_EQ(client.frame().close_code(), static_cast<unsigned>(code));
        client.finish();
        EXPECT_TRUE(client.ended());
        EXPECT_EQ(server.probe.closes.next().code, code);
        server.probe.messages.next();
    }
    EXPECT_TRUE(server.probe.messages.none());
    EXPECT_EQ(server.settled_counts().protocol_errors, 5U);
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
}

TEST(ServerSocket, AMessageOf48MiBIsRefusedByItsHead) {
    TestServer server;
    RawClient client = server.socket();
    client.send("\x82\xff\x00\x00\x00\x00\x03\x00\x00\x00mask"s);
    EXPECT_EQ(client.frame().close_code(), 1009U) << "not one byte of it was sent";

    RawClient sends_on = server.socket();
    std::string head("\x82\xff\x00\x00\x00\x00\x03\x00\x00\x00mask", 14);
    sends_on.send(head + std::string(1024 * 1024, 'm'));
    EXPECT_EQ(sends_on.frame().close_code(), 1009U) << "our word is not lost in what still comes";
}

TEST(ServerSocket, AnotherThreadReachesItByItsPlace) {
    TestServer server([](ServerOptions& options) { options.threads = 2; });
    RawClient client = server.socket();
    const SocketId id = server.probe.opens.next().id;
    server.server->with_socket(id, [](Socket* socket) {
        if (socket != nullptr) socket->send_text("from outside");
    });
    EXPECT_EQ(client.frame(), text("from outside"));
}

TEST(ServerSocket, IsReachedAtOnceFromItsOwnThreadButNotBeforeWhoCameFirst) {
    TestServer server;
    RawClient client = server.socket();
    const SocketId id = server.probe.opens.next().id;
    std::vector<std::string> done;  // on the loop's thread
    const auto say = [&](const std::string& words) {
        server.server->with_socket(id, [&done, words](Socket* socket) {
            socket->send_text(words);
            done.push_back(words);
        });
    };
    std::promise<std::vector<std::string>> at_once;
    boost::asio::post(server.server->context(0), [&] {
        say("at once");
        std::thread([&] { say("from outside"); }).join();
        say("behind it");
        at_once.set_value(done);
    });
    EXPECT_EQ(at_once.get_future().get(), std::vector<std::string>{"at once"});
    EXPECT_EQ(client.frame(), text("at once"));
    EXPECT_EQ(client.frame(), text("from outside"));
    EXPECT_EQ(client.frame(), text("behind it"));
    server.settle();
}

TEST(ServerSocket, IsLookedAtAtOnceOnItsOwnThreadAndOnNoOther) {
    TestServer server([](ServerOptions& options) { options.threads = 2; });
    RawClient client = server.socket();
    const SocketId id = server.probe.opens.next().id;
    SocketId gone = id;
    ++gone.generation;
    const auto look_on = [&](unsigned loop, const SocketId& asked) {
        std::promise<std::pair<bool, bool>> seen;
        boost::asio::post(server.server->context(loop), [&] {
            bool is_there = false;
            const bool looked = server.server->look_at_socket(asked, [&](Socket* socket) {
                is_there = socket != nullptr && socket->id() == id;
            });
            seen.set_value({looked, is_there});
        });
        return seen.get_future().get();
    };

    EXPECT_EQ(look_on(id.loop, id), std::pair(true, true));
    EXPECT_EQ(look_on(id.loop, gone), std::pair(true, false));
    EXPECT_EQ(look_on(1U - id.loop, id), std::pair(false, false));
}

TEST(ServerSocket, APlaceThatIsGoneIsNobodys) {
    TestServer server;
    RawClient client = server.socket();
    const SocketId id = server.probe.opens.next().id;
    const auto found = [&](const SocketId& asked) {
        std::promise<bool> found_one;
        server.server->with_socket(asked, [&](Socket* socket) {
            found_one.set_value(socket != nullptr);
        });
        return found_one.get_future().get();
    };
    EXPECT_TRUE(found(id));
    SocketId other = id;
    other.slot = 1'000'000;
    EXPECT_FALSE(found(other));
    other = id;
    ++other.generation;
    EXPECT_FALSE(found(other));

    client.send(text_frame("close 4000"));
    EXPECT_EQ(client.frame().close_code(), 4000U);
    EXPECT_FALSE(found(id)) << "it has been told goodbye";
    client.vanish();
    server.probe.closes.next();
    RawClient next = server.socket();
    EXPECT_FALSE(found(id)) << "whoever has its place now is another";
}

}  // namespace
}  // namespace latchkey::net
