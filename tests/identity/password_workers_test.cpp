#include "identity/password_workers.hpp"

#include "identity/people.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace latchkey::identity {
namespace {

TEST(PasswordWorkers, HashAndVerifyOnThreadsOfTheirOwn) {
    std::atomic<bool> elsewhere = false;
    PlainHashing plain;
    Hashing hashing = plain.hashing();
    const auto caller = std::this_thread::get_id();
    hashing.hash = [&](const Secret&) {
        elsewhere = std::this_thread::get_id() != caller;
        return std::string("hash");
    };
    PasswordWorkers workers(hashing);

    EXPECT_EQ(await(workers.hash(Secret("correct horse"))).value(), "hash");
    EXPECT_TRUE(elsewhere);
}

TEST(PasswordWorkers, CheckADummyWhenThereIsNoHash) {
    PlainHashing plain;
    PasswordWorkers workers(plain.hashing());

    EXPECT_FALSE(await(workers.verify(std::nullopt, Secret("nobody knows this one"))).value())
        << "not even the dummy's own password opens what does not exist";
    ASSERT_EQ(plain.checked.size(), 1U);
    EXPECT_TRUE(plain.checked.front().starts_with("dummy:"));
}

TEST(PasswordWorkers, AreBusyWhenTheQueueIsFull) {
    std::promise<void> gate;
    std::shared_future<void> opened = gate.get_future().share();
    std::promise<void> begun;
    PlainHashing plain;
    Hashing hashing = plain.hashing();
    hashing.hash = [&](const Secret& password) {
        if (password.reveal() == "first") begun.set_value();
        opened.wait();
        return std::string("hash");
    };
    PasswordWorkers workers(hashing, 1, 2);
    boost::asio::io_context loop(1);
    std::optional<Result<std::string>> first;
    boost::asio::co_spawn(
        loop.get_executor(),
        keep_outcome(workers.hash(Secret("first")), &first),
        [](const std::exception_ptr&) {}
    );
    loop.poll();
    begun.get_future().wait();

    std::vector<std::optional<Result<std::string>>> others(4);
    for (auto& other : others) {
        boost::asio::co_spawn(
            loop.get_executor(),
            keep_outcome(workers.hash(Secret("other")), &other),
            [](const std::exception_ptr&) {}
        );
    }
    loop.restart();
    loop.poll();
    EXPECT_FALSE(others[0] || others[1]) << "two wait";
    ASSERT_TRUE(others[2] && others[3]) << "the rest is told at once";
    EXPECT_EQ(others[2]->error(), Errc::busy);

    gate.set_value();
    workers.stop();
    loop.restart();
    loop.poll();
    EXPECT_TRUE(first->has_value() && others[0]->has_value() && others[1]->has_value());
    EXPECT_EQ(await(workers.hash(Secret("late"))).error(), Errc::busy);
}

TEST(PasswordWorkers, WithoutMemoryAreBusyToo) {
    PlainHashing plain;
    Hashing hashing = plain.hashing();
    hashing.hash = [](const Secret&) -> std::string { throw std::bad_alloc(); };
    PasswordWorkers workers(hashing);

    EXPECT_EQ(await(workers.hash(Secret("correct horse"))).error(), Errc::busy);
}

TEST(PasswordWorkers, UseArgon2idUnlessToldOtherwise) {
    PasswordWorkers workers;
    const std::string hash = await(workers.hash(Secret("correct horse"))).value();

    EXPECT_TRUE(hash.starts_with("$argon2id$"));
    EXPECT_TRUE(await(workers.verify(hash, Secret("correct horse"))).value());
    EXPECT_FALSE(await(workers.verify(std::nullopt, Secret("correct horse"))).value());
    EXPECT_FALSE(workers.outdated(hash));
}

}  // namespace
}  // namespace latchkey::identity
