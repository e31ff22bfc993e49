#include "pages/pages.hpp"

#include "pages/marked_page.hpp"
#include "pages/negotiate.hpp"
#include "pages/qr_picture.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace latchkey::pages {
namespace {

using net::Request;
using net::Response;

constexpr std::string_view language_cookie = "latchkey_lang";
constexpr std::string_view classic_cookie = "latchkey_login";
constexpr std::string_view page_names[] = {
    "login",
    "phone",
    "home",
    "admin",
    "signin",
    "join",
    "dashboard",
    "refused",
    "collecting",
    "notfound",
    "offline",
    "plain"
};

constexpr std::string_view everywhere =
    "X-Content-Type-Options: nosniff\r\n"
    // Not no-referrer: with it a form's Origin is `null`, and on plain http nothing else would say
    // that the form is ours. This shows the host and never a path.
    "Referrer-Policy: strict-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";
constexpr std::string_view content_policy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "'self' data:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri "
    "'none'";
constexpr std::string_view other_permissions =
    "display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";
constexpr std::string_view on_pages =
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Vary: Accept-Language, Cookie, Accept-Encoding\r\n";
constexpr std::string_view on_secure = "Strict-Transport-Security: max-age=31536000\r\n";

/// Where the front end's phone page has its handle and its problem, in this order.
constexpr std::string_view handle_place = "@@latchkey-handle@@";
constexpr std::string_view problem_place = "@@latchkey-problem@@";

/// What is filled into the page without script.
constexpr std::string_view plain_side = "side";
constexpr std::string_view plain_path = "path";
constexpr std::string_view plain_number = "number";

/// How long a browser may keep an answer.
enum class Keep : std::uint8_t { asking_each_time, for_ever, never };

std::string_view cache_control(Keep keep) {
    switch (keep) {
        case Keep::asking_each_time:
            return "no-cache";
        case Keep::for_ever:
            return "public, max-age=31536000, immutable";
        case Keep::never:
            return "no-store";
    }
    return "no-store";
}

/// A page in both languages.
struct Page {
    const Asset* en = nullptr;
    const Asset* zh = nullptr;
};

/// A phone page of one language, cut at the places of its handle and its problem.
struct PhonePage {
    std::string_view before, between, after;
    std::string_view content_type;
};

/// Throws `std::runtime_error` when a place is not there, or not once.
PhonePage cut(const Asset& asset) {
    const std::string_view all = asset.raw.bytes;
    const auto handle = all.find(handle_place);
    const auto problem = all.find(problem_place);
    if (handle == std::string_view::npos || problem == std::string_view::npos || problem < handle ||
        handle != all.rfind(handle_place) || problem != all.rfind(problem_place)) {
        throw std::runtime_error(std::string(asset.path) + " lacks the places for its handle");
    }
    const auto between = handle + handle_place.size();
    return {
        all.substr(0, handle),
        all.substr(between, problem - between),
        all.substr(problem + problem_place.size()),
        asset.content_type
    };
}

/// `word`, or nothing when it could mean something in HTML.
std::string_view harmless_word(std::string_view word) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return word.find_first_not_of(letters) == std::string_view::npos ? word : std::string_view{};
}

/// What every answer of the front end has.
Response begun(const Request& request, Keep keep, unsigned status) {
    Response response;
    response.status = status;
    response.fields = everywhere;
    response.add("Cache-Control", cache_control(keep));
    if (request.peer.secure) response.fields += on_secure;
    return response;
}

Response with_body(const Request& request, const Asset& asset, Keep keep, unsigned status) {
    const auto coding =
        choose_coding(request.header("Accept-Encoding"), asset.brotli.there(), asset.gzip.there());
    const Body& body = coding == Coding::brotli ? asset.brotli
                       : coding == Coding::gzip ? asset.gzip
                                                : asset.raw;
    Response response = begun(request, keep, status);
    if (status == 200 && keep != Keep::never) {
        response.add("ETag", body.etag);
        if (names_etag(request.header("If-None-Match"), body.etag)) {
            response.status = 304;
            return response;
        }
    }
    response.content_type = asset.content_type;
    response.static_body = body.bytes;
    if (coding == Coding::brotli) response.add("Content-Encoding", "br");
    if (coding == Coding::gzip) response.add("Content-Encoding", "gzip");
    return response;
}

bool in_chinese(const Request& request) {
    const auto language =
        choose_language(request.cookie(language_cookie), request.header("Accept-Language"));
    return language == Language::zh;
}

/// Whether a page may look through the camera, and read what it sees in a worker.
enum class Camera : bool { no, yes };

void add_page_fields(Response& response, bool chinese, Camera camera = Camera::no) {
    const bool looks = camera == Camera::yes;
    std::string& fields = response.fields;
    fields += content_policy;
    if (looks) fields += "; worker-src 'self'";
    fields +=
        looks ? "\r\nPermissions-Policy: camera=(self), " : "\r\nPermissions-Policy: camera=(), ";
    fields += other_permissions;
    fields += "\r\n";
    fields += on_pages;
    response.add("Content-Language", chinese ? "zh-Hans" : "en");
}

Response serve_page(
    const Request& request,
    const Page& page,
    Keep keep = Keep::asking_each_time,
    unsigned status = 200,
    Camera camera = Camera::no
) {
    const bool chinese = in_chinese(request);
    auto response = with_body(request, chinese ? *page.zh : *page.en, keep, status);
    add_page_fields(response, chinese, camera);
    return response;
}

Response serve_file(const Request& request, const Asset& asset) {
    const bool hashed = asset.path.starts_with("/assets/");
    auto response =
        with_body(request, asset, hashed ? Keep::for_ever : Keep::asking_each_time, 200);
    response.add("Vary", "Accept-Encoding");
    return response;
}

/// Everything the handlers need. Constant once mounted.
class Site {
 public:
    explicit Site(Options options) : options_(std::move(options)) {
        std::unordered_map<std::string_view, const Asset*> files;
        for (const Asset& asset : options_.assets) files.emplace(asset.path, &asset);
        const auto file = [&](std::string path) {
            const auto found = files.find(path);
            if (found == files.end()) {
                throw std::runtime_error("the front end lacks the page " + path);
            }
            return found->second;
        };
        for (const auto name : page_names) {
            const auto stem = "/" + std::string(name);
            pages_.emplace(name, Page{file(stem + ".en.html"), file(stem + ".zh.html")});
        }
        phone_en_ = cut(*page("phone").en);
        phone_zh_ = cut(*page("phone").zh);
        const auto names = {plain_side, plain_path, plain_number};
        plain_en_.emplace(*page("plain").en, names);
        plain_zh_.emplace(*page("plain").zh, names);
    }

    const Page& page(std::string_view name) const { return pages_.at(name); }
    const PhonePage& phone(bool chinese) const { return chinese ? phone_zh_ : phone_en_; }
    const MarkedPage& plain(bool chinese) const { return chinese ? *plain_zh_ : *plain_en_; }
    Async<PlainView> plain_view(Request request) const {
        if (!options_.plain_view) co_return PlainView{};
        co_return co_await options_.plain_view(std::move(request));
    }
    Async<bool> signed_in(const Request& request) const { return options_.signed_in(request); }
    Async<PhoneHandle> phone_handle(const Request& request) const {
        if (!options_.phone_handle) co_return PhoneHandle{};
        std::string code(request.parameter(0));
        co_return co_await options_.phone_handle(request, std::move(code));
    }

 private:
    Options options_;
    std::unordered_map<std::string_view, Page> pages_;
    PhonePage phone_en_, phone_zh_;
    std::optional<MarkedPage> plain_en_, plain_zh_;
};
using SharedSite = std::shared_ptr<const Site>;

Async<Response> serve_home(SharedSite site, Request request) {
    if (co_await site->signed_in(request)) {
        co_return serve_page(request, site->page("home"), Keep::never, 200, Camera::yes);
    }
    co_return net::redirect("/signin?next=/home").no_store();
}

/// What it shows is asked for by itself, and refused to whoever may not.
Async<Response> serve_admin(SharedSite site, Request request) {
    if (co_await site->signed_in(request)) {
        co_return serve_page(request, site->page("admin"), Keep::never);
    }
    co_return net::redirect("/signin?next=/admin").no_store();
}

Async<Response> serve_dashboard(SharedSite site, Request request, bool classic) {
    if (co_await site->signed_in(request)) {
        co_return serve_page(request, site->page("dashboard"), Keep::never);
    }
    if (classic && !request.cookie(classic_cookie).empty()) {
        co_return serve_page(request, site->page("collecting"), Keep::never);
    }
    co_return serve_page(request, site->page("refused"), Keep::never, 401);
}

/// Not packed: what is put in is another for each request.
Async<Response> serve_phone(SharedSite site, Request request) {
    const bool chinese = in_chinese(request);
    const auto& page = site->phone(chinese);
    const auto [handle, problem] = co_await site->phone_handle(request);
    auto response = begun(request, Keep::never, 200);
    response.content_type = page.content_type;
    for (const auto part :
         {page.before, harmless_word(handle), page.between, harmless_word(problem), page.after}) {
        response.body += part;
    }
    add_page_fields(response, chinese);
    co_return response;
}

/// Not packed, as above.
Async<Response> serve_plain(SharedSite site, Request request) {
    const bool chinese = in_chinese(request);
    const MarkedPage& page = site->plain(chinese);
    const PlainView view = co_await site->plain_view(request);
    const QrPicture picture = draw_qr(view.link);
    const std::string side = std::to_string(picture.side);
    auto response = begun(request, Keep::never, view.status);
    response.content_type = page.content_type();
    response.body = page.filled(
        view.screen, {{plain_side, side}, {plain_path, picture.path}, {plain_number, view.number}}
    );
    add_page_fields(response, chinese);
    response.fields += view.fields;
    co_return response;
}

Response serve_not_found(const Site& site, const Request& request) {
    if (request.path().starts_with("/v1/") || prefers_json(request.header("Accept"))) {
        return net::problem(404, "not-found", "Nothing is served at this path");
    }
    return serve_page(request, site.page("notfound"), Keep::never, 404);
}

void mount_page(
    net::Router& router, std::string_view pattern, SharedSite site, std::string_view name
) {
    router.on(
        net::Method::get,
        pattern,
        net::Immediate([site = std::move(site), name](const Request& request) {
            return serve_page(request, site->page(name));
        })
    );
}

}  // namespace

void mount(net::Router& router, Options options) {
    const bool classic = options.classic;
    for (const Asset& asset : options.assets) {
        if (asset.path.ends_with(".html")) continue;
        router.on(net::Method::get, asset.path, net::Immediate([&asset](const Request& request) {
                      return serve_file(request, asset);
                  }));
    }

    const auto site = std::make_shared<const Site>(std::move(options));
    mount_page(router, "/", site, "login");
    // Codes are made of capitals, and a link of capitals alone makes a smaller picture.
    for (const auto* pattern : {"/s/{}", "/S/{}"}) {
        router.on(net::Method::get, pattern, net::Deferred([site](Request request) {
                      return serve_phone(site, std::move(request));
                  }));
    }
    mount_page(router, "/signin", site, "signin");
    mount_page(router, "/join", site, "join");
    mount_page(router, "/offline", site, "offline");
    router.on(net::Method::get, "/plain", net::Deferred([site](Request request) {
                  return serve_plain(site, std::move(request));
              }));
    router.on(net::Method::get, "/home", net::Deferred([site](Request request) {
                  return serve_home(site, std::move(request));
              }));
    router.on(net::Method::get, "/admin", net::Deferred([site](Request request) {
                  return serve_admin(site, std::move(request));
              }));
    router.on(net::Method::get, "/dashboard", net::Deferred([site](Request request) {
                  return serve_dashboard(site, std::move(request), false);
              }));
    if (classic) {
        router.on(net::Method::get, "/dashboard.html", net::Deferred([site](Request request) {
                      return serve_dashboard(site, std::move(request), true);
                  }));
    }
    router.otherwise([site](const Request& request) { return serve_not_found(*site, request); });
}

}  // namespace latchkey::pages
