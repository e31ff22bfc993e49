/// Requests and answers as plain values.
#include "net/http.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace std::string_literals;

Request request_with(std::string_view name, std::string_view value) {
    Request request;
    request.add_header(name, value);
    return request;
}

Request form(std::string_view body, std::string_view type = "application/x-www-form-urlencoded") {
    Request request = request_with("Content-Type", type);
    request.body = body;
    return request;
}

Request json_of(std::string_view body, std::string_view type = "application/json") {
    return form(body, type);
}

TEST(Request, FindsHeadersWithoutRegardToCase) {
    const Request request = request_with("X-Thing", "Value");
    EXPECT_EQ(request.header("x-THING"), "Value");
    EXPECT_TRUE(request.has_header("X-thing"));
    EXPECT_EQ(request.header("X-Thin"), "");
    EXPECT_FALSE(request.has_header("X-Thing2"));
}

TEST(Request, AnEmptyHeaderIsThere) {
    const Request request = request_with("Origin", "");
    EXPECT_TRUE(request.has_header("origin"));
    EXPECT_EQ(request.header("Origin"), "");
}

TEST(Request, SplitsTheTarget) {
    Request request;
    request.set_target("/a/b?x=1?y");
    EXPECT_EQ(request.path(), "/a/b");
    EXPECT_EQ(request.query(), "x=1?y");
    request.set_target("/a?");
    EXPECT_EQ(request.path(), "/a");
    EXPECT_EQ(request.query(), "");
}

TEST(Request, ClearsToNothing) {
    Request request = form("a=b");
    request.set_target("/a?b=c");
    request.set_host("h");
    request.set_parameter(0, "p");
    request.clear();
    EXPECT_EQ(request.path(), "");
    EXPECT_EQ(request.query(), "");
    EXPECT_EQ(request.host(), "");
    EXPECT_EQ(request.parameter(0), "");
    EXPECT_EQ(request.header_count(), 0U);
    EXPECT_EQ(request.body, "");
}

TEST(RequestCookies, AreFoundAmongOthers) {
    const Request request = request_with("Cookie", "a=1; latchkey_session=abc=; b = 2 ;c");
    EXPECT_EQ(request.cookie("a"), "1");
    EXPECT_EQ(request.cookie("latchkey_session"), "abc=");
    EXPECT_EQ(request.cookie("b"), "2");
    EXPECT_EQ(request.cookie("c"), "");
    EXPECT_EQ(request.cookie("session"), "") << "a name is whole";
    EXPECT_EQ(request.cookie("A"), "") << "cookies mind the case";
}

TEST(RequestCookies, MayComeInSeveralFieldsAndTheFirstWins) {
    Request request = request_with("Cookie", "a=1");
    request.add_header("cookie", "b=2; a=3");
    EXPECT_EQ(request.cookie("b"), "2");
    EXPECT_EQ(request.cookie("a"), "1");
}

TEST(RequestQuery, GivesDecodedParameters) {
    Request request;
    request.set_target("/?token=a%2Bb+c&empty=&bare&twice=1&twice=2&b%6Fth=yes");
    EXPECT_EQ(request.query_parameter("token"), "a+b c");
    EXPECT_EQ(request.query_parameter("empty"), "");
    EXPECT_EQ(request.query_parameter("bare"), "");
    EXPECT_EQ(request.query_parameter("twice"), "1");
    EXPECT_EQ(request.query_parameter("both"), "yes");
    EXPECT_EQ(request.query_parameter("none"), std::nullopt);
}

TEST(RequestQuery, ABrokenEscapeIsNothing) {
    Request request;
    request.set_target("/?a=%zz&%zz=1&b=2");
    EXPECT_EQ(request.query_parameter("a"), std::nullopt);
    EXPECT_EQ(request.query_parameter("b"), "2");
}

TEST(RequestForm, GivesDecodedFields) {
    EXPECT_EQ(form("code=AB%3D&x=1").form_field("code"), "AB=");
    EXPECT_EQ(
        form("code=A", "Application/X-WWW-Form-Urlencoded; charset=utf-8").form_field("code"), "A"
    );
    EXPECT_EQ(form("code=%").form_field("code"), std::nullopt);
    EXPECT_EQ(form("x=1").form_field("code"), std::nullopt);
    EXPECT_EQ(form("").form_field("code"), std::nullopt);
}

TEST(RequestForm, OtherTypesAreNoForms) {
    for (const char* type :
         {"", "text/plain", "application/json", "application/x-www-form-urlencodedx"}) {
        EXPECT_EQ(form("code=A", type).form_field("code"), std::nullopt) << type;
    }
}

TEST(RequestJson, GivesAnObject) {
    const auto object =
        json_of("{\"code\":\"A\"}", "application/json; charset=utf-8").json_object();
    ASSERT_TRUE(object);
    EXPECT_EQ(object->at("code").as_string(), "A");
}

TEST(RequestJson, NothingElseIsTaken) {
    for (const char* body :
         {"",
          "[]",
          "1",
          "\"a\"",
          "null",
          "{",
          "{}x",
          "{'a':1}",
          "{\"a\":1,}",
          "{\"a\":NaN}",
          "{\"a\":\"\xff\"}",
          "{\"a\":\"\\ud800\"}",
          "\xef\xbb\xbf{}",
          "/**/{}"}) {
        EXPECT_FALSE(json_of(body).json_object()) << body;
    }
    EXPECT_FALSE(json_of("{}", "text/plain").json_object())
        << "a form of another site can send that";
    EXPECT_FALSE(json_of("{}", "").json_object());
}

TEST(RequestJson, HasALimitedDepth) {
    const auto nested = [](std::size_t depth) {
        return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    EXPECT_TRUE(json_of(nested(Request::json_depth_max)).json_object());
    EXPECT_FALSE(json_of(nested(Request::json_depth_max + 1)).json_object());
    EXPECT_FALSE(json_of(std::string(60'000, '[')).json_object());
}

TEST(RequestOrigin, IsMadeOfHostAndScheme) {
    Request request = request_with("Host", "Example.ORG:8443");
    EXPECT_EQ(request.own_origin(), "http://example.org:8443");
    request.peer.secure = true;
    EXPECT_EQ(request.own_origin(), "https://example.org:8443");
    request.set_host("other");
    EXPECT_EQ(request.own_origin(), "https://other");
}

TEST(SameSite, OwnPagesAndProgramsMayChangeThings) {
    Request program = request_with("Host", "a.example");
    EXPECT_TRUE(is_same_site(program, {})) << "no browser";

    Request own = program;
    own.add_header("Origin", "http://a.example");
    EXPECT_TRUE(is_same_site(own, {}));
    own.peer.secure = true;
    EXPECT_FALSE(is_same_site(own, {})) << "the page of the same name without TLS is another site";
}

TEST(SameSite, OthersMayNot) {
    for (const char* origin :
         {"http://evil.example", "null", "", "http://a.example.evil", "http://a.example:81"}) {
        Request request = request_with("Host", "a.example");
        request.add_header("Origin", origin);
        EXPECT_FALSE(is_same_site(request, {})) << origin;
    }
    Request old = request_with("Host", "a.example");
    old.add_header("Sec-Fetch-Site", "cross-site");
    EXPECT_FALSE(is_same_site(old, {}));
}

TEST(SameSite, AnOriginOfNullIsOursOnlyByTheBrowsersOwnWord) {
    for (const char* site : {"cross-site", "same-site", "none", "", "same-origin"}) {
        Request request = request_with("Host", "a.example");
        request.add_header("Origin", "null");
        request.add_header("Sec-Fetch-Site", site);
        EXPECT_EQ(is_same_site(request, {}), std::string_view(site) == "same-origin") << site;
    }
}

TEST(SameSite, OriginsMayBeAllowed) {
    Request request = request_with("Host", "a.example");
    request.add_header("Origin", "https://shop.example");
    EXPECT_TRUE(is_same_site(request, {"https://x.example", "https://shop.example"}));
    EXPECT_FALSE(is_same_site(request, {"https://shop.example.evil"}));
}

TEST(Response, ALineBreakInAHeaderThrows) {
    Response response;
    for (const std::string& value : {"a\r\nSet-Cookie: x=y"s, "a\nb"s, "a\rb"s, "a\0b"s}) {
        EXPECT_THROW(response.add("X", value), std::invalid_argument);
        EXPECT_THROW(response.add(value, "x"), std::invalid_argument);
        EXPECT_THROW(redirect(value), std::invalid_argument);
    }
    EXPECT_TRUE(response.fields.empty()) << "nothing of it is kept";
}

TEST(Response, AddsLines) {
    Response response;
    response.add("A", "1").no_store();
    EXPECT_EQ(response.fields, "A: 1\r\nCache-Control: no-store\r\n");
}

TEST(Response, AProblemHasAStableType) {
    const Response response = problem(409, "already-scanned", "Title", "Detail");
    EXPECT_EQ(response.status, 409U);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(
        response.body,
        R"({"type":"https://latchkey.dev/problems/already-scanned","title":"Title","status":409,"detail":"Detail"})"
    );
}

TEST(Response, ARedirectIs303) {
    EXPECT_EQ(redirect("/home").status, 303U);
    EXPECT_EQ(redirect("/home").fields, "Location: /home\r\n");
}

TEST(SetCookie, IsHttpOnlyAndLax) {
    EXPECT_EQ(
        set_cookie({.name = "latchkey_session", .value = "v"}),
        "latchkey_session=v; Path=/; HttpOnly; SameSite=Lax"
    );
}

TEST(SetCookie, OverTlsIsBoundToTheHost) {
    EXPECT_EQ(
        set_cookie({.name = "s", .value = "v", .secure = true, .age_s = 600}),
        "__Host-s=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600"
    );
    EXPECT_EQ(cookie_name("s", true), "__Host-s");
    EXPECT_EQ(cookie_name("s", false), "s");
}

TEST(SetCookie, OfOnePathHasNoHostPrefix) {
    EXPECT_EQ(
        set_cookie(
            {.name = "l",
             .value = "v",
             .secure = true,
             .path = "/dashboard.html",
             .strict = true,
             .age_s = 0}
        ),
        "l=v; Path=/dashboard.html; HttpOnly; SameSite=Strict; Secure; Max-Age=0"
    );
}

}  // namespace
}  // namespace latchkey::net
