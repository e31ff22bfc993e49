/// HTTP/1.1 over a real server: connections that stay, requests that queue, answers in order.
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

TEST(ServerHttp, ManyRequestsOnOneConnection) {
    TestServer server;
    RawClient client = server.client();
    for (int i = 0; i < 50; ++i) {
        const Answer answer = client.get("/say?" + std::to_string(i));
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.body, std::to_string(i));
        EXPECT_EQ(answer.field("Connection"), "-");
    }
    EXPECT_EQ(server.settled_counts().accepted, 1U);
    EXPECT_EQ(server.settled_counts().requests, 50U);
    EXPECT_EQ(server.settled_counts().responses_by_class[2], 50U);
}

TEST(ServerHttp, AnswersCarryLengthTypeAndDate) {
    TestServer server;
    RawClient client = server.client();
    const Answer answer = client.get("/hello");
    EXPECT_EQ(answer.head.substr(0, 17), "HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(answer.field("Content-Length"), "5");
    EXPECT_EQ(answer.field("Content-Type"), "application/json");
    EXPECT_TRUE(answer.field("Date").ends_with(" GMT"));
    const Answer nothing = client.get("/nothing");
    EXPECT_EQ(nothing.status, 204U);
    EXPECT_EQ(nothing.field("Content-Length"), "-");
}

TEST(ServerHttp, BytesMayComeOneByOne) {
    TestServer server;
    RawClient client = server.client();
    for (const char c :
         "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + get_of("/hello")) {
        client.send(std::string(1, c));
    }
    EXPECT_EQ(client.answer().body, "hello");
    EXPECT_EQ(client.answer().body, "hello");
}

TEST(ServerHttp, PipelinedRequestsAreAnsweredInOrder) {
    TestServer server([](ServerOptions& options) { options.limits.rate_limits = false; });
    RawClient client = server.client();
    std::string all;
    for (int i = 0; i < 2000; ++i) all += get_of("/say?" + std::to_string(i));
    client.send(all);
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(client.answer().body, std::to_string(i));
}

TEST(ServerHttp, PipelinedRequestsWaitForAHandlerThatWaits) {
    TestServer server;
    RawClient client = server.client();
    client.send(
        get_of("/say?1") + get_of("/gate?2") + get_of("/say?3") + get_of("/late?4") +
        get_of("/say?5")
    );
    const auto resume = server.gate.waiting.next();
    EXPECT_EQ(client.answer().body, "1");
    client.send(get_of("/say?6"));
    resume("gate ");
    EXPECT_EQ(client.answer().body, "gate 2");
    EXPECT_EQ(client.answer().body, "3");
    EXPECT_EQ(client.answer().body, "at once 4");
    EXPECT_EQ(client.answer().body, "5");
    EXPECT_EQ(client.answer().body, "6");
}

TEST(ServerHttp, ARequestInPiecesBehindAHandlerThatWaits) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/gate?1") + "GET /say?2 HT");
    const auto resume = server.gate.waiting.next();
    resume("gate ");
    EXPECT_EQ(client.answer().body, "gate 1");
    client.send("TP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.answer().body, "2");
}

TEST(ServerHttp, PipelinedRequestsWaitForASlowReader) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    client.send(
        get_of("/big") + get_of("/say?2") + get_of("/gate?3") + get_of("/big") + get_of("/say?5")
    );
    EXPECT_EQ(client.answer().body.size(), big_bytes);
    EXPECT_EQ(client.answer().body, "2");
    server.gate.waiting.next()("gate ");
    EXPECT_EQ(client.answer().body, "gate 3");
    EXPECT_EQ(client.answer().body, server.big);
    EXPECT_EQ(client.answer().body, "5");
}

TEST(ServerHttp, PipelinedBigAnswersDoNotPileUp) {
    TestServer server([](ServerOptions& options) { options.limits.rate_limits = false; });
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    std::string all;
    for (int i = 0; i < 200; ++i) all += get_of("/big");
    client.send(all);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(client.answer().body.size(), big_bytes);
    // 200 answers are 1.6 GB; whoever made them all for a client that has read three would have
    // said so by now.
    EXPECT_LT(server.settled_counts().requests, 20U);
}

TEST(ServerHttp, HeadHasNoBodyButItsLength) {
    TestServer server;
    RawClient client = server.client();
    for (const char* target : {"/hello", "/big", "/late"}) {
        client.send("HEAD " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        const Answer answer = client.answer(true);
        EXPECT_EQ(answer.status, 200U);
        EXPECT_NE(answer.field("Content-Length"), "0");
    }
    EXPECT_EQ(client.get("/hello").body, "hello") << "nothing lies in between";
}

TEST(ServerHttp, WhatIsNotThereIs404AndOtherMethodsAre405) {
    TestServer server;
    RawClient client = server.client();
    const Answer missing = client.get("/missing");
    EXPECT_EQ(missing.status, 404U);
    EXPECT_EQ(missing.field("Content-Type"), "application/problem+json");
    client.send("DELETE /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    const Answer wrong = client.answer();
    EXPECT_EQ(wrong.status, 405U);
    EXPECT_EQ(wrong.field("Allow"), "GET, HEAD");
}

TEST(ServerHttp, ASocketsPathWithoutUpgradeIs426) {
    TestServer server;
    RawClient client = server.client();
    const Answer answer = client.get("/ws/");
    EXPECT_EQ(answer.status, 426U);
    EXPECT_EQ(answer.field("Upgrade"), "websocket");
    EXPECT_EQ(answer.field("Connection"), "Upgrade") << "RFC 9110 §7.8";
}

TEST(ServerHttp, AHandlerThatThrowsIs500WithoutDetails) {
    TestServer server;
    RawClient client = server.client();
    for (const char* target : {"/throws", "/throws-late"}) {
        const Answer answer = client.get(target);
        EXPECT_EQ(answer.status, 500U);
        EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    }
    EXPECT_EQ(client.get("/hello").status, 200U);
}

TEST(ServerHttp, WhoeverExpectsToContinueIsToldTo) {
    TestServer server;
    RawClient client = server.client();
    for (int i = 0; i < 2; ++i) {
        client.send(
            "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        );
        EXPECT_EQ(client.answer().status, 100U);
        client.send("bo");
        client.send("dy");
        EXPECT_EQ(client.answer().body, "body");
    }
}

TEST(ServerHttp, WhoeverExpectsToContinueWithTooMuchIsRefusedFirst) {
    TestServer server;
    RawClient client = server.client();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"
    );
    EXPECT_EQ(client.answer().status, 413U);
    client.finish();
    EXPECT_TRUE(client.ended());
}

TEST(ServerHttp, ChunkedBodiesAreJoined) {
    TestServer server;
    RawClient client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    client.send("2\r\nde\r\n0\r\nTrailer: x\r\n\r\n" + get_of("/hello"));
    EXPECT_EQ(client.answer().body, "abcde");
    EXPECT_EQ(client.answer().body, "hello");
}

TEST(ServerHttp, ConnectionsEndWhenAsked) {
    TestServer server;
    RawClient asks = server.client();
    const Answer answer = asks.get("/hello", "Connection: close\r\n");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(asks.ended());

    RawClient old = server.client();
    old.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.answer().body, "hello");
    EXPECT_TRUE(old.ended());

    RawClient told = server.client();
    EXPECT_EQ(told.get("/bye").field("Connection"), "close");
    EXPECT_TRUE(told.ended());
}

TEST(ServerHttp, NothingIsServedAfterTheLastAnswer) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/hello", "Connection: close\r\n") + get_of("/hello"));
    EXPECT_EQ(client.answer().body, "hello");
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.settled_counts().requests, 1U);
}

TEST(ServerHttp, AHalfClosedClientIsStillAnswered) {
    TestServer server;
    for (const char* target : {"/hello", "/gate", "/late"}) {
        RawClient client = server.client();
        client.send(get_of(target));
        client.finish();
        if (target == std::string_view("/gate")) server.gate.waiting.next()("gate");
        EXPECT_EQ(client.answer().status, 200U) << target;
        EXPECT_TRUE(client.ended());
    }
}

TEST(ServerHttp, AHalfClosedSlowReaderGetsAllOfABigAnswer) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    client.send(get_of("/big") + get_of("/big"));
    client.finish();
    EXPECT_EQ(client.answer().body.size(), big_bytes);
    EXPECT_EQ(client.answer().body.size(), big_bytes);
    EXPECT_TRUE(client.ended());
}

TEST(ServerHttp, AnAnswerToAClientThatIsGoneGoesNowhere) {
    TestServer server;
    RawClient gone = server.client();
    gone.send(get_of("/gate"));
    const auto resume = server.gate.waiting.next();
    gone.vanish();
    RawClient next = server.client();  // it may get the gone one's place
    EXPECT_EQ(next.get("/hello").body, "hello");
    resume("late ");
    EXPECT_EQ(next.get("/say?mine").body, "mine");
    EXPECT_EQ(server.settled_counts().connections, 1U);
}

TEST(ServerHttp, NonsenseIs400AndTheEnd) {
    TestServer server;
    RawClient client = server.client();
    client.send("\x16\x03\x01 what is this\r\n\r\n" + get_of("/hello"));
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.settled_counts().protocol_errors, 1U);
}

TEST(ServerHttp, OtherSitesMayNotChangeAnything) {
    TestServer server;
    RawClient client = server.client();
    const auto post = [&](std::string_view lines) {
        client.send(
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" + std::string(lines) + "\r\n"
        );
        return client.answer().status;
    };
    EXPECT_EQ(post(""), 200U);
    EXPECT_EQ(post("Origin: http://h\r\n"), 200U);
    EXPECT_EQ(post("Origin: http://evil.example\r\n"), 403U);
    EXPECT_EQ(post("Origin: null\r\n"), 403U);
    EXPECT_EQ(post("Sec-Fetch-Site: cross-site\r\n"), 403U);
    EXPECT_EQ(client.get("/hello", "Origin: http://evil.example\r\n").status, 200U)
        << "reading is free";
}

TEST(ServerHttp, WhoeverIsSlowIsToldOnceToGoOn) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    send_behind_an_answer_not_taken(
        server,
        client,
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"
    );
    EXPECT_EQ(client.answer().body.size(), medium_bytes);
    EXPECT_EQ(client.answer().status, 100U);
    server.settle();
    client.send("hello");
    server.settle();
    client.send("again");
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "helloagain");
}

}  // namespace
}  // namespace latchkey::net
