/// Requests to handlers, by method and path.
#include "net/router.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

Request asked(Method method, std::string_view target) {
    Request request;
    request.method = method;
    request.set_target(target);
    return request;
}

Immediate says(std::string text) {
    return [text = std::move(text)](const Request&) { return json_text(text); };
}

/// What the handler says; `-` when there is none.
std::string answer(const Router& router, Request request) {
    const Router::Match match = router.find(request);
    if (match.handler == nullptr) return "-";
    return std::get<Immediate>(*match.handler)(request).body;
}

class NoSocket final : public SocketEndpoint {
    Upgrade on_upgrade(const Request&) override { return Accept{}; }
    void on_open(Socket&, const Request&) override {}
    void on_message(Socket&, Message) override {}
    void on_deadline(Socket&) override {}
    void on_close(Socket&, CloseCode) noexcept override {}
};

TEST(Router, FindsByMethodAndPath) {
    Router router;
    router.on(Method::get, "/a", says("get"));
    router.on(Method::post, "/a", says("post"));
    EXPECT_EQ(answer(router, asked(Method::get, "/a?x")), "get");
    EXPECT_EQ(answer(router, asked(Method::post, "/a")), "post");
    for (const char* path : {"/a/", "/A", "/b", "/", "", "//a", "/%61"}) {
        EXPECT_EQ(answer(router, asked(Method::get, path)), "-") << path;
    }
}

TEST(Router, NotesParameters) {
    Router router;
    router.on(Method::post, "/v1/{}/x/{}", says("two"));
    Request request = asked(Method::post, "/v1/one%2F/x/two");
    ASSERT_NE(router.find(request).handler, nullptr);
    EXPECT_EQ(request.parameter(0), "one%2F");
    EXPECT_EQ(request.parameter(1), "two");
    EXPECT_EQ(request.path(), "/v1/one%2F/x/two");
}

TEST(Router, AParameterIsOneWholeSegment) {
    Router router;
    router.on(Method::get, "/s/{}", says("s"));
    router.on(Method::get, "/s/{}/approve", says("approve"));
    EXPECT_EQ(answer(router, asked(Method::get, "/s/CODE")), "s");
    EXPECT_EQ(answer(router, asked(Method::get, "/s/CODE/approve")), "approve");
    for (const char* path : {"/s/", "/s", "/s/a/b", "/s/a/", "/s//approve", "/x/s/a", "s/a"}) {
        EXPECT_EQ(answer(router, asked(Method::get, path)), "-") << path;
    }
}

TEST(Router, LiteralsWinOverParameters) {
    Router router;
    router.on(Method::delete_, "/v1/logins/{}", says("any"));
    router.on(Method::delete_, "/v1/logins/current", says("current"));
    EXPECT_EQ(answer(router, asked(Method::delete_, "/v1/logins/current")), "current");
    EXPECT_EQ(answer(router, asked(Method::delete_, "/v1/logins/other")), "any");
}

TEST(Router, HeadFindsGet) {
    Router router;
    router.on(Method::get, "/a", says("get"));
    EXPECT_EQ(answer(router, asked(Method::head, "/a")), "get");
    router.on(Method::head, "/a", says("head"));
    EXPECT_EQ(answer(router, asked(Method::head, "/a")), "head");
    EXPECT_EQ(answer(router, asked(Method::get, "/a")), "get");
}

TEST(Router, SaysWhichMethodsWouldDo) {
    Router router;
    router.on(Method::get, "/a", says(""));
    router.on(Method::delete_, "/a", says(""));
    Request request = asked(Method::post, "/a");
    const Router::Match match = router.find(request);
    EXPECT_EQ(match.handler, nullptr);
    EXPECT_EQ(match.allowed, "GET, HEAD, DELETE");
    Request unknown = asked(Method::get, "/b");
    EXPECT_EQ(router.find(unknown).allowed, "");
}

TEST(Router, FindsSocketsBesideHandlers) {
    Router router;
    NoSocket endpoint;
    router.socket("/ws/", endpoint);
    router.socket("/room/{}", endpoint);
    router.on(Method::post, "/ws/", says("post"));
    Request request = asked(Method::get, "/ws/");
    EXPECT_EQ(router.find(request).endpoint, &endpoint);
    Request room = asked(Method::get, "/room/7");
    EXPECT_EQ(router.find(room).endpoint, &endpoint);
    EXPECT_EQ(room.parameter(0), "7");
    Request wrong = asked(Method::put, "/ws/");
    EXPECT_EQ(router.find(wrong).allowed, "GET, POST");
}

TEST(Router, WhatIsNowhereIs404OrAsTheHouseSays) {
    Router router;
    EXPECT_EQ(router.not_found(asked(Method::get, "/x")).status, 404U);
    router.otherwise(says("our own page"));
    EXPECT_EQ(router.not_found(asked(Method::get, "/x")).body, "our own page");
}

TEST(Router, MistakesInTheTableThrow) {
    Router router;
    router.on(Method::get, "/a", says(""));
    router.on(Method::get, "/p/{}", says(""));
    EXPECT_THROW(router.on(Method::get, "/a", says("")), std::invalid_argument);
    EXPECT_THROW(router.on(Method::get, "/p/{}", says("")), std::invalid_argument);
    for (const char* pattern :
         {"", "a", "/{}/{}/{}", "/x{}", "/{}/x{}", "/{}x/{}", "/{}/{}/", "/a//{}"}) {
        EXPECT_THROW(router.on(Method::get, pattern, says("")), std::invalid_argument) << pattern;
    }
}

}  // namespace
}  // namespace latchkey::net
