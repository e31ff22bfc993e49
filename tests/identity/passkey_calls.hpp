/// Calls of a browser that has an authenticator in it.
#pragma once

#include "identity/authenticator.hpp"
#include "identity/passkey_json.hpp"
#include "identity/people.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace latchkey::identity {

namespace json = boost::json;
using net::Method;

/// A browser of Ada's at `https://example.org`, with an authenticator in it.
class PasskeyCalls : public testing::Test {
 protected:
    explicit PasskeyCalls(const AccountRules& rules = {})
        : people(rules), ada(people.add("Ada", "correct horse")) {
        people.routes.mount(router);
        people.passkey_routes.mount(router);
        people.join_routes.mount(router);
        people.ways_routes.mount(router);
        peer.address = *parse_ip("203.0.113.7");
        peer.secure = true;
        cookie = people.sign_in(ada).cookie_value;
    }

    net::Response call(Method method, std::string_view path, const json::value& body = {}) {
        net::Request request;
        request.method = method;
        request.peer = peer;
        request.set_target(path);
        request.set_host(host);
        request.add_header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Firefox/132.0");
        if (!cookie.empty()) {
            request.add_header(
                "Cookie", net::cookie_name("latchkey_session", peer.secure) + "=" + cookie
            );
        }
        if (!body.is_null()) {
            request.add_header("Content-Type", "application/json");
            request.body = json::serialize(body);
        }
        const auto match = router.find(request);
        if (match.handler == nullptr) throw std::logic_error("no such route");
        if (const auto* const quick = std::get_if<net::Immediate>(match.handler)) {
            return (*quick)(request);
        }
        return await(std::get<net::Deferred>(*match.handler)(std::move(request)));
    }
    static json::object object(const net::Response& response) {
        return json::parse(response.body).as_object();
    }
    static std::string problem(const net::Response& response) {
        const std::string type(object(response).at("type").as_string());
        return std::to_string(response.status) + " " + type.substr(type.rfind('/') + 1);
    }

    static Octets challenge_in(const net::Response& response) {
        return from_base64url(std::string(object(response).at("challenge").as_string())).value();
    }
    /// RegistrationResponseJSON over that challenge.
    json::object registration(const Octets& challenge) const {
        const test::Browser browser{.type = "webauthn.create", .challenge = challenge};
        const Octets attested =
            test::attestation_object("none", test::no_statement(), authenticator.data(test::at));
        return {
            {"type", "public-key"},
            {"id", base64url(authenticator.id)},
            {"rawId", base64url(authenticator.id)},
            {"response",
             {{"clientDataJSON", base64url(browser.client_data())},
              {"attestationObject", base64url(attested)},
              {"transports", {"internal", "HYBRID", "hybrid"}}}},
        };
    }
    /// AuthenticationResponseJSON over that challenge.
    json::object assertion(const Octets& challenge) const {
        const test::Browser browser{.type = "webauthn.get", .challenge = challenge};
        const Octets client_data = browser.client_data();
        const Octets data = authenticator.data();
        return {
            {"type", "public-key"},
            {"id", base64url(authenticator.id)},
            {"rawId", base64url(authenticator.id)},
            {"response",
             {{"clientDataJSON", base64url(client_data)},
              {"authenticatorData", base64url(data)},
              {"signature", base64url(authenticator.sign(data, client_data))},
              {"userHandle", base64url(ada.id.view())}}},
        };
    }

    net::Response add(json::object more = {}) {
        more["credential"] = registration(
            challenge_in(call(Method::post, "/v1/me/passkeys/challenge", json::object()))
        );
        return call(Method::post, "/v1/me/passkeys", more);
    }
    Octets challenge() {
        return challenge_in(call(Method::post, "/v1/session/challenge", json::object()));
    }
    net::Response sign_in_with(const json::object& credential) {
        return call(Method::post, "/v1/session", json::object{{"passkey", credential}});
    }
    std::string path() const { return "/v1/me/passkeys/" + base64url(authenticator.id); }

    /// What of the cookie an answer sets; empty when it takes it away.
    static std::string cookie_in(const net::Response& response) {
        const std::string mark = "latchkey_session=";
        const auto at = response.fields.find(mark);
        if (at == std::string::npos) throw std::logic_error("no session cookie");
        const auto from = at + mark.size();
        return response.fields.substr(from, response.fields.find(';', from) - from);
    }

    People people;
    Account ada;
    net::Router router;
    net::Peer peer;
    std::string host = "example.org";
    std::string cookie;
    test::Authenticator authenticator;
};

}  // namespace latchkey::identity
