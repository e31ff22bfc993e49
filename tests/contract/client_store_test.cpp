/// What every ClientStore promises.
#include "contract/await.hpp"
#include "contract/backends.hpp"
#include "contract/examples.hpp"
#include "contract/memory_clients.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::login {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Client client_of(std::string id, int fill) {
    Client client;
    client.id = std::move(id);
    client.name = "王's \"shop\"";
    client.redirects = {"https://shop.example/in", "https://shop.example/\u00e9\"?a=b"};
    client.policy = {
        .confirm = ClientPolicy::Confirm::tap,
        .browsers = ClientPolicy::Browsers::known,
        .network = ClientPolicy::Network::refuse,
        .phone_session_age_min = seconds(3'600),
    };
    client.classic = true;
    client.created_at = noon;
    client.key_hash = filled<crypto::Sha256>(fill);
    return client;
}

template <class Backend>
class ClientStoreContract : public testing::Test {
 protected:
    ClientStore& store() { return backend_.clients(); }
    Client add(std::string id, int fill) {
        return *await(store().add_client(client_of(std::move(id), fill))).value();
    }
    std::vector<Client> all() { return await(store().clients()).value(); }

    Backend backend_;
};

using Backends = testing::Types<SqliteBackend, MemoryClientsBackend>;
TYPED_TEST_SUITE(ClientStoreContract, Backends);

TYPED_TEST(ClientStoreContract, GivesEachANumberAndListsThemAsTheyAre) {
    EXPECT_THAT(this->all(), IsEmpty());

    const Client first = this->add("first", 1);
    const Client second = this->add("second", 2);

    Client expected = client_of("first", 1);
    expected.number = 1;
    EXPECT_EQ(first, expected);
    EXPECT_EQ(second.number, 2U);
    EXPECT_THAT(this->all(), ElementsAre(first, second));
}

TYPED_TEST(ClientStoreContract, AFreshClientHasTheDefaults) {
    Client plain;
    plain.id = "plain";
    await(this->store().add_client(plain)).value();

    EXPECT_EQ(this->all().front().policy, ClientPolicy{});
    EXPECT_THAT(this->all().front().redirects, IsEmpty());
    EXPECT_FALSE(this->all().front().classic);
}

TYPED_TEST(ClientStoreContract, ANewKeyTakesThePlaceOfTheOldOne) {
    this->add("first", 1);
    this->add("second", 2);

    EXPECT_TRUE(await(this->store().rotate_key("first", filled<crypto::Sha256>(7), noon)).value());

    EXPECT_EQ(this->all()[0].key_hash, filled<crypto::Sha256>(7));
    EXPECT_EQ(this->all()[1].key_hash, filled<crypto::Sha256>(2));
    EXPECT_FALSE(await(this->store().rotate_key("third", {}, noon)).value());
}

TYPED_TEST(ClientStoreContract, WhatIsRemovedIsGoneAndItsNumberIsNotUsedAgain) {
    this->add("first", 1);
    this->add("second", 2);

    EXPECT_TRUE(await(this->store().remove_client("second", noon)).value());

    EXPECT_FALSE(await(this->store().remove_client("second", noon)).value());
    EXPECT_FALSE(await(this->store().rotate_key("second", {}, noon)).value());
    EXPECT_THAT(this->all(), ElementsAre(testing::Field(&Client::id, "first")));
    EXPECT_EQ(this->add("third", 3).number, 3U);
}

TYPED_TEST(ClientStoreContract, WhatIsStoppedIsListedAndKeepsItsKey) {
    const Client first = this->add("first", 1);

    EXPECT_TRUE(await(this->store().stop_client("first", true, noon)).value());
    Client stopped = first;
    stopped.stopped = true;
    EXPECT_THAT(this->all(), ElementsAre(stopped));

    EXPECT_TRUE(await(this->store().stop_client("first", false, noon)).value());
    EXPECT_THAT(this->all(), ElementsAre(first));
    EXPECT_FALSE(await(this->store().stop_client("second", true, noon)).value());
    await(this->store().remove_client("first", noon)).value();
    EXPECT_FALSE(await(this->store().stop_client("first", true, noon)).value());
}

TYPED_TEST(ClientStoreContract, ThereIsALimit) {
    std::vector<Async<Result<std::optional<Client>>>> callers;
    callers.reserve(clients_max);
    for (std::size_t i = 0; i < clients_max; ++i) {
        callers.push_back(this->store().add_client(client_of(std::to_string(i), 1)));
    }
    for (const auto& added : await_all(std::move(callers))) ASSERT_TRUE(added.value());

    EXPECT_FALSE(await(this->store().add_client(client_of("one more", 1))).value());
    EXPECT_TRUE(await(this->store().remove_client("0", noon)).value());
    EXPECT_TRUE(await(this->store().add_client(client_of("one more", 1))).value());
}

}  // namespace
}  // namespace latchkey::login
