/// What runs out on a connection, and when: by a clock that only the test moves.
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

const Limits usual;
constexpr seconds one{1};
constexpr std::chrono::hours hour{1};

/// A client of whom the server has read these bytes.
RawClient client_of(TestServer& server, std::string_view bytes) {
    RawClient client = server.client();
    // The answer to what stands before them in the same packet shows that they were read.
    client.send(get_of("/hello") + std::string(bytes));
    EXPECT_EQ(client.answer().status, 200U);
    return client;
}

/// Sends what an endpoint answers, so that all of it was read when this comes back.
void say(RawClient& client, std::string_view before = {}) {
    client.send(std::string(before) + text_frame("said"));
    ASSERT_EQ(client.frame().payload, "said");
}

TEST(ServerTime, AHeadThatDoesNotArriveIs408) {
    TestServer server;
    RawClient client = client_of(server, "GET /hello HT");
    server.pass(usual.header_time_max - one);
    EXPECT_TRUE(client.quiet());
    server.run_out(one);
    EXPECT_EQ(client.answer().status, 408U);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
}

TEST(ServerTime, AHeadInDribsAndDrabsIs408) {
    TestServer server;
    RawClient client = client_of(server, "GET /hello HTTP/1.1\r\nX: ");
    // Every byte is a sign of life, but the time is that of the whole head.
    for (int i = 0; i < 6; ++i) {
        client.send("x");
        server.pass(usual.header_time_max / 5);
    }
    EXPECT_EQ(client.answer().status, 408U);
}

TEST(ServerTime, ABodyThatDoesNotArriveIs408) {
    TestServer server;
    RawClient client =
        client_of(server, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nhel");
    server.pass(usual.body_time_max - one);
    EXPECT_TRUE(client.quiet());
    client.send("lo");
    server.run_out(one);
    EXPECT_EQ(client.answer().status, 408U);
    EXPECT_TRUE(client.ended());
}

TEST(ServerTime, WhoeverSendsOnAfterARefusalIsCutOff) {
    TestServer server;
    RawClient client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n");
    EXPECT_EQ(client.answer().status, 413U);
    EXPECT_TRUE(client.ended());
    EXPECT_TRUE(client.send(std::string(1 << 16, 'b'))) << "for a moment it is thrown away";
    server.pass(hour);
    EXPECT_EQ(server.settled_counts().connections, 0U);
}

TEST(ServerTime, ASilentConnectionIsJustClosed) {
    TestServer server;
    RawClient client = server.client();
    server.until([&] { return server.server->counts().connections == 1; });
    server.pass(usual.header_time_max - one);
    EXPECT_TRUE(client.quiet());
    server.run_out(one);
    EXPECT_TRUE(client.ended());
}

TEST(ServerTime, AnIdleConnectionIsClosed) {
    TestServer server;
    RawClient client = server.client();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.get("/hello").status, 200U);
        server.pass(usual.keep_alive_time_max - one);
        EXPECT_TRUE(client.quiet());
    }
    server.run_out(one);
    EXPECT_TRUE(client.ended());
}

TEST(ServerTime, AHandlerThatWaitsIsNotIdle) {
    TestServer server;
    RawClient waits = server.client();
    waits.send(get_of("/gate"));
    const auto resume = server.gate.waiting.next();
    server.pass(hour);
    resume("still served");
    EXPECT_EQ(waits.answer().body, "still served");
}

TEST(ServerTime, WhoeverDoesNotTakeTheAnswerIsCutOff) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    client.send(get_of("/big"));
    ASSERT_TRUE(client.receive());
    server.pass(usual.write_time_max - one);
    EXPECT_EQ(server.settled_counts().connections, 1U);
    server.run_out(one);
    EXPECT_EQ(server.settled_counts().connections, 0U);
    EXPECT_LT(client.rest().size(), big_bytes);
}

TEST(ServerTime, SilenceIsAskedForALifeSignAndThenEnds) {
    TestServer server;
    RawClient client = server.socket();
    for (int i = 0; i < 3; ++i) {
        server.run_out(usual.heartbeat);
        EXPECT_EQ(client.frame(), (ServerFrame{9, true, ""}));
        say(client, pong_frame());
        server.pass(usual.heartbeat - one);
        EXPECT_TRUE(client.quiet()) << "whoever has just said something is not asked";
    }
    server.run_out(one);
    EXPECT_EQ(client.frame().opcode, 9);
    server.run_out(usual.heartbeat);
    EXPECT_TRUE(client.ended()) << "no pong this time";
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
}

TEST(ServerTime, WhoeverDoesNotAnswerTheGoodbyeIsCutOff) {
    TestServer server;
    RawClient client = server.socket();
    client.send(text_frame("close 4000"));
    EXPECT_EQ(client.frame().close_code(), 4000U);
    server.pass(usual.close_time_max - one);
    EXPECT_TRUE(client.quiet());
    server.run_out(one);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::bad_message);
}

TEST(ServerTime, DeadlinesOfTheEndpointComeOnce) {
    TestServer server;
    RawClient client = server.socket();
    say(client, text_frame("wake") + text_frame("wake"));
    server.pass(one);
    EXPECT_EQ(client.frame().payload, "woken");
    server.pass(one);
    say(client);
}

TEST(ServerTime, ASlowReadersSocketIsClosedAsSlow) {
    TestServer server;
    RawClient slow = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    RawClient other = server.socket();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(slow.send(text_frame("flood 100000")));
    server.until([&] { return server.server->counts().refused_limit == 1; });
    EXPECT_TRUE(server.probe.closes.none()) << "it may still read why";
    server.run_out(usual.close_time_max);
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::slow);
    say(other);
}

void with_a_long_queue(ServerOptions& options) {
    options.limits.queue_bytes_max = 64 << 20;
    options.limits.heartbeat = hour;
}

TEST(ServerTime, ASlowReaderWhoTalksIsClosedAllTheSame) {
    TestServer server(with_a_long_queue);
    RawClient slow = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    for (int i = 0; i < 100; ++i) slow.send(text_frame("flood 100000"));
    server.until([&] { return server.server->counts().messages_in == 100; });
    for (int i = 0; i < 4; ++i) {
        server.pass(usual.write_time_max / 5);
        slow.send(ping_frame() + text_frame("still here"));
    }
    EXPECT_EQ(server.settled_counts().refused_limit, 0U);
    server.run_out(usual.write_time_max / 5);
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
    server.run_out(usual.close_time_max);
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::slow);
}

TEST(ServerTime, ASlowReaderWhoReadsOnIsNotClosed) {
    TestServer server(with_a_long_queue);
    RawClient slow = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    for (int i = 0; i < 100; ++i) slow.send(text_frame("flood 100000"));
    server.until([&] { return server.server->counts().messages_in == 100; });
    for (int half = 0; half < 2; ++half) {
        server.pass(usual.write_time_max - one);
        for (int i = 0; i < 50; ++i) ASSERT_EQ(slow.frame().payload.size(), 100'000U);
    }
    server.pass(usual.write_time_max);
    say(slow);
    EXPECT_EQ(server.settled_counts().refused_limit, 0U);
}

TEST(ServerTime, ABodysTimeRunsOnWhileAnAnswerIsTaken) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    send_behind_an_answer_not_taken(
        server, client, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"
    );
    EXPECT_EQ(client.answer().body.size(), medium_bytes);
    server.pass(usual.body_time_max - one);
    EXPECT_TRUE(client.quiet());
    server.run_out(one);
    EXPECT_EQ(client.answer().status, 408U);
}

TEST(ServerTime, BudgetsFillUpAgain) {
    TestServer server([](ServerOptions& options) {
        options.limits.requests_per_second = 0.1;
        options.limits.requests_burst = 1;
    });
    RawClient client = server.client();
    EXPECT_EQ(client.get("/hello").status, 200U);
    server.pass(seconds(9));
    const Answer refused = client.get("/hello");
    EXPECT_EQ(refused.status, 429U);
    server.pass(seconds(std::stoi(refused.field("Retry-After"))));
    EXPECT_EQ(client.get("/hello").status, 200U);
}

TEST(ServerTime, TheDateIsTheWallClocks) {
    TestServer server([](ServerOptions& options) {
        options.wall_clock = [] { return from_unix_ms(1'000'000'000'999); };
    });
    RawClient client = server.client();
    EXPECT_EQ(client.get("/hello").field("Date"), "Sun, 09 Sep 2001 01:46:40 GMT");
}

}  // namespace
}  // namespace latchkey::net
