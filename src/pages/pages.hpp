/// The front end, out of the binary, with the headers that keep it safe.
/// Every page is one static file per language (`NAME.en.html`, `NAME.zh.html`). Nothing is ever
/// written into HTML but the two words of `PhoneHandle`, and a picture and a number where no script
/// runs; none of these can mean anything there, so there is nothing to escape. What a page shows of
/// a person it asks of `/v1` itself.
#pragma once

#include "base/async.hpp"
#include "net/router.hpp"
#include "pages/assets.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::pages {

/// What the phone page is served with: the sealed scan, or why there is none. Both of letters,
/// digits, `-` and `_` (base64url; a word such as `code-expired`); a value with anything else in it
/// is left out. Empty: nothing to say.
struct PhoneHandle {
    std::string handle;
    std::string problem;
};

/// What the login page for browsers without script shows: it has no way to ask.
struct PlainView {
    /// `waiting`, `scanned`, `approved`, `declined`, `wrong-number`, `reported`, `over`, `busy` or
    /// `unavailable`: the parts of the page that are shown.
    std::string_view screen = "unavailable";
    std::string link{};    ///< waiting: drawn as a QR code
    std::string number{};  ///< scanned: what the phone must type
    unsigned status = 503;
    std::string fields{};  ///< further header lines of the answer
};

struct Options {
    /// Whether a session goes with the request. Called on the request's thread; the request
    /// outlives the call. An error of the store counts as no.
    std::function<Async<bool>(const net::Request&)> signed_in;
    /// The handle of the code in a phone page's address, as it stands there (any case, typed codes
    /// too). Called on the request's thread, for each request, which outlives the call; changes
    /// nothing. Empty: no page gets a handle.
    std::function<Async<PhoneHandle>(const net::Request&, std::string code)> phone_handle{};
    /// What `/plain` shows. Called on the request's thread, for each request. Empty: `unavailable`.
    std::function<Async<PlainView>(net::Request)> plain_view{};
    bool classic =
        true;  ///< serve `/dashboard.html`, where the original tutorial's page goes when approved
    std::span<const Asset> assets = embedded_assets();
};

/// Mounts, for GET and HEAD:
/// `/` (login), `/signin`, `/join`, `/offline` (which the phone keeps for when it is);
/// `/plain`, the login page that runs no script, with what `plain_view` says;
/// `/s/{}` and `/S/{}` (phone; changes nothing, so a link preview is harmless), with what
/// `phone_handle` says;
/// `/home`, the one page that may use the camera: 303 to `/signin?next=/home` when nobody is signed
/// in;
/// `/dashboard`: 401 and the page `refused` when nobody is signed in;
/// `/dashboard.html`: the same, but the page `collecting` when the cookie of the classic login is
/// there; every other file of the front end at its own path, what is below `/assets/` as immutable;
/// and 404 for all that no room serves: a problem (RFC 9457) below `/v1/` or when JSON is
/// preferred, else the page `notfound`. Throws `std::runtime_error` naming a page that the front
/// end lacks, or one without the places for what is filled in. `assets` must outlive the router.
void mount(net::Router& router, Options options);

}  // namespace latchkey::pages
