/// What our checks make of ceremonies with passkeys: a JSON object in each line of the input, an
/// answer in each line of the output. webauthn.test.js asks it and somebody else the same.

#include "base/encoding.hpp"
#include "identity/webauthn.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace latchkey;
using namespace latchkey::identity;
namespace json = boost::json;

Octets hex_in(const json::value& object, std::string_view name) {
    return from_hex(std::string(object.at(name).as_string())).value();
}

RelyingParty party() {
    return {.id = "example.org", .origins = {"https://example.org"}};
}

json::object refused(const ErrorCode& error) {
    return {{"ok", false}, {"error", error.message()}};
}

json::object accepted(const Credential& credential, bool counter_went_back) {
    return {
        {"ok", true},
        {"id", hex(credential.id)},
        {"public_key", hex(credential.public_key)},
        {"aaguid", hex(credential.aaguid.view())},
        {"sign_count", credential.sign_count},
        {"user_verified", credential.user_verified},
        {"backup_eligible", credential.backup_eligible},
        {"backed_up", credential.backed_up},
        {"counter_went_back", counter_went_back},
    };
}

json::object create(const json::value& asked) {
    const Octets client_data = hex_in(asked, "client_data");
    const Octets object = hex_in(asked, "object");
    const RegistrationRequest request{
        .challenge = hex_in(asked, "challenge"),
        .account = {},
        .user_verification = asked.at("user_verification").as_bool(),
    };
    const auto credential = verify_registration({client_data, object}, request, party());
    return credential ? accepted(*credential, false) : refused(credential.error());
}

json::object use(const json::value& asked) {
    const Octets client_data = hex_in(asked, "client_data");
    const Octets data = hex_in(asked, "data");
    const Octets signature = hex_in(asked, "signature");
    const Credential credential{
        .id = hex_in(asked, "id"),
        .account = {},
        .public_key = hex_in(asked, "public_key"),
        .sign_count = asked.at("sign_count").to_number<std::uint32_t>(),
        .backup_eligible = asked.at("backup_eligible").as_bool(),
    };
    const AssertionRequest request{
        .challenge = hex_in(asked, "challenge"),
        .account = AccountId{},
        .user_verification = asked.at("user_verification").as_bool(),
    };
    const auto assertion = verify_assertion(
        {credential.id, client_data, data, signature}, credential, request, party()
    );
    if (!assertion) return refused(assertion.error());
    return accepted(assertion->credential, assertion->counter_went_back);
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        const json::value asked = json::parse(line);
        const bool creates = asked.at("ceremony").as_string() == "create";
        std::cout << json::serialize(creates ? create(asked) : use(asked)) << '\n' << std::flush;
    }
}
