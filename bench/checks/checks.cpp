/// How often one core does by itself what a sign-in rests on: checks an assertion of a passkey, and
/// a password. Prints one line of JSON for each.

#include "base/encoding.hpp"
#include "crypto/password.hpp"
#include "identity/webauthn.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

namespace {

using namespace latchkey;
using identity::Octets;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds run_for{3};

[[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "latchkey-bench-checks: %s\n", why);
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): there is one thread.
}

/// An assertion of ES256, as browsers send it, and what it is checked against.
struct Signed {
    Octets client_data;
    Octets authenticator_data;
    Octets signature;
    identity::Credential credential;
    identity::AssertionRequest request;
    identity::RelyingParty party;
};

void append(Octets& to, ByteView more) {
    to.insert(to.end(), more.begin(), more.end());
}

Octets octets(std::string_view text) {
    const ByteView bytes = bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

Octets sign(EVP_PKEY* key, const Octets& data) {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(
        EVP_MD_CTX_new(), EVP_MD_CTX_free
    );
    const auto* text = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t size = 0;
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
    EVP_DigestSign(context.get(), nullptr, &size, text, data.size());
    Octets signature(size);
    auto* to = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(context.get(), to, &size, text, data.size()) != 1) give_up("no signature");
    signature.resize(size);
    return signature;
}

/// A COSE_Key of that key.
Octets public_key_of(EVP_PKEY* key) {
    std::string point(65, '\0');
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(
        key, "pub", reinterpret_cast<unsigned char*>(point.data()), point.size(), &size
    );
    if (size != point.size()) give_up("no public key");
    using namespace std::string_literals;
    return octets(
        "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"s + point.substr(1, 32) + "\x22\x58\x20" +
        point.substr(33)
    );
}

Signed an_assertion() {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    if (key == nullptr) give_up("no key");
    Signed made;
    made.request.challenge = Octets(32, std::byte{0xc4});
    made.party.id = "example.org";
    made.party.origins = {"https://example.org"};
    made.client_data = octets(
        R"({"type":"webauthn.get","challenge":")" + base64url(made.request.challenge) +
        R"(","origin":"https://example.org","crossOrigin":false})"
    );
    append(made.authenticator_data, crypto::sha256(bytes_of("example.org")).view());
    append(made.authenticator_data, bytes_of(std::string_view("\x05\0\0\0\0", 5)));
    Octets to_sign = made.authenticator_data;
    append(to_sign, crypto::sha256(made.client_data).view());
    made.signature = sign(key.get(), to_sign);
    made.credential.id = Octets(32, std::byte{0x1d});
    made.credential.public_key = public_key_of(key.get());
    made.credential.user_verified = true;
    made.request.account = made.credential.account;
    return made;
}

/// How often `check` is done in a second.
double rate_of(const std::function<bool()>& check) {
    const auto began = Clock::now();
    std::int64_t done = 0;
    while (Clock::now() - began < run_for) {
        if (!check()) give_up("a check failed that should not");
        ++done;
    }
    return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - began).count();
}

void print(const char* what, double rate) {
    std::printf("{\"scenario\": \"checks\", \"of\": \"%s\", \"rate_per_s\": %.1f}\n", what, rate);
}

}  // namespace

int main() {
    const Signed one = an_assertion();
    print("assertion", rate_of([&] {
              const identity::AssertionResponse response{
                  .credential_id = one.credential.id,
                  .client_data_json = one.client_data,
                  .authenticator_data = one.authenticator_data,
                  .signature = one.signature,
                  .user_handle = std::nullopt,
              };
              return bool(verify_assertion(response, one.credential, one.request, one.party));
          }));
    const Secret password("correct horse battery staple");
    const std::string hash = crypto::hash_password(password);
    print("password", rate_of([&] { return crypto::verify_password(hash, password); }));
}
