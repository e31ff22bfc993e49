/// §7.1 of Web Authentication Level 3, step by step.

#include "identity/authenticator.hpp"
#include "identity/webauthn_vectors.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace latchkey::identity {
namespace {

using namespace test;

AccountId account_of(unsigned byte) {
    AccountId id;
    id.data.fill(static_cast<std::byte>(byte));
    return id;
}

/// A new passkey that nothing is wrong with, until somebody changes it.
struct Ceremony {
    Browser browser{.type = "webauthn.create"};
    Authenticator authenticator;
    RelyingParty party = example_org();
    RegistrationRequest request{.challenge = browser.challenge, .account = account_of(1)};
    std::string format = "none";
    std::optional<Octets> statement{};  ///< empty for the right one of that format

    Octets object() const {
        const Octets data = authenticator.data(at);
        if (statement) return attestation_object(format, *statement, data);
        if (format == "none") return attestation_object(format, no_statement(), data);
        const Octets signature = authenticator.sign(data, browser.client_data());
        return attestation_object(format, self_statement(signature), data);
    }
    Result<Credential> verified() const { return verified(browser.client_data(), object()); }
    Result<Credential> verified(ByteView client_data, ByteView attestation) const {
        return verify_registration({client_data, attestation}, request, party);
    }
};

Ceremony self_attested() {
    Ceremony ceremony;
    ceremony.format = "packed";
    return ceremony;
}

TEST(WebauthnRegistration, KeepsWhatTheAuthenticatorSays) {
    Ceremony ceremony;
    ceremony.authenticator.flags = up | uv | be | bs;
    ceremony.authenticator.sign_count = 0x01020304;

    const auto credential = ceremony.verified();

    ASSERT_TRUE(credential) << credential.error().message();
    EXPECT_EQ(credential->id, ceremony.authenticator.id);
    EXPECT_EQ(credential->account, ceremony.request.account);
    EXPECT_EQ(credential->public_key, ceremony.authenticator.key.cose());
    EXPECT_EQ(credential->sign_count, 0x01020304U);
    EXPECT_TRUE(credential->user_verified);
    EXPECT_TRUE(credential->backup_eligible);
    EXPECT_TRUE(credential->backed_up);
    EXPECT_EQ(hex(credential->aaguid.view()), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    EXPECT_EQ(credential->attestation, Attestation::none);
    EXPECT_EQ(self_attested().verified()->attestation, Attestation::self);
}

struct Fault {
    const char* what;
    std::function<void(Ceremony&)> make;
    WebauthnErrc error;
};

const Fault faults[] = {
    {"an assertion",
     [](Ceremony& c) { c.browser.type = "webauthn.get"; },
     WebauthnErrc::wrong_ceremony},
    {"a type in capitals",
     [](Ceremony& c) { c.browser.type = "Webauthn.create"; },
     WebauthnErrc::wrong_ceremony},
    {"another challenge",
     [](Ceremony& c) { c.request.challenge = Octets(32, std::byte{0xc5}); },
     WebauthnErrc::wrong_challenge},
    {"a part of the challenge",
     [](Ceremony& c) { c.browser.challenge.resize(31); },
     WebauthnErrc::wrong_challenge},
    {"no challenge", [](Ceremony& c) { c.browser.challenge.clear(); }, WebauthnErrc::wrong_challenge
    },
    {"a page of another site",
     [](Ceremony& c) { c.browser.origin = "https://example.net"; },
     WebauthnErrc::wrong_origin},
    {"a page without TLS",
     [](Ceremony& c) { c.browser.origin = "http://example.org"; },
     WebauthnErrc::wrong_origin},
    {"another port",
     [](Ceremony& c) { c.browser.origin = "https://example.org:8443"; },
     WebauthnErrc::wrong_origin},
    {"a host with ours in front",
     [](Ceremony& c) { c.browser.origin = "https://example.org.example.net"; },
     WebauthnErrc::wrong_origin},
    {"an origin with a slash",
     [](Ceremony& c) { c.browser.origin = "https://example.org/"; },
     WebauthnErrc::wrong_origin},
    {"a frame", [](Ceremony& c) { c.browser.more = R"(,"crossOrigin":true)"; }, WebauthnErrc::framed
    },
    {"a frame that says no",
     [](Ceremony& c) { c.browser.more = R"(,"topOrigin":"https://example.com")"; },
     WebauthnErrc::framed},
    {"a frame in the wrong page",
     [](Ceremony& c) {
         c.party.framed = true;
         c.party.top_origins = {"https://example.com"};
         c.browser.more = R"(,"crossOrigin":true,"topOrigin":"https://example.net")";
     },
     WebauthnErrc::wrong_top_origin},
    {"another relying party",
     [](Ceremony& c) { c.authenticator.rp_id = "example.net"; },
     WebauthnErrc::wrong_relying_party},
    {"nobody there", [](Ceremony& c) { c.authenticator.flags = uv; }, WebauthnErrc::user_not_present
    },
    {"somebody", [](Ceremony& c) { c.authenticator.flags = up; }, WebauthnErrc::user_not_verified},
    {"backed up and never so",
     [](Ceremony& c) { c.authenticator.flags = up | uv | bs; },
     WebauthnErrc::backup_contradiction},
    {"an algorithm that was not offered",
     [](Ceremony& c) { c.request.algorithms = {CoseAlgorithm::es256, CoseAlgorithm::rs256}; },
     WebauthnErrc::algorithm_not_offered},
    {"an id without bytes",
     [](Ceremony& c) { c.authenticator.id.clear(); },
     WebauthnErrc::credential_id_invalid},
    {"an id that is too long",
     [](Ceremony& c) { c.authenticator.id.resize(1024); },
     WebauthnErrc::credential_id_invalid},
    {"something behind",
     [](Ceremony& c) { c.authenticator.behind = octets("!"); },
     WebauthnErrc::authenticator_data_malformed},
    {"extensions that are not there",
     [](Ceremony& c) { c.authenticator.flags |= ed; },
     WebauthnErrc::authenticator_data_malformed},
    {"extensions that nobody announced",
     [](Ceremony& c) { c.authenticator.behind = cbor::map({}); },
     WebauthnErrc::authenticator_data_malformed},
};

TEST(WebauthnRegistration, FailsByTheFirstCheckThatFindsAFault) {
    for (const Fault& fault : faults) {
        for (Ceremony ceremony : {Ceremony(), self_attested()}) {
            fault.make(ceremony);
            const auto credential = ceremony.verified();
            ASSERT_FALSE(credential) << fault.what;
            EXPECT_EQ(credential.error(), fault.error) << fault.what;
        }
    }
}

TEST(WebauthnRegistration, GoesOnWithWhatIsNoFault) {
    const std::pair<const char*, std::function<void(Ceremony&)>> examples[] = {
        {"an id as long as can be", [](Ceremony& c) { c.authenticator.id.resize(1023); }},
        {"an id of one byte", [](Ceremony& c) { c.authenticator.id.resize(1); }},
        {"members to come", [](Ceremony& c) { c.browser.more = R"(,"new":{"a":[1,null]})"; }},
        {"no crossOrigin", [](Ceremony& c) { c.browser.more = ""; }},
        {"reserved flags", [](Ceremony& c) { c.authenticator.flags |= 0x22U; }},
        {"extensions",
         [](Ceremony& c) {
             c.authenticator.flags |= ed;
             c.authenticator.behind = cbor::map({cbor::text("credProtect"), cbor::integer(2)});
         }},
        {"one of several origins",
         [](Ceremony& c) { c.party.origins = {"https://login.example.org", "https://example.org"}; }
        },
        {"a page that may frame ours",
         [](Ceremony& c) {
             c.party.framed = true;
             c.party.top_origins = {"https://example.com"};
             c.browser.more = R"(,"crossOrigin":true,"topOrigin":"https://example.com")";
         }},
        {"nobody verified where that will do",
         [](Ceremony& c) {
             c.request.user_verification = false;
             c.authenticator.flags = up;
         }},
    };
    for (const auto& [what, make] : examples) {
        for (Ceremony ceremony : {Ceremony(), self_attested()}) {
            make(ceremony);
            const auto credential = ceremony.verified();
            EXPECT_TRUE(credential) << what << ": " << credential.error().message();
        }
    }
}

TEST(WebauthnRegistration, WantsAKeyThatFitsItsAlgorithm) {
    const auto key = [](int type, int algorithm, int curve) {
        const SigningKey good(7);
        return cbor::map(
            {cbor::integer(1),
             cbor::integer(type),
             cbor::integer(3),
             cbor::integer(algorithm),
             cbor::integer(-1),
             cbor::integer(curve),
             cbor::integer(-2),
             cbor::bytes(std::as_bytes(std::span(good.point)))}
        );
    };
    const auto error_of = [](Octets public_key) {
        Ceremony ceremony;
        ceremony.authenticator.public_key = std::move(public_key);
        return ceremony.verified().error();
    };
    EXPECT_EQ(error_of(key(2, -8, 6)), WebauthnErrc::key_unusable) << "another kind";
    EXPECT_EQ(error_of(key(1, -8, 7)), WebauthnErrc::key_unusable) << "Ed448";
    EXPECT_EQ(error_of(key(1, -7, 6)), WebauthnErrc::key_unusable) << "ES256 with an OKP key";
    EXPECT_EQ(error_of(key(1, -257, 6)), WebauthnErrc::key_unusable) << "RS256 with an OKP key";
    EXPECT_EQ(error_of(key(1, -47, 6)), WebauthnErrc::algorithm_not_offered);
    EXPECT_EQ(
        error_of(cbor::map({cbor::integer(1), cbor::integer(1)})), WebauthnErrc::key_unusable
    );
    EXPECT_EQ(error_of(cbor::array({})), WebauthnErrc::authenticator_data_malformed);
}

TEST(WebauthnRegistration, WantsAttestationsOfKnownForms) {
    const auto error_of = [](std::string format, Octets statement) {
        Ceremony ceremony;
        ceremony.format = std::move(format);
        ceremony.statement = std::move(statement);
        const auto credential = ceremony.verified();
        return credential ? "" : credential.error().message();
    };
    const auto wrong = std::string(meaning(WebauthnErrc::attestation_wrong));
    const auto unknown = std::string(meaning(WebauthnErrc::attestation_format_unknown));
    const auto malformed = std::string(meaning(WebauthnErrc::attestation_malformed));
    const Octets member = cbor::map({cbor::text("a"), cbor::integer(1)});
    const Octets sixty_four(64);

    EXPECT_EQ(error_of("none", member), wrong);
    EXPECT_EQ(error_of("none", cbor::array({})), wrong);
    EXPECT_EQ(error_of("none", cbor::integer(0)), malformed);
    EXPECT_EQ(error_of("none", cbor::map({cbor::integer(1), cbor::integer(1)})), malformed);
    EXPECT_EQ(error_of("packed", cbor::map({})), wrong);
    EXPECT_EQ(error_of("packed", member), wrong);
    EXPECT_EQ(error_of("packed", self_statement(sixty_four)), wrong);
    EXPECT_EQ(error_of("packed", cbor::map({cbor::text("sig"), cbor::bytes(sixty_four)})), wrong);
    EXPECT_EQ(error_of("None", cbor::map({})), unknown);
    EXPECT_EQ(error_of("", cbor::map({})), unknown);
    EXPECT_EQ(error_of("packed2", self_statement(sixty_four)), unknown);
    EXPECT_EQ(error_of("compound", cbor::map({})), wrong);
    EXPECT_EQ(error_of("compound", cbor::array({member})), wrong);
    EXPECT_EQ(error_of("tpm", cbor::array({member, member})), wrong);
    EXPECT_EQ(error_of("compound", cbor::array({member, member})), "");
    EXPECT_EQ(error_of("tpm", member), "");
    EXPECT_EQ(error_of("android-safetynet", member), "");
}

TEST(WebauthnRegistration, WantsTheChainOfAPackedAttestationInBytes) {
    const auto error_of = [](ByteView chain) {
        Ceremony ceremony;
        ceremony.format = "packed";
        ceremony.statement = cbor::map(
            {cbor::text("alg"),
             cbor::integer(-7),
             cbor::text("sig"),
             cbor::bytes(Octets(70)),
             cbor::text("x5c"),
             chain}
        );
        const auto credential = ceremony.verified();
        return credential ? ErrorCode() : credential.error();
    };
    EXPECT_EQ(error_of(cbor::array({cbor::bytes(Octets(9))})), ErrorCode());
    EXPECT_EQ(error_of(cbor::array({})), WebauthnErrc::attestation_wrong);
    EXPECT_EQ(error_of(cbor::array({cbor::text("a")})), WebauthnErrc::attestation_wrong);
    EXPECT_EQ(error_of(cbor::bytes(Octets(9))), WebauthnErrc::attestation_wrong);
}

TEST(WebauthnRegistration, ASelfAttestationIsOfTheCredentialsKeyAndAlgorithm) {
    Ceremony ceremony = self_attested();
    const Octets data = ceremony.authenticator.data(at);
    const Octets right = ceremony.authenticator.sign(data, ceremony.browser.client_data());
    ceremony.statement = self_statement(right, -7);
    EXPECT_EQ(ceremony.verified().error(), WebauthnErrc::attestation_wrong) << "another algorithm";

    const Octets message = signed_message(data, crypto::sha256(ceremony.browser.client_data()));
    ceremony.statement = self_statement(SigningKey(8).sign(message));
    EXPECT_EQ(ceremony.verified().error(), WebauthnErrc::attestation_wrong) << "another key";

    ceremony.statement = self_statement(right);
    EXPECT_TRUE(ceremony.verified());
}

/// The signature of a self attestation covers everything; without one there is nothing that could.
TEST(WebauthnRegistration, WithAnyBitFlippedIsRefusedWhenItIsSelfAttested) {
    const Ceremony ceremony = self_attested();
    const Octets client_data = ceremony.browser.client_data();
    const Octets object = ceremony.object();
    ASSERT_TRUE(ceremony.verified(client_data, object));
    for (std::size_t bit = 0; bit < client_data.size() * 8; ++bit) {
        EXPECT_FALSE(ceremony.verified(flipped(client_data, bit), object)) << bit;
    }
    for (std::size_t bit = 0; bit < object.size() * 8; ++bit) {
        EXPECT_FALSE(ceremony.verified(client_data, flipped(object, bit))) << bit;
    }
}

TEST(WebauthnRegistration, ThePublishedSelfAttestationWithAnyBitFlippedIsRefused) {
    const Vector& vector = vector_named("packed-self.ES256");
    Ceremony ceremony;
    ceremony.request.challenge = vector.created_challenge;
    const auto verified = [&](const Octets& client_data, const Octets& object) {
        return ceremony.verified(client_data, object).has_value();
    };
    ASSERT_TRUE(verified(vector.created_client_data, vector.attestation_object));
    for (std::size_t bit = 0; bit < vector.created_client_data.size() * 8; ++bit) {
        const Octets changed = flipped(vector.created_client_data, bit);
        EXPECT_FALSE(verified(changed, vector.attestation_object)) << bit;
    }
    for (std::size_t bit = 0; bit < vector.attestation_object.size() * 8; ++bit) {
        const Octets changed = flipped(vector.attestation_object, bit);
        EXPECT_FALSE(verified(vector.created_client_data, changed)) << bit;
    }
}

TEST(WebauthnRegistration, ThatIsCutOffOrGoesOnIsMalformed) {
    for (const Ceremony& ceremony : {Ceremony(), self_attested()}) {
        const Octets client_data = ceremony.browser.client_data();
        const Octets object = ceremony.object();
        for (std::size_t size = 0; size < object.size(); ++size) {
            EXPECT_EQ(
                ceremony.verified(client_data, ByteView(object).first(size)).error(),
                WebauthnErrc::attestation_malformed
            ) << size;
        }
        for (std::size_t size = 0; size < client_data.size(); ++size) {
            EXPECT_EQ(
                ceremony.verified(ByteView(client_data).first(size), object).error(),
                WebauthnErrc::client_data_malformed
            ) << size;
        }
        EXPECT_EQ(
            ceremony.verified(client_data, joined({object, octets("!")})).error(),
            WebauthnErrc::attestation_malformed
        );
        EXPECT_EQ(
            ceremony.verified(joined({client_data, octets("!")}), object).error(),
            WebauthnErrc::client_data_malformed
        );
    }
}

TEST(WebauthnRegistration, ASelfAttestationHasTwoMembers) {
    Ceremony ceremony = self_attested();
    const Octets data = ceremony.authenticator.data(at);
    const Octets signature = ceremony.authenticator.sign(data, ceremony.browser.client_data());
    ceremony.statement = cbor::map(
        {cbor::text("alg"),
         cbor::integer(-8),
         cbor::text("sig"),
         cbor::bytes(signature),
         cbor::text("ver"),
         cbor::text("2.0")}
    );
    EXPECT_EQ(ceremony.verified().error(), WebauthnErrc::attestation_wrong);
}

TEST(WebauthnRegistration, AnObjectHasALimitedSize) {
    const auto of_size = [](std::size_t size) {
        Ceremony ceremony;
        ceremony.format = "tpm";
        const auto padded = [&](std::size_t bytes) {
            return cbor::map({cbor::text("sig"), cbor::bytes(Octets(bytes))});
        };
        ceremony.statement = padded(1024);
        const std::size_t more = size - ceremony.object().size();
        ceremony.statement = padded(1024 + more);
        EXPECT_EQ(ceremony.object().size(), size);
        return ceremony.verified();
    };
    EXPECT_TRUE(of_size(attestation_object_bytes_max));
    EXPECT_EQ(
        of_size(attestation_object_bytes_max + 1).error(), WebauthnErrc::attestation_malformed
    );
}

TEST(WebauthnRegistration, AnObjectHasThreeMembersOfTheirKinds) {
    const Ceremony ceremony;
    const Octets data = cbor::bytes(ceremony.authenticator.data(at));
    const auto error_of = [&](const Octets& object) {
        return ceremony.verified(ceremony.browser.client_data(), object).error();
    };
    const Octets fmt = cbor::text("fmt");
    const Octets statement = cbor::text("attStmt");
    const Octets auth_data = cbor::text("authData");
    const Octets none = cbor::text("none");
    const Octets empty = cbor::map({});
    const Octets examples[] = {
        cbor::array({fmt, none, statement, empty, auth_data, data}),
        cbor::map({fmt, none, statement, empty}),
        cbor::map({statement, empty, auth_data, data}),
        cbor::map({fmt, none, auth_data, data}),
        cbor::map(
            {fmt, none, cbor::text("epAtt"), cbor::integer(0), statement, empty, auth_data, data}
        ),
        cbor::map({fmt, cbor::bytes(octets("none")), statement, empty, auth_data, data}),
        cbor::map({fmt, none, statement, empty, auth_data, cbor::text("data")}),
        cbor::map({statement, empty, fmt, none, auth_data, data}),
    };
    for (const Octets& object : examples) {
        EXPECT_EQ(error_of(object), WebauthnErrc::attestation_malformed) << hex(object);
    }
}

TEST(WebauthnRegistration, NeverTakesAChallengeThatWasForgotten) {
    for (const std::size_t size : {0U, 15U}) {
        Ceremony ceremony;
        ceremony.browser.challenge.resize(size);
        ceremony.request.challenge = ceremony.browser.challenge;
        EXPECT_THROW(std::ignore = ceremony.verified(), std::invalid_argument) << size;
    }
}

TEST(WebauthnRegistration, WantsTheCredential) {
    const Ceremony ceremony;
    const Octets object = attestation_object("none", no_statement(), ceremony.authenticator.data());
    EXPECT_EQ(
        ceremony.verified(ceremony.browser.client_data(), object).error(),
        WebauthnErrc::authenticator_data_malformed
    );
}

}  // namespace
}  // namespace latchkey::identity
