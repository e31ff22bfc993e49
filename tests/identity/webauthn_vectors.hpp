/// The ceremonies that the specification of Web Authentication gives as examples.
#pragma once

#include "base/encoding.hpp"
#include "identity/webauthn.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::identity::test {

/// One of tests/vectors/webauthn.json, or of those that a browser made.
struct Vector {
    std::string name;
    Octets created_challenge;
    Octets created_client_data;
    Octets attestation_object;
    Octets challenge;
    Octets client_data;
    Octets authenticator_data;
    Octets signature;
};

inline Octets hex_in(const boost::json::value& object, std::string_view name) {
    return from_hex(std::string(object.at(name).as_string())).value();
}

inline Vector read_vector(const boost::json::value& one) {
    const auto& made = one.at("registration");
    const auto& used = one.at("authentication");
    return {
        .name = std::string(one.at("name").as_string()),
        .created_challenge = hex_in(made, "challenge"),
        .created_client_data = hex_in(made, "clientDataJSON"),
        .attestation_object = hex_in(made, "attestationObject"),
        .challenge = hex_in(used, "challenge"),
        .client_data = hex_in(used, "clientDataJSON"),
        .authenticator_data = hex_in(used, "authenticatorData"),
        .signature = hex_in(used, "signature"),
    };
}

inline boost::json::value vectors_in(const std::string& name) {
    std::ifstream file(LATCHKEY_VECTORS "/" + name);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return boost::json::parse(text);
}

inline const std::vector<Vector>& vectors() {
    static const auto all = [] {
        const auto read = vectors_in("webauthn.json");
        std::vector<Vector> list;
        for (const auto& one : read.at("vectors").as_array()) list.push_back(read_vector(one));
        return list;
    }();
    return all;
}

inline const Vector& vector_named(std::string_view name) {
    for (const Vector& one : vectors()) {
        if (one.name == name) return one;
    }
    throw std::out_of_range(std::string(name));
}

/// The relying party of all of them.
inline RelyingParty example_org() {
    return {.id = "example.org", .origins = {"https://example.org"}};
}

}  // namespace latchkey::identity::test
