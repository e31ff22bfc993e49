/// The specification's own examples, which no one of ours has made. What stands beside each name is
/// what we make of it: many of them have no user verification, which we want.

#include "identity/webauthn_vectors.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

namespace latchkey::identity {
namespace {

using test::example_org;
using test::Vector;
using test::vector_named;
using test::vectors;

AccountId ada() {
    AccountId id;
    id.data.fill(std::byte{0xad});
    return id;
}

/// Anything goes that may be chosen.
RelyingParty lenient() {
    RelyingParty party = example_org();
    party.framed = true;
    party.top_origins = {"https://example.com"};
    return party;
}

Result<Credential> create(
    const Vector& vector, const RelyingParty& party, bool user_verification = false
) {
    const RegistrationRequest request{
        .challenge = vector.created_challenge,
        .account = ada(),
        .user_verification = user_verification,
    };
    return verify_registration(
        {vector.created_client_data, vector.attestation_object}, request, party
    );
}

Result<Assertion> use(
    const Vector& vector,
    const Credential& credential,
    const RelyingParty& party,
    bool user_verification = false
) {
    const AssertionRequest request{
        .challenge = vector.challenge,
        .account = ada(),
        .user_verification = user_verification,
    };
    const AssertionResponse response{
        .credential_id = credential.id,
        .client_data_json = vector.client_data,
        .authenticator_data = vector.authenticator_data,
        .signature = vector.signature,
    };
    return verify_assertion(response, credential, request, party);
}

TEST(WebauthnVectors, OfOurAlgorithmsAreRegisteredAndSignIn) {
    const std::map<std::string, Attestation> expected = {
        {"none.ES256", Attestation::none},
        {"packed-self.ES256", Attestation::self},
        {"none.ES256.crossOrigin", Attestation::none},
        {"none.ES256.topOrigin", Attestation::none},
        {"none.ES256.long-credential-id", Attestation::none},
        {"packed.ES256", Attestation::unchecked},
        {"packed.RS256", Attestation::unchecked},
        {"packed.EdDSA", Attestation::unchecked},
        {"tpm.ES256", Attestation::unchecked},
        {"android-key.ES256", Attestation::unchecked},
        {"apple.ES256", Attestation::unchecked},
        {"fido-u2f.ES256", Attestation::unchecked},
    };
    for (const auto& [name, attestation] : expected) {
        const Vector& vector = vector_named(name);
        const auto credential = create(vector, lenient());
        ASSERT_TRUE(credential) << name << ": " << credential.error().message();
        EXPECT_EQ(credential->attestation, attestation) << name;
        EXPECT_EQ(credential->account, ada()) << name;

        const auto assertion = use(vector, *credential, lenient());
        ASSERT_TRUE(assertion) << name << ": " << assertion.error().message();
        EXPECT_FALSE(assertion->counter_went_back) << name << " does not count";
    }
}

TEST(WebauthnVectors, OfOtherAlgorithmsAreRefused) {
    for (const char* name : {"packed.ES384", "packed.ES512", "packed.Ed448"}) {
        EXPECT_EQ(
            create(vector_named(name), lenient()).error(), WebauthnErrc::algorithm_not_offered
        ) << name;
    }
}

TEST(WebauthnVectors, AreAllOfThem) {
    EXPECT_EQ(vectors().size(), 15U);
}

/// Which of the examples had the person verified.
TEST(WebauthnVectors, OfNobodyVerifiedAreRefusedUnlessThatWillDo) {
    const std::map<std::string, std::pair<bool, bool>> verified = {
        {"none.ES256", {false, false}},
        {"packed-self.ES256", {true, false}},
        {"none.ES256.crossOrigin", {true, true}},
        {"packed.ES256", {true, true}},
        {"packed.RS256", {true, false}},
        {"packed.EdDSA", {false, false}},
        {"tpm.ES256", {true, true}},
    };
    for (const auto& [name, expected] : verified) {
        const Vector& vector = vector_named(name);
        const auto created = create(vector, lenient(), true);
        EXPECT_EQ(created.has_value(), expected.first) << name;
        if (!created) EXPECT_EQ(created.error(), WebauthnErrc::user_not_verified) << name;

        const Credential credential = create(vector, lenient()).value();
        EXPECT_EQ(credential.user_verified, expected.first) << name;
        const auto used = use(vector, credential, lenient(), true);
        EXPECT_EQ(used.has_value(), expected.second) << name;
        if (!used) EXPECT_EQ(used.error(), WebauthnErrc::user_not_verified) << name;
    }
}

TEST(WebauthnVectors, OfAFrameAreRefusedUnlessThatWillDo) {
    for (const char* name : {"none.ES256.crossOrigin", "none.ES256.topOrigin"}) {
        const Vector& vector = vector_named(name);
        const Credential credential = create(vector, lenient()).value();
        EXPECT_EQ(create(vector, example_org()).error(), WebauthnErrc::framed) << name;
        EXPECT_EQ(use(vector, credential, example_org()).error(), WebauthnErrc::framed) << name;
    }

    RelyingParty elsewhere = lenient();
    elsewhere.top_origins = {"https://example.net"};
    const Vector& vector = vector_named("none.ES256.topOrigin");
    const Credential credential = create(vector, lenient()).value();
    EXPECT_EQ(create(vector, elsewhere).error(), WebauthnErrc::wrong_top_origin);
    EXPECT_EQ(use(vector, credential, elsewhere).error(), WebauthnErrc::wrong_top_origin);
    EXPECT_TRUE(create(vector_named("none.ES256.crossOrigin"), elsewhere))
        << "that browser does not say in which page it was";
}

TEST(WebauthnVectors, AreKeptAsTheyWere) {
    const Credential one = create(vector_named("none.ES256"), lenient()).value();
    EXPECT_EQ(hex(one.id), "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4");
    EXPECT_EQ(hex(one.aaguid.view()), "8446ccb9ab1db374750b2367ff6f3a1f");
    EXPECT_EQ(
        hex(one.public_key),
        "a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61"
        "225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220"
    );
    EXPECT_EQ(one.sign_count, 0U);
    EXPECT_TRUE(one.backup_eligible);
    EXPECT_TRUE(one.backed_up);

    const Credential other = create(vector_named("none.ES256.crossOrigin"), lenient()).value();
    EXPECT_FALSE(other.backup_eligible);
    EXPECT_FALSE(other.backed_up);
    EXPECT_EQ(create(vector_named("none.ES256.long-credential-id"), lenient())->id.size(), 1023U);
}

/// packed.ES256 was not backed up when it was made, and packed-self.ES256 no longer is.
TEST(WebauthnVectors, TellWhetherTheyAreBackedUpNow) {
    const Vector& vector = vector_named("packed-self.ES256");
    const Credential credential = create(vector, lenient()).value();
    EXPECT_TRUE(credential.backed_up);
    EXPECT_FALSE(use(vector, credential, lenient())->credential.backed_up);
}

TEST(WebauthnVectors, OfOnePasskeyAreNoneOfAnother) {
    const Credential other = create(vector_named("packed.EdDSA"), lenient()).value();
    for (const char* name : {"none.ES256", "packed.ES256", "packed.RS256"}) {
        const Vector& vector = vector_named(name);
        Credential credential = create(vector, lenient()).value();
        credential.public_key = other.public_key;
        EXPECT_EQ(use(vector, credential, lenient()).error(), WebauthnErrc::wrong_signature)
            << name;
    }
}

}  // namespace
}  // namespace latchkey::identity
