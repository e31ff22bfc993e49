#include "login/clients.hpp"

#include "base/encoding.hpp"
#include "contract/await.hpp"
#include "contract/memory_clients.hpp"
#include "crypto/random.hpp"
#include "login/examples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::login {
namespace {

using test::noon;
using testing::MatchesRegex;

TEST(ApiKey, IsThirtyTwoRandomBytesOfWhichTheHashIsKept) {
    const Secret key =
        new_api_key([](std::span<std::byte> bytes) { std::ranges::fill(bytes, std::byte{0}); });
    EXPECT_EQ(key.reveal(), "lk_" + std::string(43, 'A'));
    EXPECT_EQ(
        hex(api_key_hash(key.reveal())->view()),
        "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    );
    EXPECT_NE(
        new_api_key(crypto::system_random).reveal(), new_api_key(crypto::system_random).reveal()
    );
}

TEST(ApiKey, NothingElseIsOne) {
    const std::string good = "lk_" + std::string(43, 'A');
    for (const std::string& text :
         {std::string(),
          good.substr(3),
          good + "A",
          good.substr(0, 45),
          "LK_" + good.substr(3),
          " " + good,
          "lk_" + std::string(42, 'A') + "B",
          "lk_" + std::string(42, 'A') + "="}) {
        EXPECT_FALSE(api_key_hash(text)) << text;
    }
}

TEST(ClientIds, AreShortAndRandom) {
    EXPECT_THAT(new_client_id(crypto::system_random), MatchesRegex("[0-9a-f]{16}"));
    EXPECT_NE(new_client_id(crypto::system_random), new_client_id(crypto::system_random));
}

TEST(Redirects, AreWholeAddressesOfPages) {
    for (const char* url :
         {"https://shop.example",
          "https://shop.example/",
          "https://shop.example:8443/in?from=latchkey&a=%20",
          "http://localhost:3000/in",
          "https://[2001:db8::1]/in"}) {
        EXPECT_TRUE(valid_redirect(url)) << url;
    }
}

TEST(Redirects, GoNowhereThatABrowserCouldTakeForAnotherPlace) {
    for (const char* url :
         {"",
          "shop.example",
          "/in",
          "//shop.example/in",
          "javascript:alert(1)",
          "data:text/html,x",
          "HTTPS://shop.example",
          "https:/shop.example",
          "https://",
          "https:///in",
          "https://?a",
          "https://:443/",
          "https://shop.example@evil.example/",
          "https://a:b@evil.example/",
          "https://shop.example/in#part",
          "https://shop.example\\.evil.example/",
          "https://shop.example/a b",
          "https://shop.example/\n",
          "https://shop.example/\"x",
          "https://sh\xc3\xb6p.example/"}) {
        EXPECT_FALSE(valid_redirect(url)) << url;
    }
    const std::string most = "https://shop.example/" + std::string(redirect_bytes_max - 21, 'a');
    EXPECT_TRUE(valid_redirect(most));
    EXPECT_FALSE(valid_redirect(most + "a"));
}

class ClientsOf : public testing::Test {
 protected:
    ClientsOf() {
        Client shop;
        shop.id = "shop";
        shop.name = "The shop";
        shop.key_hash = *api_key_hash(key_.reveal());
        await(store_.add_client(shop)).value();
    }
    Clients::Found by_id(std::string id, Time now) {
        return await(clients_.by_id(std::move(id), now)).value();
    }
    Clients::Found by_key(const Secret& key, Time now) {
        return await(clients_.by_api_key(key, now)).value();
    }

    Secret key_ = new_api_key(crypto::system_random);
    MemoryClients store_;
    Clients clients_{store_};
};

TEST_F(ClientsOf, AreFoundByIdNumberAndApiKey) {
    EXPECT_EQ(by_id("shop", noon)->name, "The shop");
    EXPECT_EQ(await(clients_.by_number(1, noon)).value()->id, "shop");
    EXPECT_EQ(by_key(key_, noon)->id, "shop");

    EXPECT_EQ(by_id("Shop", noon), nullptr);
    EXPECT_EQ(await(clients_.by_number(2, noon)).value(), nullptr);
    EXPECT_EQ(await(clients_.by_number(0, noon)).value(), nullptr);
    EXPECT_EQ(by_key(new_api_key(crypto::system_random), noon), nullptr);
    EXPECT_EQ(by_key(Secret("lk_"), noon), nullptr);
}

TEST_F(ClientsOf, StrangersCostOneReadASecondWhateverTheyAskFor) {
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_EQ(by_id("unknown " + std::to_string(i), noon), nullptr);
        EXPECT_EQ(by_key(new_api_key(crypto::system_random), noon), nullptr);
    }
    EXPECT_EQ(store_.reads, 1);

    by_id("shop", noon + clients_fresh_max - milliseconds(1));
    EXPECT_EQ(store_.reads, 1);
    by_id("shop", noon + clients_fresh_max);
    EXPECT_EQ(store_.reads, 2);
}

TEST_F(ClientsOf, WhatChangedIsSeenASecondLater) {
    by_id("shop", noon);
    Client other;
    other.id = "other";
    await(store_.add_client(other)).value();
    const Secret fresh = new_api_key(crypto::system_random);
    await(store_.rotate_key("shop", *api_key_hash(fresh.reveal()), noon)).value();

    const Time later = noon + clients_fresh_max;
    EXPECT_NE(by_id("other", later), nullptr);
    EXPECT_EQ(by_key(key_, later), nullptr) << "the old key is no good";
    EXPECT_EQ(by_key(fresh, later)->id, "shop");

    await(store_.remove_client("shop", noon)).value();
    EXPECT_EQ(by_id("shop", later + clients_fresh_max), nullptr);
    EXPECT_EQ(by_key(fresh, later + clients_fresh_max), nullptr);
}

TEST_F(ClientsOf, WhatIsStoppedIsUnknownUntilItGoesOn) {
    await(store_.stop_client("shop", true, noon)).value();
    EXPECT_EQ(by_id("shop", noon), nullptr);
    EXPECT_EQ(await(clients_.by_number(1, noon)).value(), nullptr);
    EXPECT_EQ(by_key(key_, noon), nullptr);

    await(store_.stop_client("shop", false, noon)).value();
    EXPECT_NE(by_key(key_, noon + clients_fresh_max), nullptr);
}

TEST_F(ClientsOf, KnowsWithoutWaitingWhatItHasReadAMomentAgo) {
    EXPECT_FALSE(clients_.known_by_id("shop", noon));
    by_id("unknown", noon);

    EXPECT_EQ((*clients_.known_by_id("shop", noon))->id, "shop");
    EXPECT_EQ((*clients_.known_by_number(1, noon))->id, "shop");
    EXPECT_EQ(*clients_.known_by_id("unknown", noon), nullptr);
    EXPECT_FALSE(clients_.known_by_id("shop", noon + clients_fresh_max));
    EXPECT_FALSE(clients_.known_by_id("shop", noon - milliseconds(1))) << "a clock was set back";
}

TEST_F(ClientsOf, AStoreThatCannotAnswerIsNoAnswer) {
    by_id("shop", noon);
    store_.broken = true;

    EXPECT_NE(by_id("shop", noon), nullptr) << "good for a moment more";
    const Time later = noon + clients_fresh_max;
    EXPECT_EQ(await(clients_.by_id("shop", later)).error(), Errc::unavailable);
    EXPECT_EQ(await(clients_.by_api_key(key_, later)).error(), Errc::unavailable);
}

}  // namespace
}  // namespace latchkey::login
