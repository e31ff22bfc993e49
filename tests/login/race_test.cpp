/// An approval that lands while a page subscribes is never lost, wherever in between it lands.

#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

namespace latchkey::login {
namespace {

using namespace test;

constexpr std::string_view subscribed = R"({"status":false,"msg":"succeed"})";
constexpr std::string_view succeeded = R"({"status":true,"msg":"succeed"})";

/// Approves as a request on another thread would, once, from inside a read of the store.
struct ApproveOnce {
    House& house;
    LoginId id;
    std::atomic<bool> done{false};

    void operator()() {
        if (done.exchange(true)) return;
        LoginStore::Change move = [this](const auto& seen) {
            return allowed(seen, {.id = id}, alice, house.now());
        };
        const auto approved = house.store.move_now(id, move);
        ASSERT_TRUE(approved);
        house.bell.ring(*approved, "Ada");
    }
};

TEST(Race, AnApprovalBetweenTheSubscriptionAndTheReadIsTold) {
    House house;
    const Begun login = begin_classic(house);
    ApproveOnce approve{house, house.keys.open_code(login.code, house.now()).value().login};
    house.store.before_read = [&] { approve(); };
    Page page = classic_page(login);

    EXPECT_EQ(page.hear(), succeeded);
}

TEST(Race, AnApprovalBetweenTheReadAndItsAnswerIsTold) {
    House house;
    const Begun login = begin_classic(house);
    ApproveOnce approve{house, house.keys.open_code(login.code, house.now()).value().login};
    house.store.after_read = [&] { approve(); };
    Page page = classic_page(login);

    std::string heard = page.hear();
    if (heard == subscribed) heard = page.hear();
    EXPECT_EQ(heard, succeeded);
}

TEST(Race, WhatWasReadLateNeverTakesBackWhatWasRung) {
    House house;
    const Begun login = begin(house);
    ApproveOnce approve{house, house.keys.open_code(login.code, house.now()).value().login};
    house.store.after_read = [&] { approve(); };
    Page page = v1_page(login);

    std::string last = page.hear();
    if (last == R"({"type":"waiting","seq":1})") {
        EXPECT_EQ(page.hear(), R"({"type":"approved","seq":2})");
    } else {
        EXPECT_EQ(last, R"({"type":"approved","seq":1})");
    }
    // Nothing more is said of it: the next frame is the answer to the next question.
    const Begun other = begin(house);
    test::approve(house, "bob", other);
    page.say(watch_message(other.token));
    EXPECT_TRUE(page.hear().starts_with(R"({"type":"approved")"));
}

void subscribe_and_approve_at_once(House& house, int rounds) {
    house.budgets.lift();
    for (int round = 0; round < rounds; ++round) {
        const Begun login = begin_classic(house);
        Page page(login.browser);
        page.hear();
        Reply answer;
        std::thread phone([&] { answer = allow(house, "alice", login.code); });
        page.say(token_message(login.token));
        std::string heard = page.hear();
        if (heard == subscribed) heard = page.hear();
        phone.join();
        ASSERT_EQ(answer.status, 200U);
        ASSERT_EQ(heard, succeeded) << "round " << round;
    }
}

TEST(Race, OfSubscriptionAndApprovalIsNeverLost) {
    House house;
    subscribe_and_approve_at_once(house, 200);
}

TEST(Race, IsNeverLostEitherWhenTheStoreKnowsWhatIsAbsent) {
    House house({}, [](MemoryStore& store) { store.knows_absence = true; });
    subscribe_and_approve_at_once(house, 200);
}

TEST(StoreDown, PagesWaitAndAreToldOnceItIsBack) {
    House house({.look_again_after = milliseconds(1)});
    const Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    house.store.broken = true;
    std::atomic<int> reads{0};
    std::atomic<bool> read_twice{false};
    house.store.before_read = [&] {
        if (++reads < 2) return;
        read_twice = true;
        house.store.broken = false;
    };
    Page page = classic_page(login);

    EXPECT_EQ(page.hear(), succeeded);
    EXPECT_TRUE(read_twice);
}

}  // namespace
}  // namespace latchkey::login
