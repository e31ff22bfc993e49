/// How much an address, an account or a client may ask for, and that each is counted alone.
#include "login/budgets.hpp"

#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::login {
namespace {

using namespace test;

/// A login that a phone in another network has scanned, so that it wants the number.
struct WantsNumber {
    Begun login;
    Page page;
    Reply scanned;
};

WantsNumber scanned_from_afar(const House& house, const std::string& who) {
    Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    Visitor phone = house.phone(who);
    phone.host = 2;
    Reply scanned = phone.post_json("/v1/scans", R"({"code":")" + login.code + R"("})");
    return {std::move(login), std::move(page), std::move(scanned)};
}

/// Answers with the right number, or with one beside it.
Reply answer(const House& house, const std::string& who, const WantsNumber& asked, bool right) {
    const std::string id = asked.scanned.text("id");
    const auto login = house.store.stored(bytes_from<LoginId>(id, from_base64url).value());
    const int number = login.value().number + (right ? 0 : 1);
    const std::string text = number_text(static_cast<std::uint8_t>(number % 100));
    return decide(house, who, id, "approve", R"({"number":")" + text + R"("})");
}

TEST(NumberLimit, KeepsAnAccountThatGuessedFiveFromScanning) {
    House house;
    for (int i = 0; i < 5; ++i) {
        const WantsNumber asked = scanned_from_afar(house, "alice");
        ASSERT_EQ(answer(house, "alice", asked, false).problem(), "wrong-number");
    }
    const Reply sixth = scanned_from_afar(house, "alice").scanned;

    EXPECT_EQ(sixth.status, 429U) << sixth.body;
    EXPECT_FALSE(sixth.field("retry-after").empty());
    EXPECT_EQ(scanned_from_afar(house, "bob").scanned.status, 201U) << "another account may";
}

TEST(NumberLimit, TakesNoMoreNumbersOfWhatWasScannedBefore) {
    House house;
    const WantsNumber under_way = scanned_from_afar(house, "alice");
    for (int i = 0; i < 5; ++i) {
        const WantsNumber asked = scanned_from_afar(house, "alice");
        ASSERT_EQ(answer(house, "alice", asked, false).problem(), "wrong-number");
    }

    EXPECT_EQ(answer(house, "alice", under_way, true).status, 429U);
}

TEST(NumberLimit, ChargesForNoRightOne) {
    House house;
    for (int i = 0; i < 8; ++i) {
        const WantsNumber asked = scanned_from_afar(house, "alice");
        ASSERT_EQ(answer(house, "alice", asked, true).status, 200U) << "number " << i;
    }
}

TEST(CreationLimit, IsOfTheAddressOnEveryWire) {
    House house;
    const IpAddress address = parse_ip("127.0.0.1").value();
    for (int i = 0; i < 300; ++i) ASSERT_EQ(house.budgets.create(address).count(), 0);

    EXPECT_EQ(house.browser().post_json("/v1/logins", "").status, 429U);
    EXPECT_EQ(house.browser().send("POST", "/qrcode/").status, 429U);
    EXPECT_EQ(house.browser().send("GET", "/plain").status, 429U);
    EXPECT_EQ(house.budgets.create(parse_ip("192.0.2.1").value()).count(), 0);
}

TEST(RequestLimit, LeavesWhatIsUnderWayToFinish) {
    House house({}, {}, {}, [](net::Limits& limits) {
        limits.requests_per_second = 0.001;
        limits.requests_burst = 20;
    });
    Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    const std::string id = scan(house, "alice", login.code).text("id");
    const Begun classic = begin_classic(house);
    Visitor neighbour = house.browser();
    unsigned status = 0;
    for (int i = 0; i < 20 && status != 429; ++i) status = neighbour.send("GET", "/").status;
    ASSERT_EQ(status, 429U);

    EXPECT_EQ(decide(house, "alice", id, "approve").status, 200U);
    EXPECT_EQ(collect(login).status, 200U);
    EXPECT_EQ(decide(house, "alice", id, "report").status, 200U);
    EXPECT_EQ(allow(house, "alice", classic.code).status, 200U);
}

TEST(ClientLimit, IsOfOneClient) {
    House house;
    const auto add = [&house](ClientNumber number, std::string id) {
        const std::string key(new_api_key(crypto::system_random).reveal());
        Client client;
        client.number = number;
        client.id = std::move(id);
        client.key_hash = api_key_hash(key).value();
        house.client_store.all.push_back(std::move(client));
        return key;
    };
    const std::string shop_key = add(1, "shop");
    const std::string other_key = add(2, "other");
    const auto redeem = [&](const std::string& key) {
        return house.browser()
            .post_json(
                "/v1/tickets/redeem", R"({"ticket":"x"})", {{"Authorization", "Bearer " + key}}
            )
            .status;
    };
    for (int i = 0; i < 1'000; ++i) ASSERT_EQ(house.budgets.client_call(1).count(), 0);

    EXPECT_EQ(redeem(shop_key), 429U);
    EXPECT_EQ(redeem(other_key), 404U) << "another may still ask for a ticket that is none";
}

}  // namespace
}  // namespace latchkey::login
