/// The test vectors of docs/protocol.md, which tests/e2e/harness/sealing.js computes and the front
/// end reads as well.
#pragma once

#include "base/encoding.hpp"
#include "login/values.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace latchkey::login::test {

inline std::string text_in(const boost::json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
}

template <class T>
T hex_in(const boost::json::object& object, std::string_view name) {
    return bytes_from<T>(text_in(object, name), from_hex).value();
}

/// tests/vectors/sealed-values.json.
struct Vectors {
    Vectors() {
        std::ifstream file(LATCHKEY_VECTORS "/sealed-values.json");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        all = boost::json::parse(text).as_object();
        login = hex_in<LoginId>(all, "login");
        cookie = hex_in<BrowserCookie>(all, "cookie");
        for (const auto& key : all.at("ring").as_array()) {
            ring.push_back({id_of(key.as_object()), hex_in<SealingKey>(key.as_object(), "key")});
        }
    }
    static KeyId id_of(const boost::json::object& key) {
        return static_cast<KeyId>(key.at("id").to_number<int>());
    }
    /// The keys of the ring with what each of them seals, the current one first.
    const boost::json::array& keys() const { return all.at("ring").as_array(); }

    boost::json::object all;
    LoginId login;
    BrowserCookie cookie;
    KeyRing ring;
};

}  // namespace latchkey::login::test
