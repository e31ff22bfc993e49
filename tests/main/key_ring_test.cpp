#include "main/key_ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace latchkey {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Time noon{seconds(1'700'000'000)};

login::SealingKey key_full_of(std::uint8_t value) {
    login::SealingKey key;
    key.data.fill(std::byte{value});
    return key;
}

/// Key `id` of that ring, made `ago` before noon.
StoredKey made(login::KeyId id, seconds ago) {
    return {id, key_full_of(id), noon - ago};
}

std::vector<int> ids(const StoredKeys& keys) {
    std::vector<int> all;
    for (const StoredKey& key : keys) all.push_back(key.id);
    return all;
}

const std::string line_of_0 = "0 " + std::string(64, '0') + " 1700000000\n";
const std::string line_of_1 = "1 " + std::string(64, '1') + " 1700000060\n";

TEST(KeyList, IsALineForEachKeyTheCurrentOneFirst) {
    EXPECT_EQ(
        to_text({{12, key_full_of(0x1f), noon}, {0, key_full_of(0), noon - 1h}}),
        "latchkey-keys 1\n"
        "12 1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f 1700000000\n"
        "0 0000000000000000000000000000000000000000000000000000000000000000 1699996400\n"
    );
}

TEST(KeyList, IsReadAsItWasWritten) {
    StoredKeys keys;
    for (login::KeyId id = 0; id < login::key_ids_max; ++id) keys.push_back(made(id, 60s * id));
    const ReadKeys read = read_keys(to_text(keys));

    EXPECT_THAT(read.fault, IsEmpty());
    EXPECT_EQ(read.keys, keys);
    EXPECT_LT(to_text(keys).size(), key_list_bytes_max);
}

TEST(KeyList, NamesTheLineOfAFault) {
    const std::string head(key_list_head);
    EXPECT_THAT(read_keys(head + line_of_1 + line_of_0).fault, IsEmpty());

    EXPECT_THAT(read_keys("latchkey-keys 2\n" + line_of_0).fault, HasSubstr("latchkey-keys 1"));
    EXPECT_THAT(read_keys(head).fault, HasSubstr("no key"));
    EXPECT_THAT(read_keys(head + line_of_0 + line_of_0).fault, HasSubstr("line 3"));
    const std::string good = head + line_of_0;
    const std::string long_line = line_of_1.substr(0, line_of_1.size() - 1);
    for (const std::string& line :
         {long_line,
          std::string("\n"),
          "16" + line_of_0.substr(1),
          "-1" + line_of_0.substr(1),
          "00" + line_of_0.substr(1),
          "0x" + line_of_0.substr(1),
          " " + line_of_1,
          long_line + " \n",
          long_line + "\r\n",
          "1 " + std::string(62, '1') + " 1700000000\n",
          "1 " + std::string(66, '1') + " 1700000000\n",
          "1 " + std::string(63, '1') + "g 1700000000\n",
          "1 " + std::string(64, '1') + "\n",
          "1 " + std::string(64, '1') + " -5\n",
          "1 " + std::string(64, '1') + " 99999999999999999999\n"}) {
        EXPECT_THAT(read_keys(good + line).fault, HasSubstr("line 3")) << line;
    }
}

TEST(Rotation, PutsANewKeyInFrontUnderTheNextId) {
    const auto keys = rotated({made(3, 24h)}, key_full_of(9), noon + 400ms).value();

    EXPECT_EQ(keys, (StoredKeys{{4, key_full_of(9), noon}, made(3, 24h)}));
}

TEST(Rotation, BeginsAgainAfterTheLastId) {
    EXPECT_THAT(
        ids(rotated({made(15, 24h)}, key_full_of(9), noon).value()), testing::ElementsAre(0, 15)
    );
}

/// A key was replaced when the one in front of it was made, however old it is itself.
TEST(Rotation, DropsWhatWasReplacedLongerAgoThanAnyValueLives) {
    const seconds life = login::values_life_max;

    EXPECT_THAT(
        ids(rotated({made(2, life), made(1, 48h)}, key_full_of(9), noon).value()),
        testing::ElementsAre(3, 2, 1)
    );
    EXPECT_THAT(
        ids(rotated({made(2, life + 1s), made(1, 48h)}, key_full_of(9), noon).value()),
        testing::ElementsAre(3, 2)
    );
    EXPECT_THAT(
        ids(rotated({made(2, 0s), made(1, life + 1s), made(0, 48h)}, key_full_of(9), noon).value()),
        testing::ElementsAre(3, 2, 1)
    );
}

TEST(Rotation, IsRefusedWhenTheNextIdIsOfAKeyThatMustStay) {
    StoredKeys keys;
    for (int id = 15; id >= 0; --id) keys.push_back(made(static_cast<login::KeyId>(id), 60s));

    EXPECT_FALSE(rotated(keys, key_full_of(9), noon));
    EXPECT_THAT(
        ids(rotated(keys, key_full_of(9), noon + login::values_life_max).value()),
        testing::ElementsAre(0, 15)
    );
}

TEST(Rotation, LosesNothingWhenTheClockWasPutBack) {
    EXPECT_THAT(
        ids(rotated({made(1, -24h), made(0, 48h)}, key_full_of(9), noon).value()),
        testing::ElementsAre(2, 1, 0)
    );
}

}  // namespace
}  // namespace latchkey
