#include "passkey.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdexcept>
#include <utility>

namespace latchkey::bench {
namespace {

constexpr std::size_t id_octets = 32;
constexpr std::size_t coordinate_octets = 32;
// §6.1: present, verified, with attested credential data.
constexpr unsigned here = 0x05;
constexpr unsigned attested = 0x40;

void need(bool well) {
    if (!well) throw std::runtime_error("OpenSSL made no signature");
}

void append(Octets& to, const Octets& more) {
    to.insert(to.end(), more.begin(), more.end());
}

/// What always stands around the two coordinates of a COSE_Key of ES256.
const Octets cose_before_x{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
const Octets cose_before_y{0x22, 0x58, 0x20};

/// `{"fmt": "none", "attStmt": {}, "authData": …}` in CBOR.
Octets attestation_object(const Octets& data) {
    Octets object{0xa3, 0x63, 'f', 'm',  't',  0x64, 'n', 'o', 'n', 'e', 0x67, 'a', 't', 't', 'S',
                  't',  'm',  't', 0xa0, 0x68, 'a',  'u', 't', 'h', 'D', 'a',  't', 'a', 0x58};
    object.push_back(static_cast<unsigned char>(data.size()));
    append(object, data);
    return object;
}

std::string response_json(const Octets& id, const std::string& response) {
    const std::string name = to_base64url(id);
    return R"({"type":"public-key","id":")" + name + R"(","rawId":")" + name + R"(","response":{)" +
           response + "}}";
}

std::string json_member(std::string_view name, const Octets& octets) {
    return "\"" + std::string(name) + "\":\"" + to_base64url(octets) + "\"";
}

}  // namespace

Passkey::Passkey(std::string rp_id, std::string origin)
    : rp_id_(std::move(rp_id)),
      origin_(std::move(origin)),
      key_(EVP_EC_gen("P-256"), EVP_PKEY_free),
      id_(id_octets) {
    need(key_ != nullptr && RAND_bytes(id_.data(), static_cast<int>(id_.size())) == 1);
    Octets uncompressed(1 + 2 * coordinate_octets);
    std::size_t size = 0;
    need(
        EVP_PKEY_get_octet_string_param(
            key_.get(), "pub", uncompressed.data(), uncompressed.size(), &size
        ) == 1 &&
        size == uncompressed.size()
    );
    point_.assign(uncompressed.begin() + 1, uncompressed.end());
}

std::string Passkey::client_data(std::string_view type, std::string_view challenge) const {
    std::string text = R"({"type":"webauthn.)";
    text.append(type).append(R"(","challenge":")").append(challenge);
    return text.append(R"(","origin":")").append(origin_).append(R"(","crossOrigin":false})");
}

Octets Passkey::authenticator_data(unsigned flags) const {
    Octets data = sha256(octets_of(rp_id_));
    data.push_back(static_cast<unsigned char>(flags));
    append(data, Octets(4));  // it counts nothing
    return data;
}

std::string Passkey::registration(std::string_view challenge) const {
    Octets data = authenticator_data(here | attested);
    append(data, Octets(16));  // no AAGUID
    append(data, Octets{0, static_cast<unsigned char>(id_.size())});
    append(data, id_);
    append(data, cose_before_x);
    const auto y = point_.begin() + coordinate_octets;
    data.insert(data.end(), point_.begin(), y);
    append(data, cose_before_y);
    data.insert(data.end(), y, point_.end());
    return response_json(
        id_,
        json_member("clientDataJSON", octets_of(client_data("create", challenge))) + "," +
            json_member("attestationObject", attestation_object(data))
    );
}

Octets Passkey::signature(const Octets& data) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(
        EVP_MD_CTX_new(), EVP_MD_CTX_free
    );
    std::size_t size = 0;
    need(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
    need(EVP_DigestSign(context.get(), nullptr, &size, data.data(), data.size()) == 1);
    Octets signature(size);
    need(EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) == 1);
    signature.resize(size);
    return signature;
}

std::string Passkey::assertion(std::string_view challenge) const {
    const Octets client = octets_of(client_data("get", challenge));
    const Octets data = authenticator_data(here);
    Octets to_sign = data;
    append(to_sign, sha256(client));
    return response_json(
        id_,
        json_member("clientDataJSON", client) + "," + json_member("authenticatorData", data) + "," +
            json_member("signature", signature(to_sign)) + R"(,"userHandle":")" + user_ + "\""
    );
}

}  // namespace latchkey::bench
