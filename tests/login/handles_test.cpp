#include "crypto/random.hpp"
#include "login/examples.hpp"
#include "login/sealed.hpp"
#include "login/values.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

const SealingKeys keys(KeyRing{{1, sealing_key(1)}, {0, sealing_key(2)}});
const LoginId id = login_made_at(noon);

std::string sealed(const ScanHandle& handle, Time now = noon) {
    return keys.seal_handle(handle, now, crypto::system_random);
}

TEST(Handle, OpensToItsLoginKindAndAccount) {
    for (const CodeKind kind : {CodeKind::moving, CodeKind::fixed, CodeKind::scriptless}) {
        for (const std::optional<AccountId>& account :
             {std::optional<AccountId>(), std::optional(alice.account)}) {
            const ScanHandle handle{id, kind, account};
            EXPECT_EQ(keys.open_handle(sealed(handle), noon).value(), handle);
        }
    }
}

/// Whoever sees one learns neither the login nor whether two are of one.
TEST(Handle, ShowsNothing) {
    const std::string one = sealed({id, CodeKind::moving, alice.account});
    const std::string two = sealed({id, CodeKind::moving, alice.account});

    EXPECT_NE(one, two);
    EXPECT_EQ(one.size(), handle_characters);
    const auto bytes = from_base64url(one).value();
    EXPECT_EQ(std::ranges::search(bytes, id.data).begin(), bytes.end());
    EXPECT_EQ(std::ranges::search(bytes, alice.account.data).begin(), bytes.end());
}

TEST(Handle, LivesFiveMinutesFromItsIssue) {
    const Time issued = noon + 300s;
    const std::string handle = sealed({id, CodeKind::moving, std::nullopt}, issued);

    EXPECT_TRUE(keys.open_handle(handle, issued + 300s - 1ms));
    EXPECT_EQ(keys.open_handle(handle, issued + 300s).error(), Errc::code_expired);
    EXPECT_TRUE(keys.open_handle(handle, issued - clock_skew_max));
    EXPECT_EQ(keys.open_handle(handle, issued - clock_skew_max - 1ms).error(), Errc::code_expired);
}

TEST(Handle, FailsWithAnyBitFlipped) {
    const auto bytes = from_base64url(sealed({id, CodeKind::moving, std::nullopt})).value();
    for_each_flipped_bit(bytes, [](const auto& forged, std::size_t bit) {
        EXPECT_EQ(keys.open_handle(base64url(forged), noon).error(), Errc::code_unknown) << bit;
    });
}

TEST(Handle, OfAnyOtherLengthIsUnknown) {
    const std::string handle = sealed({id, CodeKind::moving, std::nullopt});
    for (std::size_t size = 0; size < handle.size(); ++size) {
        EXPECT_EQ(keys.open_handle(handle.substr(0, size), noon).error(), Errc::code_unknown);
    }
    EXPECT_EQ(keys.open_handle(handle + "A", noon).error(), Errc::code_unknown);
}

/// 74 bytes leave 2 unused bits in the last character.
TEST(Handle, HasOneTextOnly) {
    std::string handle = sealed({id, CodeKind::moving, std::nullopt});
    handle.back() = handle.back() == 'B' ? 'C' : 'B';

    EXPECT_EQ(keys.open_handle(handle, noon).error(), Errc::code_unknown);
}

/// The key's id is not in the box, but it is bound to it: also where two ids have one key.
TEST(Handle, IsBoundToTheIdOfItsKey) {
    const SealingKeys twice(KeyRing{{1, sealing_key(1)}, {2, sealing_key(1)}});
    auto bytes = from_base64url(sealed({id, CodeKind::moving, std::nullopt})).value();
    EXPECT_TRUE(twice.open_handle(base64url(bytes), noon));

    bytes.front() = std::byte{2};
    EXPECT_EQ(twice.open_handle(base64url(bytes), noon).error(), Errc::code_unknown);
}

TEST(Handle, SealedByAnotherKeyIsUnknown) {
    const SealingKeys others(KeyRing{{1, sealing_key(9)}});
    const std::string handle =
        others.seal_handle({id, CodeKind::moving, std::nullopt}, noon, crypto::system_random);

    EXPECT_EQ(keys.open_handle(handle, noon).error(), Errc::code_unknown);
}

}  // namespace
}  // namespace latchkey::login
