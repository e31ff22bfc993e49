/// How much the server takes, and how it refuses more.
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

TEST(ServerLimits, AHeadTooLongIs431AndTheEnd) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/hello", "X: " + std::string(20'000, 'x') + "\r\n"));
    EXPECT_EQ(client.answer().status, 431U);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
}

TEST(ServerLimits, ABodyTooLongIs413AndTheEnd) {
    TestServer server;
    RawClient client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n");
    client.send(std::string(65'537, 'b'));
    EXPECT_EQ(client.answer().status, 413U) << "our word is not lost in what still comes";
    client.finish();
    EXPECT_TRUE(client.ended());
}

TEST(ServerLimits, TooManyRequestsAre429WithATime) {
    TestServer server([](ServerOptions& options) {
        options.limits.requests_per_second = 0.001;
        options.limits.requests_burst = 3;
    });
    RawClient client = server.client();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/hello").status, 200U);
    const Answer refused = client.get("/hello");
    EXPECT_EQ(refused.status, 429U);
    EXPECT_GT(std::stoul(refused.field("Retry-After")), 0U);
    EXPECT_EQ(client.upgrade().status, 429U) << "handshakes count as well";
    RawClient neighbour = server.client({.from = "127.0.0.2"});
    EXPECT_EQ(neighbour.get("/hello").status, 200U) << "everybody has their own";
}

TEST(ServerLimits, WhatFinishesHasABudgetOfItsOwn) {
    TestServer server([](ServerOptions& options) {
        options.limits.requests_per_second = 0.001;
        options.limits.requests_burst = 3;
    });
    RawClient client = server.client();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/hello").status, 200U);
    EXPECT_EQ(client.get("/hello").status, 429U);

    const auto finish = [&client] {
        client.send("POST /finish HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        return client.answer().status;
    };
    for (int i = 0; i < 3; ++i) EXPECT_EQ(finish(), 204U);
    EXPECT_EQ(finish(), 429U) << "which has an end, too";
}

TEST(ServerLimits, BudgetsMayBeLifted) {
    TestServer server([](ServerOptions& options) {
        options.limits.requests_per_second = 0.001;
        options.limits.requests_burst = 1;
        options.limits.connections_per_prefix_max = 1;
        options.limits.rate_limits = false;
    });
    RawClient one = server.client();
    RawClient two = server.client();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(one.get("/hello").status, 200U);
    EXPECT_EQ(two.get("/hello").status, 200U);
}

TEST(ServerLimits, TooManyConnectionsAre503WithATime) {
    TestServer server([](ServerOptions& options) { options.limits.connections_max = 2; });
    auto one = std::make_unique<RawClient>(server.port());
    RawClient two = server.client();
    EXPECT_EQ(one->get("/hello").status, 200U);
    EXPECT_EQ(two.get("/hello").status, 200U);
    RawClient three = server.client();
    const Answer refused = three.answer();
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.field("Retry-After"), "5");
    EXPECT_TRUE(three.ended());

    one->finish();
    EXPECT_TRUE(one->ended());
    RawClient four = server.client();
    EXPECT_EQ(four.get("/hello").status, 200U) << "a place came free";
}

TEST(ServerLimits, ARefusalIsNotLostInAReset) {
    TestServer server([](ServerOptions& options) { options.limits.connections_max = 1; });
    RawClient one = server.client();
    EXPECT_EQ(one.get("/hello").status, 200U);
    Held held(*server.server);
    RawClient two = server.client();
    two.send(get_of("/hello"));
    held.let_go();
    EXPECT_EQ(two.answer().status, 503U);
    EXPECT_TRUE(two.ended());
    EXPECT_FALSE(two.was_reset());
}

TEST(ServerLimits, TooManyConnectionsOfOneAddressAre503) {
    TestServer server([](ServerOptions& options) { options.limits.connections_per_prefix_max = 1; }
    );
    RawClient one = server.socket();
    RawClient two = server.client();
    EXPECT_EQ(two.answer().status, 503U);
    RawClient neighbour = server.client({.from = "127.0.0.2"});
    EXPECT_EQ(neighbour.get("/hello").status, 200U);
    one.vanish();
    server.probe.closes.next();
    server.settle();
    RawClient again = server.client();
    EXPECT_EQ(again.get("/hello").status, 200U);
}

TEST(ServerLimits, ASlowReaderWhoReadsAfterAllIsToldWhy) {
    TestServer server;
    RawClient slow = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(slow.send(text_frame("flood 100000")));
    int messages = 0;
    ServerFrame frame = slow.frame();
    for (; frame.opcode == 2; frame = slow.frame()) ++messages;
    EXPECT_LT(messages, 200) << "nothing is queued beyond the limit";
    EXPECT_EQ(frame.close_code(), 4202U);
    slow.finish();
    EXPECT_TRUE(slow.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::slow);
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
}

TEST(ServerLimits, AReaderWhoIsNotQuiteSlowGetsEverythingInOrder) {
    TestServer server([](ServerOptions& options) { options.limits.queue_bytes_max = 64 << 20; });
    RawClient client = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    for (int i = 0; i < 100; ++i) {
        client.send(text_frame("flood 100000") + text_frame(std::to_string(i)));
    }
    client.send(close_frame(1000));
    client.finish();
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(client.frame().payload, std::string(100'000, 'f'));
        ASSERT_EQ(client.frame().payload, std::to_string(i));
    }
    EXPECT_EQ(client.frame().close_code(), 1000U) << "the goodbye comes last";
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::normal);
}

TEST(ServerLimits, AGoodbyeIsToldBehindWhatIsQueuedToWhoeverHasFinished) {
    TestServer server([](ServerOptions& options) { options.limits.queue_bytes_max = 64 << 20; });
    RawClient client = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    for (int i = 0; i < 100; ++i) client.send(text_frame("flood 100000"));
    client.send(text_frame("close 4100"));
    client.finish();
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.frame().payload.size(), 100'000U);
    EXPECT_EQ(client.frame().close_code(), 4100U);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::expired);
}

TEST(ServerLimits, AFaultIsToldBehindWhatIsQueued) {
    TestServer server([](ServerOptions& options) { options.limits.queue_bytes_max = 64 << 20; });
    RawClient client = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    for (int i = 0; i < 100; ++i) client.send(text_frame("flood 100000"));
    client.send(text_frame("\xff"));
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.frame().payload.size(), 100'000U);
    EXPECT_EQ(client.frame().close_code(), 1007U);
    client.finish();
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::invalid_payload);
}

TEST(ServerLimits, OneWhoSendsWithoutAPauseLeavesTheOthersTheirTurn) {
    TestServer server([](ServerOptions& options) {
        options.limits.rate_limits = false;
        options.limits.queue_bytes_max = std::size_t{1} << 40;  // its drinker may be late
    });
    RawClient flooder = server.socket();
    std::atomic<bool> enough{false};
    std::thread flood([&] {
        std::string frames;
        while (frames.size() < 1 << 20)
            frames += binary_frame(std::string(4000, 'x')) + pong_frame();
        while (!enough && flooder.send(frames)) {
        }
    });
    std::thread drink([&] { flooder.drink(); });
    server.until([&] { return server.server->counts().messages_in > 0; });
    RawClient client = server.client();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(client.get("/hello").status, 200U);
    EXPECT_EQ(server.server->counts().sockets, 1U) << "it was a flood to the end";
    enough = true;
    flood.join();
    flooder.finish();
    drink.join();
}

}  // namespace
}  // namespace latchkey::net
