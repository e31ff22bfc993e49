/// What a browser really sent: with extensions that nobody asked for, counters that go on, and user
/// handles.

#include "identity/webauthn_vectors.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace latchkey::identity {
namespace {

using test::read_vector;
using test::vectors_in;

/// The user of all of them.
constexpr AccountId somebody{};

/// Somebody signs in with the passkey that was made.
void expect_good(const boost::json::value& recorded) {
    const auto vector = read_vector(recorded);
    const bool user_verification = recorded.at("user_verification").as_bool();
    const RelyingParty party{
        .id = "localhost", .origins = {std::string(recorded.at("origin").as_string())}
    };
    const RegistrationRequest made{
        .challenge = vector.created_challenge,
        .account = somebody,
        .user_verification = user_verification,
    };
    const auto credential =
        verify_registration({vector.created_client_data, vector.attestation_object}, made, party);
    ASSERT_TRUE(credential) << vector.name << ": " << credential.error().message();
    const bool asked_for_none = vector.name.ends_with("none");
    EXPECT_EQ(credential->attestation, asked_for_none ? Attestation::none : Attestation::unchecked)
        << vector.name;
    EXPECT_EQ(credential->user_verified, user_verification) << vector.name;
    EXPECT_EQ(credential->backup_eligible, vector.name.starts_with("ctap2 usb")) << vector.name;

    const auto& used = recorded.at("authentication").as_object();
    std::optional<Octets> user_handle;
    if (used.contains("userHandle")) {
        user_handle = test::hex_in(recorded.at("authentication"), "userHandle");
    }
    const AssertionResponse response{
        .credential_id = credential->id,
        .client_data_json = vector.client_data,
        .authenticator_data = vector.authenticator_data,
        .signature = vector.signature,
        .user_handle = user_handle ? std::optional<ByteView>(*user_handle) : std::nullopt,
    };
    const AssertionRequest asked{
        .challenge = vector.challenge,
        .account = somebody,
        .user_verification = user_verification,
    };
    const auto assertion = verify_assertion(response, *credential, asked, party);
    ASSERT_TRUE(assertion) << vector.name << ": " << assertion.error().message();
    EXPECT_FALSE(assertion->counter_went_back) << vector.name;
    EXPECT_GT(assertion->credential.sign_count, credential->sign_count) << vector.name;
    EXPECT_TRUE(verify_assertion(response, assertion->credential, asked, party)->counter_went_back)
        << vector.name << " once more";
}

TEST(WebauthnBrowser, OfChromiumIsRegisteredAndSignsIn) {
    const auto recorded = vectors_in("webauthn-chromium.json");
    const auto& all = recorded.at("vectors").as_array();
    EXPECT_EQ(all.size(), 8U);
    for (const auto& one : all) expect_good(one);
}

}  // namespace
}  // namespace latchkey::identity
