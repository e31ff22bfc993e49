#include "identity/authenticator_data.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace latchkey::identity {
namespace {

const std::string hash = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5";
const std::string aaguid = "000102030405060708090a0b0c0d0e0f";
const std::string credential = aaguid + "0003" + "c0ffee" + "a10326";
const std::string extensions = "a16b6372656450726f7465637402";

/// The hash, those flags, a counter of 258 and `more`.
std::string with(const std::string& flags, const std::string& more = "") {
    return hash + flags + "00000102" + more;
}

/// Keeps the bytes, of which the answer has views.
struct Read {
    explicit Read(const std::string& text)
        : bytes(from_hex(text).value()), data(read_authenticator_data(bytes)) {}
    std::vector<std::byte> bytes;
    std::optional<AuthenticatorData> data;
};

TEST(AuthenticatorData, HasAHashFlagsAndACounter) {
    const Read read(with("00"));
    ASSERT_TRUE(read.data);
    EXPECT_EQ(hex(read.data->rp_id_hash.view()), hash);
    EXPECT_EQ(read.data->sign_count, 258U);
    EXPECT_FALSE(read.data->credential);
    EXPECT_FALSE(read.data->extensions);
}

TEST(AuthenticatorData, HasAMeaningForEachFlag) {
    const auto flags_of = [](const std::string& flags) {
        const Read read(with(flags));
        std::string set;
        if (!read.data) return set + "nothing";
        if (read.data->user_present) set += " UP";
        if (read.data->user_verified) set += " UV";
        if (read.data->backup_eligible) set += " BE";
        if (read.data->backed_up) set += " BS";
        return set;
    };
    EXPECT_EQ(flags_of("00"), "");
    EXPECT_EQ(flags_of("01"), " UP");
    EXPECT_EQ(flags_of("04"), " UV");
    EXPECT_EQ(flags_of("08"), " BE");
    EXPECT_EQ(flags_of("10"), " BS");
    EXPECT_EQ(flags_of("22"), "") << "reserved";
    EXPECT_EQ(flags_of("3f"), " UP UV BE BS");
    EXPECT_EQ(flags_of("40"), "nothing");
    EXPECT_EQ(flags_of("80"), "nothing");
}

TEST(AuthenticatorData, HasACredentialAndExtensionsBehind) {
    const Read read(with("c1", credential + extensions));
    ASSERT_TRUE(read.data && read.data->credential && read.data->extensions);
    EXPECT_EQ(hex(read.data->credential->aaguid.view()), aaguid);
    EXPECT_EQ(hex(read.data->credential->id), "c0ffee");
    EXPECT_EQ(hex(read.data->credential->key), "a10326");
    EXPECT_EQ(read.data->credential->key_item.at(3)->integer, -7);
    EXPECT_EQ(read.data->extensions->at("credProtect")->integer, 2);

    EXPECT_TRUE(Read(with("41", credential)).data);
    EXPECT_TRUE(Read(with("81", extensions)).data);
    EXPECT_TRUE(Read(with("81", "a0")).data) << "none of those that were asked for";
}

TEST(AuthenticatorData, EndsWhereItsPartsEnd) {
    const std::pair<const char*, std::string> examples[] = {
        {"nothing", ""},
        {"a hash", hash},
        {"a byte too little", with("01").substr(0, 72)},
        {"a byte too much", with("01", "00")},
        {"a credential that is not announced", with("01", credential)},
        {"extensions that are not announced", with("01", extensions)},
        {"extensions behind a credential that are not announced", with("41", credential + "a0")},
        {"a credential where extensions are announced", with("81", credential)},
        {"extensions where a credential is announced", with("41", extensions)},
        {"a byte behind the credential", with("41", credential + "00")},
        {"a byte behind the extensions", with("c1", credential + extensions + "00")},
        {"extensions before the credential", with("c1", extensions + credential)},
    };
    for (const auto& [what, text] : examples) EXPECT_FALSE(Read(text).data) << what;

    const std::string whole = with("c1", credential + extensions);
    for (std::size_t size = 0; size < whole.size(); size += 2) {
        EXPECT_FALSE(Read(whole.substr(0, size)).data) << size;
    }
}

TEST(AuthenticatorData, HasPartsOfTheirKinds) {
    const std::pair<const char*, std::string> examples[] = {
        {"a key that is an array", with("41", aaguid + "0001aa80")},
        {"a key that is not canonical", with("41", aaguid + "0001aaa103380700")},
        {"a key with a parameter twice", with("41", aaguid + "0001aaa203260326")},
        {"a key without an end", with("41", aaguid + "0001aabf0326ff")},
        {"an id beyond the end", with("41", aaguid + "ffffaaa10326")},
        {"extensions that are an array", with("81", "80")},
        {"extensions that are a number", with("81", "01")},
        {"an extension by a number", with("81", "a10102")},
        {"an extension twice", with("81", "a2616101616102")},
    };
    for (const auto& [what, text] : examples) EXPECT_FALSE(Read(text).data) << what;
}

TEST(AuthenticatorData, LeavesTheLengthOfTheIdToTheChecks) {
    EXPECT_EQ(Read(with("41", aaguid + "0000a10326")).data->credential->id.size(), 0U);
    const std::string id(2048, 'd');
    EXPECT_EQ(Read(with("41", aaguid + "0400" + id + "a10326")).data->credential->id.size(), 1024U);
}

}  // namespace
}  // namespace latchkey::identity
