/// A connection on which nothing is under way is a record and nothing more, whatever went before.
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

std::uint64_t working(TestServer& server) {
    return server.settled_counts().working;
}

TEST(ServerMemory, IdleConnectionsHoldNothing) {
    TestServer server;
    RawClient silent = server.client();
    RawClient idle = server.client();
    EXPECT_EQ(idle.get("/hello").status, 200U);
    RawClient waiting = server.socket();
    EXPECT_EQ(working(server), 0U);
}

TEST(ServerMemory, ARequestGivesItsBack) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/hello") + "GET /hel");
    EXPECT_EQ(client.answer().status, 200U);
    EXPECT_EQ(working(server), 1U);
    client.send("lo HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.answer().status, 200U);
    EXPECT_EQ(working(server), 0U);
    EXPECT_EQ(client.get("/big").body.size(), big_bytes);
    EXPECT_EQ(working(server), 0U) << "an answer that the kernel did not take at once";
}

TEST(ServerMemory, ADeferredRequestGivesItsBack) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/gate") + get_of("/gate"));
    for (int i = 0; i < 2; ++i) {
        const auto resume = server.gate.waiting.next();
        EXPECT_EQ(working(server), 1U);
        resume("finished");
        EXPECT_EQ(client.answer().status, 200U);
    }
    EXPECT_EQ(working(server), 0U);
}

TEST(ServerMemory, AMessageGivesItsBack) {
    TestServer server;
    RawClient client = server.socket();
    client.send(ClientFrame{.payload = "in ", .final = false}.bytes());
    client.send(ping_frame());
    EXPECT_EQ(client.frame().opcode, 10);
    EXPECT_EQ(working(server), 1U);
    client.send(ClientFrame{.opcode = 0, .payload = "pieces"}.bytes());
    EXPECT_EQ(client.frame().payload, "in pieces");
    EXPECT_EQ(working(server), 0U);
}

TEST(ServerMemory, AQueueGivesItsBack) {
    TestServer server([](ServerOptions& options) { options.limits.queue_bytes_max = 64 << 20; });
    RawClient client = server.socket("/ws/", {.receive_buffer_bytes = 4096});
    for (int i = 0; i < 100; ++i) client.send(text_frame("flood 100000"));
    server.until([&] { return server.server->counts().messages_in == 100; });
    EXPECT_EQ(working(server), 1U);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.frame().payload.size(), 100'000U);
    EXPECT_EQ(working(server), 0U);
}

TEST(ServerMemory, WhoeverGoesTakesItAway) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/hello") + "GET /hel");
    EXPECT_EQ(client.answer().status, 200U);
    EXPECT_EQ(working(server), 1U);
    client.vanish();
    server.until([&] { return server.server->counts().connections == 0; });
    EXPECT_EQ(working(server), 0U);
}

}  // namespace
}  // namespace latchkey::net
