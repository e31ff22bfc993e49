// Which page answers where, and with which headers.

#include "pages/pages.hpp"

#include "pages/qr_picture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::pages {
namespace {

using net::Method;
using net::Request;
using net::Response;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view html = "text/html; charset=utf-8";

Asset page(std::string_view path, std::string_view text) {
    return {path, html, {text, "\"page\""}, {}, {}};
}

constexpr std::string_view plain_en =
    "plain en@@latchkey-when waiting scanned@@ again@@latchkey-end@@"
    "@@latchkey-when waiting@@ [@@latchkey-side@@|@@latchkey-path@@]@@latchkey-end@@"
    "@@latchkey-when scanned@@ <@@latchkey-number@@>@@latchkey-end@@.";

/// A front end of one word a page, and one script in all three codings.
std::vector<Asset> small_front_end() {
    return {
        {"/assets/login.abc.js",
         "text/javascript; charset=utf-8",
         {"plain", "\"h\""},
         {"brotli", "\"h-br\""},
         {"gzip", "\"h-gz\""}},
        page("/admin.en.html", "admin en"),
        page("/admin.zh.html", "admin zh"),
        page("/collecting.en.html", "collecting en"),
        page("/collecting.zh.html", "collecting zh"),
        page("/dashboard.en.html", "dashboard en"),
        page("/dashboard.zh.html", "dashboard zh"),
        {"/favicon.svg", "image/svg+xml", {"<svg/>", "\"icon\""}, {}, {}},
        page("/home.en.html", "home en"),
        page("/home.zh.html", "home zh"),
        page("/login.en.html", "login en"),
        page("/login.zh.html", "login zh"),
        page("/notfound.en.html", "notfound en"),
        page("/notfound.zh.html", "notfound zh"),
        page("/phone.en.html", "phone en [@@latchkey-handle@@|@@latchkey-problem@@]"),
        page("/phone.zh.html", "phone zh [@@latchkey-handle@@|@@latchkey-problem@@]"),
        page("/plain.en.html", plain_en),
        page("/plain.zh.html", "plain zh @@latchkey-side@@@@latchkey-path@@@@latchkey-number@@"),
        page("/refused.en.html", "refused en"),
        page("/refused.zh.html", "refused zh"),
        page("/offline.en.html", "offline en"),
        page("/offline.zh.html", "offline zh"),
        page("/join.en.html", "join en"),
        page("/join.zh.html", "join zh"),
        page("/signin.en.html", "signin en"),
        page("/signin.zh.html", "signin zh"),
    };
}

Async<bool> has_session_cookie(const Request& request) {
    co_return !request.cookie("latchkey_session").empty();
}

Request get(std::string_view target) {
    Request request;
    request.method = Method::get;
    request.set_target(target);
    return request;
}

Request with(Request request, std::string_view name, std::string_view value) {
    request.add_header(name, value);
    return request;
}

Request signed_in(std::string_view target) {
    return with(get(target), "Cookie", "latchkey_session=abc");
}

class Pages : public testing::Test {
 protected:
    void SetUp() override { mount_all(true); }

    void mount_all(bool classic) {
        router = {};
        mount(router, {.signed_in = has_session_cookie, .classic = classic, .assets = assets});
    }

    /// The phone page is served with what `handle` says of its code.
    void mount_phone(std::function<PhoneHandle(const std::string& code)> handle) {
        router = {};
        mount(
            router,
            {.signed_in = has_session_cookie,
             .phone_handle = [handle = std::move(handle)](
                                 const Request&, const std::string& code
                             ) { return at_once(handle(code)); },
             .assets = assets}
        );
    }

    void mount_plain(PlainView view) {
        router = {};
        mount(
            router,
            {.signed_in = has_session_cookie,
             .plain_view = [view](Request) { return at_once(view); },
             .assets = assets}
        );
    }
    template <class View>
    static Async<View> at_once(View view) {
        co_return view;
    }

    Response ask(Request request) {
        const auto match = router.find(request);
        if (match.handler == nullptr) return router.not_found(request);
        if (const auto* immediate = std::get_if<net::Immediate>(match.handler)) {
            return (*immediate)(request);
        }
        boost::asio::io_context context(1);
        std::optional<Response> answer;
        boost::asio::co_spawn(
            context.get_executor(),
            std::get<net::Deferred>(*match.handler)(std::move(request)),
            [&answer](std::exception_ptr failure, Response response) {
                if (failure) std::rethrow_exception(failure);
                answer = std::move(response);
            }
        );
        context.run();
        return answer.value();
    }

    std::vector<Asset> assets = small_front_end();
    net::Router router;
};

TEST_F(Pages, StandWherePeopleAndCodesPointTo) {
    EXPECT_EQ(ask(get("/")).static_body, "login en");
    EXPECT_EQ(ask(get("/s/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCD")).body, "phone en [|]");
    EXPECT_EQ(ask(get("/S/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCD")).body, "phone en [|]");
    EXPECT_EQ(ask(get("/signin?next=/home")).static_body, "signin en");
    EXPECT_EQ(ask(get("/join")).static_body, "join en");
    EXPECT_EQ(ask(get("/")).status, 200u);
}

TEST_F(Pages, SpeakTheBrowsersLanguageOrThePersonsChoice) {
    const auto by_browser = ask(with(get("/"), "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8"));
    EXPECT_EQ(by_browser.static_body, "login zh");
    EXPECT_THAT(by_browser.fields, HasSubstr("Content-Language: zh-Hans\r\n"));
    const auto by_person =
        ask(with(with(get("/"), "Accept-Language", "zh-CN"), "Cookie", "latchkey_lang=en"));
    EXPECT_EQ(by_person.static_body, "login en");
    EXPECT_THAT(by_person.fields, HasSubstr("Vary: Accept-Language, Cookie, Accept-Encoding\r\n"));
}

TEST_F(Pages, CarryTheHeadersThatKeepThemSafe) {
    for (const auto* target :
         {"/", "/plain", "/s/ABC", "/signin", "/join", "/dashboard", "/dashboard.html", "/no"}) {
        const auto fields = ask(get(target)).fields;
        EXPECT_THAT(
            fields,
            HasSubstr(
                "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
                "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action "
                "'self'; "
                "frame-ancestors 'none'; base-uri 'none'\r\n"
            )
        ) << target;
        EXPECT_THAT(fields, HasSubstr("X-Content-Type-Options: nosniff\r\n")) << target;
        EXPECT_THAT(fields, HasSubstr("Referrer-Policy: strict-origin\r\n")) << target;
        EXPECT_THAT(fields, HasSubstr("Cross-Origin-Opener-Policy: same-origin\r\n")) << target;
        EXPECT_THAT(fields, HasSubstr("Permissions-Policy: ")) << target;
    }
}

TEST_F(Pages, MayUseTheCameraOnlyWhereTheScannerIs) {
    const auto home = ask(signed_in("/home")).fields;
    EXPECT_THAT(home, HasSubstr("Permissions-Policy: camera=(self), "));
    EXPECT_THAT(home, HasSubstr("base-uri 'none'; worker-src 'self'\r\n"));
    for (const auto& request :
         {get("/"), get("/s/ABC"), signed_in("/dashboard"), get("/signin"), get("/no")}) {
        const auto fields = ask(request).fields;
        EXPECT_THAT(fields, HasSubstr("Permissions-Policy: camera=(), ")) << request.path();
        EXPECT_THAT(fields, Not(HasSubstr("worker-src"))) << request.path();
    }
}

TEST_F(Pages, ServeThePhoneWithWhatItsCodeIsWorth) {
    mount_phone([](const std::string& code) {
        return PhoneHandle{"Handle_-0 of " + code, "code-expired"};
    });
    EXPECT_EQ(ask(get("/s/ABC")).body, "phone en [|code-expired]") << "a blank is no handle's";
    mount_phone([](const std::string& code) { return PhoneHandle{"Handle_-0" + code, {}}; });
    EXPECT_EQ(ask(get("/s/ABC")).body, "phone en [Handle_-0ABC|]");
    EXPECT_EQ(ask(get("/S/wdjb-mjht")).body, "phone en [Handle_-0wdjb-mjht|]");
    EXPECT_EQ(
        ask(with(get("/s/ABC"), "Accept-Language", "zh-CN")).body, "phone zh [Handle_-0ABC|]"
    );
}

TEST_F(Pages, PutNothingIntoThePhoneThatMeansSomethingThere) {
    for (const std::string word : {"\"><script>", "a b", "a\"", "<", "&quot;", "a\r\nb", "'"}) {
        mount_phone([word](const std::string&) { return PhoneHandle{word, word}; });
        EXPECT_EQ(ask(get("/s/ABC")).body, "phone en [|]") << word;
    }
}

TEST_F(Pages, KeepThePhoneNowhere) {
    auto request = with(get("/s/ABC"), "If-None-Match", "*");
    const auto phone = ask(with(std::move(request), "Accept-Encoding", "br"));
    EXPECT_EQ(phone.status, 200u);
    EXPECT_EQ(phone.content_type, html);
    EXPECT_THAT(phone.fields, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(phone.fields, HasSubstr("Content-Language: en\r\n"));
    EXPECT_THAT(phone.fields, Not(HasSubstr("ETag")));
    EXPECT_THAT(phone.fields, Not(HasSubstr("Content-Encoding")));
}

TEST_F(Pages, MustHaveThePlacesOfThePhonesHandleOnce) {
    for (const auto* text :
         {"none",
          "@@latchkey-handle@@",
          "@@latchkey-problem@@ @@latchkey-handle@@",
          "@@latchkey-handle@@ @@latchkey-handle@@ @@latchkey-problem@@"}) {
        for (Asset& asset : assets) {
            if (asset.path == "/phone.zh.html") asset.raw.bytes = text;
        }
        EXPECT_THROW(mount_all(true), std::runtime_error) << text;
    }
}

TEST_F(Pages, ShowWithoutScriptOnlyWhatTheLoginHasComeTo) {
    mount_plain({.screen = "scanned", .number = "07", .status = 200});
    EXPECT_EQ(ask(get("/plain")).body, "plain en again <07>.");
    mount_plain({.screen = "over", .status = 200});
    EXPECT_EQ(ask(get("/plain")).body, "plain en.");
    mount_plain({.screen = "busy", .status = 429, .fields = "Retry-After: 9\r\n"});
    const auto busy = ask(get("/plain"));
    EXPECT_EQ(busy.status, 429u);
    EXPECT_THAT(busy.fields, HasSubstr("Retry-After: 9\r\n"));
    EXPECT_THAT(busy.fields, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(busy.fields, HasSubstr("Content-Security-Policy: default-src 'none'; "));
    EXPECT_THAT(ask(with(get("/plain"), "Accept-Language", "zh-CN")).body, HasSubstr("plain zh"));
}

TEST_F(Pages, DrawTheCodeWithoutScript) {
    mount_plain({.screen = "waiting", .link = "HTTPS://LOGIN.EXAMPLE/S/ABC", .status = 200});
    const QrPicture picture = draw_qr("HTTPS://LOGIN.EXAMPLE/S/ABC");
    EXPECT_EQ(
        ask(get("/plain")).body,
        "plain en again [" + std::to_string(picture.side) + "|" + picture.path + "]."
    );
}

TEST_F(Pages, PutNothingIntoThePageWithoutScriptThatMeansSomethingThere) {
    for (const std::string word : {"\"><script>", "a\"", "<", "&quot;", "a\r\nb", "'", "@@"}) {
        mount_plain({.screen = "scanned", .number = word, .status = 200});
        EXPECT_EQ(ask(get("/plain")).body, "plain en again <>.") << word;
    }
}

TEST_F(Pages, MustHaveTheMarksOfThePageWithoutScript) {
    const std::string all = "@@latchkey-side@@@@latchkey-path@@@@latchkey-number@@";
    for (const auto& text :
         {std::string("none"),
          all + "@@latchkey-other@@",
          all + "@@latchkey-when a@@",
          all + "@@latchkey-end@@",
          all + "@@latchkey-when a@@@@latchkey-when b@@@@latchkey-end@@",
          all + "@@",
          all + "@@end@@"}) {
        for (Asset& asset : assets) {
            if (asset.path == "/plain.zh.html") asset.raw.bytes = text;
        }
        EXPECT_THROW(mount_all(true), std::runtime_error) << text;
    }
}

TEST_F(Pages, AskForHttpsForEverOnlyWhereThereIsHttps) {
    EXPECT_THAT(ask(get("/")).fields, Not(HasSubstr("Strict-Transport-Security")));
    auto secure = get("/");
    secure.peer.secure = true;
    EXPECT_THAT(ask(secure).fields, HasSubstr("Strict-Transport-Security: max-age=31536000\r\n"));
}

TEST_F(Pages, AreAskedForAgainEachTimeButNotSentTwice) {
    const auto first = ask(get("/"));
    EXPECT_THAT(first.fields, HasSubstr("Cache-Control: no-cache\r\n"));
    EXPECT_THAT(first.fields, HasSubstr("ETag: \"page\"\r\n"));
    const auto again = ask(with(get("/"), "If-None-Match", "\"page\""));
    EXPECT_EQ(again.status, 304u);
    EXPECT_TRUE(again.static_body.empty());
    EXPECT_THAT(again.fields, HasSubstr("ETag: \"page\"\r\n"));
    EXPECT_THAT(again.fields, HasSubstr("Vary: "));
}

TEST_F(Pages, KeepHashedFilesForEver) {
    const auto script = ask(get("/assets/login.abc.js"));
    EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
    EXPECT_THAT(script.fields, HasSubstr("Cache-Control: public, max-age=31536000, immutable\r\n"));
    EXPECT_THAT(script.fields, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(ask(get("/favicon.svg")).fields, HasSubstr("Cache-Control: no-cache\r\n"));
}

TEST_F(Pages, SendEachCodingUnderATagOfItsOwn) {
    const auto packed = ask(with(get("/assets/login.abc.js"), "Accept-Encoding", "gzip, br"));
    EXPECT_EQ(packed.static_body, "brotli");
    EXPECT_THAT(packed.fields, HasSubstr("Content-Encoding: br\r\n"));
    EXPECT_THAT(packed.fields, HasSubstr("ETag: \"h-br\"\r\n"));
    EXPECT_THAT(packed.fields, HasSubstr("Vary: Accept-Encoding\r\n"));
    const auto refused = ask(with(get("/assets/login.abc.js"), "Accept-Encoding", "br;q=0, gzip"));
    EXPECT_EQ(refused.static_body, "gzip");
    const auto plain = ask(get("/assets/login.abc.js"));
    EXPECT_EQ(plain.static_body, "plain");
    EXPECT_THAT(plain.fields, Not(HasSubstr("Content-Encoding")));
    auto other_coding = with(get("/assets/login.abc.js"), "If-None-Match", "\"h-br\"");
    EXPECT_EQ(ask(other_coding).status, 200u) << "the tag of another coding is another answer's";
}

TEST_F(Pages, AnswerHeadAsGet) {
    auto head = get("/assets/login.abc.js");
    head.method = Method::head;
    EXPECT_EQ(ask(head).status, 200u);
    EXPECT_THAT(ask(head).fields, HasSubstr("ETag: \"h\"\r\n"));
}

TEST_F(Pages, RefuseTheDashboardWithoutASession) {
    const auto refused = ask(get("/dashboard"));
    EXPECT_EQ(refused.status, 401u);
    EXPECT_EQ(refused.static_body, "refused en");
    EXPECT_EQ(ask(get("/dashboard.html")).status, 401u);
    const auto shown = ask(signed_in("/dashboard"));
    EXPECT_EQ(shown.status, 200u);
    EXPECT_EQ(shown.static_body, "dashboard en");
    EXPECT_THAT(shown.fields, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_EQ(ask(signed_in("/dashboard.html")).static_body, "dashboard en");
}

TEST_F(Pages, NeverAnswer304InPlaceOfARefusal) {
    EXPECT_EQ(ask(with(get("/dashboard"), "If-None-Match", "*")).status, 401u);
    EXPECT_EQ(ask(with(get("/nothing"), "If-None-Match", "*")).status, 404u);
}

TEST_F(Pages, CollectForTheClassicPageOnItsOwnAddressOnly) {
    const auto cookie = "latchkey_login=token";
    const auto collecting = ask(with(get("/dashboard.html"), "Cookie", cookie));
    EXPECT_EQ(collecting.status, 200u);
    EXPECT_EQ(collecting.static_body, "collecting en");
    EXPECT_EQ(ask(with(get("/dashboard"), "Cookie", cookie)).status, 401u);
}

TEST_F(Pages, KnowNoClassicPageWhenItIsSwitchedOff) {
    mount_all(false);
    EXPECT_EQ(ask(signed_in("/dashboard.html")).status, 404u);
}

TEST_F(Pages, SendThePhonesHomeToSignInFirst) {
    const auto away = ask(get("/home"));
    EXPECT_EQ(away.status, 303u);
    EXPECT_THAT(away.fields, HasSubstr("Location: /signin?next=/home\r\n"));
    EXPECT_EQ(ask(signed_in("/home")).static_body, "home en");
}

TEST_F(Pages, SendAdministratorsToSignInFirst) {
    const auto away = ask(get("/admin"));
    EXPECT_EQ(away.status, 303u);
    EXPECT_THAT(away.fields, HasSubstr("Location: /signin?next=/admin\r\n"));
    EXPECT_EQ(ask(signed_in("/admin")).static_body, "admin en");
}

TEST_F(Pages, SayThatThereIsNothingInTheWayTheAskerReads) {
    const auto person = ask(with(get("/nothing"), "Accept", "text/html,*/*;q=0.8"));
    EXPECT_EQ(person.status, 404u);
    EXPECT_EQ(person.static_body, "notfound en");
    for (const auto& request :
         {get("/v1/nothing"), with(get("/nothing"), "Accept", "application/json")}) {
        const auto program = ask(request);
        EXPECT_EQ(program.status, 404u);
        EXPECT_EQ(program.content_type, "application/problem+json");
        EXPECT_THAT(program.body, HasSubstr("/not-found"));
    }
}

TEST_F(Pages, AreNotServedUnderTheNamesOfTheirFiles) {
    EXPECT_EQ(ask(get("/login.en.html")).status, 404u);
}

TEST_F(Pages, MustAllBeThereFromTheStart) {
    std::erase_if(assets, [](const Asset& asset) { return asset.path == "/phone.zh.html"; });
    try {
        mount_all(true);
        FAIL() << "a front end without a page must not start";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("/phone.zh.html"));
    }
}

TEST(Embedded, FrontEndIsWholeAndPacked) {
    net::Router router;
    EXPECT_NO_THROW(mount(router, {.signed_in = has_session_cookie}));
    for (const Asset& asset : embedded_assets()) {
        EXPECT_TRUE(asset.raw.there()) << asset.path;
        EXPECT_FALSE(asset.raw.bytes.empty()) << asset.path;
        EXPECT_FALSE(asset.content_type.empty()) << asset.path;
        if (asset.brotli.there()) {
            EXPECT_LT(asset.brotli.bytes.size(), asset.raw.bytes.size());
        }
        if (asset.gzip.there()) {
            EXPECT_EQ(asset.gzip.bytes.substr(0, 2), "\x1f\x8b") << asset.path;
        }
    }
}

}  // namespace
}  // namespace latchkey::pages
