/// §7.2 of Web Authentication Level 3, step by step.

#include "identity/authenticator.hpp"
#include "identity/webauthn_vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace latchkey::identity {
namespace {

using namespace test;

AccountId account_of(unsigned byte) {
    AccountId id;
    id.data.fill(static_cast<std::byte>(byte));
    return id;
}

Credential stored_of(const Authenticator& authenticator) {
    return {
        .id = authenticator.id,
        .account = account_of(1),
        .public_key = authenticator.key.cose(),
        .user_verified = true,
    };
}

/// Somebody signs in with a passkey and nothing is wrong, until somebody changes it.
struct Ceremony {
    Browser browser{.type = "webauthn.get"};
    Authenticator authenticator;
    Credential stored = stored_of(authenticator);
    RelyingParty party = example_org();
    AssertionRequest request{.challenge = browser.challenge, .account = account_of(1)};
    Octets credential_id = authenticator.id;
    std::optional<Octets> user_handle{};

    Result<Assertion> verified() const {
        const Octets data = authenticator.data();
        const Octets client_data = browser.client_data();
        return verified(client_data, data, authenticator.sign(data, client_data));
    }
    Result<Assertion> verified(ByteView client_data, ByteView data, ByteView signature) const {
        const AssertionResponse response{
            .credential_id = credential_id,
            .client_data_json = client_data,
            .authenticator_data = data,
            .signature = signature,
            .user_handle = user_handle ? std::optional<ByteView>(*user_handle) : std::nullopt,
        };
        return verify_assertion(response, stored, request, party);
    }
};

TEST(WebauthnAssertion, OfTheRightPasskeySignsIn) {
    const Ceremony ceremony;
    const auto assertion = ceremony.verified();
    ASSERT_TRUE(assertion) << assertion.error().message();
    EXPECT_EQ(assertion->credential, ceremony.stored);
    EXPECT_FALSE(assertion->counter_went_back);
}

struct Fault {
    const char* what;
    std::function<void(Ceremony&)> make;
    WebauthnErrc error;
};

const Fault faults[] = {
    {"a passkey that was not asked for",
     [](Ceremony& c) { c.request.allowed = {octets("one"), octets("another")}; },
     WebauthnErrc::credential_not_offered},
    {"another passkey than was found",
     [](Ceremony& c) { c.credential_id = octets("another"); },
     WebauthnErrc::credential_unknown},
    {"no passkey", [](Ceremony& c) { c.credential_id.clear(); }, WebauthnErrc::credential_unknown},
    {"the passkey of another account",
     [](Ceremony& c) { c.request.account = account_of(2); },
     WebauthnErrc::credential_unknown},
    {"another's user handle",
     [](Ceremony& c) { c.user_handle = octets(account_of(2).view()); },
     WebauthnErrc::wrong_user_handle},
    {"a part of the user handle",
     [](Ceremony& c) { c.user_handle = octets(account_of(1).view().first(15)); },
     WebauthnErrc::wrong_user_handle},
    {"an empty user handle",
     [](Ceremony& c) { c.user_handle.emplace(); },
     WebauthnErrc::wrong_user_handle},
    {"nobody named before or by the passkey",
     [](Ceremony& c) { c.request.account.reset(); },
     WebauthnErrc::user_handle_missing},
    {"a new passkey",
     [](Ceremony& c) { c.browser.type = "webauthn.create"; },
     WebauthnErrc::wrong_ceremony},
    {"a payment", [](Ceremony& c) { c.browser.type = "payment.get"; }, WebauthnErrc::wrong_ceremony
    },
    {"the answer of before",
     [](Ceremony& c) { c.request.challenge = Octets(32, std::byte{0xc5}); },
     WebauthnErrc::wrong_challenge},
    {"a longer challenge",
     [](Ceremony& c) { c.browser.challenge.push_back(std::byte{0}); },
     WebauthnErrc::wrong_challenge},
    {"a page of another site",
     [](Ceremony& c) { c.browser.origin = "https://example.net"; },
     WebauthnErrc::wrong_origin},
    {"no page", [](Ceremony& c) { c.browser.origin = "null"; }, WebauthnErrc::wrong_origin},
    {"a frame", [](Ceremony& c) { c.browser.more = R"(,"crossOrigin":true)"; }, WebauthnErrc::framed
    },
    {"a frame that says no",
     [](Ceremony& c) { c.browser.more = R"(,"topOrigin":"https://example.org")"; },
     WebauthnErrc::framed},
    {"a frame in the wrong page",
     [](Ceremony& c) {
         c.party.framed = true;
         c.browser.more = R"(,"crossOrigin":true,"topOrigin":"https://example.net")";
     },
     WebauthnErrc::wrong_top_origin},
    {"another relying party",
     [](Ceremony& c) { c.authenticator.rp_id = "example.net"; },
     WebauthnErrc::wrong_relying_party},
    {"our name in capitals",
     [](Ceremony& c) { c.authenticator.rp_id = "Example.org"; },
     WebauthnErrc::wrong_relying_party},
    {"nobody there", [](Ceremony& c) { c.authenticator.flags = uv; }, WebauthnErrc::user_not_present
    },
    {"somebody", [](Ceremony& c) { c.authenticator.flags = up; }, WebauthnErrc::user_not_verified},
    {"backed up and never so",
     [](Ceremony& c) { c.authenticator.flags = up | uv | bs; },
     WebauthnErrc::backup_contradiction},
    {"one device that became many",
     [](Ceremony& c) { c.authenticator.flags = up | uv | be; },
     WebauthnErrc::backup_eligibility_changed},
    {"many devices that became one",
     [](Ceremony& c) { c.stored.backup_eligible = true; },
     WebauthnErrc::backup_eligibility_changed},
    {"something behind",
     [](Ceremony& c) { c.authenticator.behind = octets("!"); },
     WebauthnErrc::authenticator_data_malformed},
    {"more than there can be",
     [](Ceremony& c) {
         c.authenticator.flags |= ed;
         const Octets most(authenticator_data_bytes_max);
         c.authenticator.behind = cbor::map({cbor::text("most"), cbor::bytes(most)});
     },
     WebauthnErrc::authenticator_data_malformed},
    {"another key",
     [](Ceremony& c) { c.stored.public_key = SigningKey(8).cose(); },
     WebauthnErrc::wrong_signature},
    {"a key that was stored wrongly",
     [](Ceremony& c) { c.stored.public_key.pop_back(); },
     WebauthnErrc::key_unusable},
    {"a key with something behind",
     [](Ceremony& c) { c.stored.public_key.push_back(std::byte{0}); },
     WebauthnErrc::key_unusable},
};

TEST(WebauthnAssertion, FailsByTheFirstCheckThatFindsAFault) {
    for (const Fault& fault : faults) {
        Ceremony ceremony;
        fault.make(ceremony);
        const auto assertion = ceremony.verified();
        ASSERT_FALSE(assertion) << fault.what;
        EXPECT_EQ(assertion.error(), fault.error) << fault.what;
    }
}

TEST(WebauthnAssertion, GoesOnWithWhatIsNoFault) {
    const std::pair<const char*, std::function<void(Ceremony&)>> examples[] = {
        {"one of those that were asked for",
         [](Ceremony& c) { c.request.allowed = {octets("one"), c.authenticator.id}; }},
        {"the account's user handle",
         [](Ceremony& c) { c.user_handle = octets(account_of(1).view()); }},
        {"the user handle alone",
         [](Ceremony& c) {
             c.request.account.reset();
             c.user_handle = octets(account_of(1).view());
         }},
        {"nobody verified where that will do",
         [](Ceremony& c) {
             c.request.user_verification = false;
             c.authenticator.flags = up;
         }},
        {"members to come", [](Ceremony& c) { c.browser.more = R"(,"new":{"a":[1,null]})"; }},
        {"reserved flags", [](Ceremony& c) { c.authenticator.flags |= 0x22U; }},
        {"extensions",
         [](Ceremony& c) {
             c.authenticator.flags |= ed;
             c.authenticator.behind = cbor::map({cbor::text("uvm"), cbor::array({})});
         }},
        {"the credential once more", [](Ceremony& c) { c.authenticator.flags |= at; }},
        {"a page that may frame ours",
         [](Ceremony& c) {
             c.party.framed = true;
             c.party.top_origins = {"https://example.com"};
             c.browser.more = R"(,"crossOrigin":true,"topOrigin":"https://example.com")";
         }},
    };
    for (const auto& [what, make] : examples) {
        Ceremony ceremony;
        make(ceremony);
        const auto assertion = ceremony.verified();
        EXPECT_TRUE(assertion) << what << ": " << assertion.error().message();
    }
}

TEST(WebauthnAssertion, TellsWhenTheCounterWentBack) {
    struct Count {
        std::uint32_t stored;
        std::uint32_t now;
        bool went_back;
        std::uint32_t kept;
    };
    constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    const Count counts[] = {
        {0, 0, false, 0},  // it does not count
        {0, 1, false, 1},
        {1, 2, false, 2},
        {1, most, false, most},
        {5, 5, true, 5},
        {5, 4, true, 5},
        {5, 0, true, 5},
        {most, 0, true, most},
    };
    for (const Count& count : counts) {
        Ceremony ceremony;
        ceremony.stored.sign_count = count.stored;
        ceremony.authenticator.sign_count = count.now;
        const auto assertion = ceremony.verified();
        ASSERT_TRUE(assertion) << count.stored << ' ' << count.now;
        EXPECT_EQ(assertion->counter_went_back, count.went_back) << count.stored << count.now;
        EXPECT_EQ(assertion->credential.sign_count, count.kept) << count.stored << count.now;
    }
}

TEST(WebauthnAssertion, TakesOverWhetherThePasskeyIsBackedUpAndNothingElse) {
    Ceremony ceremony;
    ceremony.stored.backup_eligible = true;
    ceremony.stored.user_verified = false;
    ceremony.authenticator.flags = up | uv | be | bs;

    Credential expected = ceremony.stored;
    expected.backed_up = true;
    EXPECT_EQ(ceremony.verified()->credential, expected);

    ceremony.stored = expected;
    ceremony.authenticator.flags = up | uv | be;
    expected.backed_up = false;
    EXPECT_EQ(ceremony.verified()->credential, expected);
}

TEST(WebauthnAssertion, WithAnyBitFlippedIsRefused) {
    const Ceremony ceremony;
    const Octets client_data = ceremony.browser.client_data();
    const Octets data = ceremony.authenticator.data();
    const Octets signature = ceremony.authenticator.sign(data, client_data);
    ASSERT_TRUE(ceremony.verified(client_data, data, signature));
    for (std::size_t bit = 0; bit < client_data.size() * 8; ++bit) {
        EXPECT_FALSE(ceremony.verified(flipped(client_data, bit), data, signature)) << bit;
    }
    for (std::size_t bit = 0; bit < data.size() * 8; ++bit) {
        EXPECT_FALSE(ceremony.verified(client_data, flipped(data, bit), signature)) << bit;
    }
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        EXPECT_FALSE(ceremony.verified(client_data, data, flipped(signature, bit))) << bit;
    }
    for (std::size_t bit = 0; bit < ceremony.stored.public_key.size() * 8; ++bit) {
        Ceremony other = ceremony;
        other.stored.public_key = flipped(ceremony.stored.public_key, bit);
        EXPECT_FALSE(other.verified(client_data, data, signature)) << bit;
    }
}

/// Of each algorithm, in the specification's own examples.
TEST(WebauthnAssertion, OfThePublishedOnesWithAnyBitFlippedIsRefused) {
    for (const char* name : {"packed-self.ES256", "packed.EdDSA", "packed.RS256"}) {
        const Vector& vector = vector_named(name);
        Ceremony ceremony;
        const RegistrationRequest made{
            .challenge = vector.created_challenge,
            .account = account_of(1),
            .user_verification = false,
        };
        ceremony.stored =
            verify_registration(
                {vector.created_client_data, vector.attestation_object}, made, ceremony.party
            )
                .value();
        ceremony.credential_id = ceremony.stored.id;
        ceremony.request.challenge = vector.challenge;
        ceremony.request.user_verification = false;
        const auto signs_in = [&](const Octets& client_data, const Octets& data, const Octets& sig
                              ) { return ceremony.verified(client_data, data, sig).has_value(); };
        const auto& [client, data, sig] =
            std::tie(vector.client_data, vector.authenticator_data, vector.signature);
        ASSERT_TRUE(signs_in(client, data, sig)) << name;
        for (std::size_t bit = 0; bit < client.size() * 8; ++bit) {
            EXPECT_FALSE(signs_in(flipped(client, bit), data, sig)) << name << ' ' << bit;
        }
        for (std::size_t bit = 0; bit < data.size() * 8; ++bit) {
            EXPECT_FALSE(signs_in(client, flipped(data, bit), sig)) << name << ' ' << bit;
        }
        for (std::size_t bit = 0; bit < sig.size() * 8; ++bit) {
            EXPECT_FALSE(signs_in(client, data, flipped(sig, bit))) << name << ' ' << bit;
        }
    }
}

TEST(WebauthnAssertion, ThatIsCutOffOrGoesOnIsRefused) {
    const Ceremony ceremony;
    const Octets client_data = ceremony.browser.client_data();
    const Octets data = ceremony.authenticator.data();
    const Octets signature = ceremony.authenticator.sign(data, client_data);
    const auto error_of = [&](ByteView client, ByteView authenticator, ByteView sig) {
        const auto assertion = ceremony.verified(client, authenticator, sig);
        return assertion ? ErrorCode() : assertion.error();
    };
    for (std::size_t size = 0; size < data.size(); ++size) {
        EXPECT_EQ(
            error_of(client_data, ByteView(data).first(size), signature),
            WebauthnErrc::authenticator_data_malformed
        );
    }
    for (std::size_t size = 0; size < client_data.size(); ++size) {
        EXPECT_EQ(
            error_of(ByteView(client_data).first(size), data, signature),
            WebauthnErrc::client_data_malformed
        );
    }
    for (std::size_t size = 0; size < signature.size(); ++size) {
        EXPECT_EQ(
            error_of(client_data, data, ByteView(signature).first(size)),
            WebauthnErrc::wrong_signature
        );
    }
    const Octets more = octets(" ");
    EXPECT_EQ(
        error_of(client_data, joined({data, more}), signature),
        WebauthnErrc::authenticator_data_malformed
    );
    EXPECT_EQ(
        error_of(client_data, data, joined({signature, more})), WebauthnErrc::wrong_signature
    );
    EXPECT_EQ(error_of(joined({client_data, more}), data, signature), WebauthnErrc::wrong_signature)
        << "white space is JSON, but was not signed";
}

/// A self attestation is signed by the same key over the same form.
TEST(WebauthnAssertion, IsNotTheRegistrationOnceMore) {
    Ceremony ceremony;
    ceremony.browser.type = "webauthn.create";
    ceremony.authenticator.flags |= at;
    EXPECT_EQ(ceremony.verified().error(), WebauthnErrc::wrong_ceremony);
}

TEST(WebauthnAssertion, NeverTakesAChallengeThatWasForgotten) {
    Ceremony ceremony;
    ceremony.browser.challenge.clear();
    ceremony.request.challenge.clear();
    EXPECT_THROW(std::ignore = ceremony.verified(), std::invalid_argument);
}

TEST(WebauthnErrors, SayWhatIsWrongInOneSentenceEach) {
    std::vector<std::string_view> seen;
    for (int value = 1; meaning(static_cast<WebauthnErrc>(value)) != "unknown"; ++value) {
        const auto sentence = meaning(static_cast<WebauthnErrc>(value));
        EXPECT_EQ(std::ranges::count(seen, sentence), 0) << sentence;
        seen.push_back(sentence);
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(WebauthnErrc::wrong_signature));
    EXPECT_STREQ(make_error_code(WebauthnErrc::framed).category().name(), "webauthn");
}

}  // namespace
}  // namespace latchkey::identity
