#include "login/first_yes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace latchkey::login {
namespace {

using Answer = std::optional<int>;

struct Given {
    std::vector<Answer> answers;
    FirstYes<int> asked(std::size_t number) {
        return {number, [this](Answer answer) { answers.push_back(answer); }};
    }
};

TEST(FirstYes, DoesNotWaitForTheOthers) {
    Given given;
    FirstYes<int> answers = given.asked(3);
    answers.answer(7);
    EXPECT_EQ(given.answers, std::vector<Answer>{7});

    answers.answer(std::nullopt);
    answers.answer(8);
    EXPECT_EQ(given.answers.size(), 1U) << "there is one answer";
}

TEST(FirstYes, IsNoWhenAllHaveSaidNo) {
    Given given;
    FirstYes<int> answers = given.asked(2);
    answers.answer(std::nullopt);
    EXPECT_TRUE(given.answers.empty());
    answers.answer(std::nullopt);
    EXPECT_EQ(given.answers, std::vector<Answer>{std::nullopt});
}

/// Whichever comes first, the yes must be heard.
TEST(FirstYes, IsNeverLostToANoAtTheSameTime) {
    constexpr int rounds = 20'000;
    int heard = 0;
    std::optional<FirstYes<int>> answers;
    std::atomic<int> begun = 0;
    std::atomic<int> said_no = 0;
    std::thread other([&] {
        for (int round = 1; round <= rounds; ++round) {
            while (begun.load() != round) std::this_thread::yield();
            answers->answer(std::nullopt);
            said_no = round;
        }
    });
    for (int round = 1; round <= rounds; ++round) {
        answers.emplace(2, [&heard](const Answer& answer) { heard += answer ? 1 : 0; });
        begun = round;
        answers->answer(round);
        while (said_no.load() != round) std::this_thread::yield();
    }
    other.join();

    EXPECT_EQ(heard, rounds);
}

}  // namespace
}  // namespace latchkey::login
