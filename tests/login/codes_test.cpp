#include "login/examples.hpp"
#include "login/sealed.hpp"
#include "login/values.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

const SealingKeys keys(sealing_key(1));
const LoginId id = login_made_at(noon);

/// One of each kind, and the first and the last that moves.
std::vector<std::string> codes_of_each_kind() {
    return {
        keys.seal_code(id),
        keys.seal_code(id, scriptless_step),
        keys.seal_code(id, 0),
        keys.seal_code(id, moving_step_max)
    };
}

/// `unknown`, `expired`, `old` or `open`.
std::string opens(const SealingKeys& with, const std::string& code, Time now) {
    const auto opened = with.open_code(code, now);
    if (opened) return opened->is_old ? "old" : "open";
    return opened.error() == Errc::code_expired ? "expired" : "unknown";
}

TEST(Code, OpensToItsLoginAndItsKind) {
    EXPECT_EQ(
        keys.open_code(keys.seal_code(id), noon + 1s).value(),
        (OpenedCode{id, CodeKind::fixed, false})
    );
    EXPECT_EQ(
        keys.open_code(keys.seal_code(id, scriptless_step), noon + 1s).value(),
        (OpenedCode{id, CodeKind::scriptless, false})
    );
    EXPECT_EQ(
        keys.open_code(keys.seal_code(id, 0), noon + 1s).value(),
        (OpenedCode{id, CodeKind::moving, false})
    );
}

TEST(Code, FitsAnAlphanumericQrCode) {
    for (const std::string& code : codes_of_each_kind()) {
        EXPECT_EQ(code.size(), code_characters);
        EXPECT_TRUE(std::ranges::all_of(code, [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
        }));
    }
}

TEST(Code, IsReadInLowerCaseToo) {
    std::string code = keys.seal_code(id, 0);
    std::ranges::transform(code, code.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });

    EXPECT_EQ(keys.open_code(code, noon).value().login, id);
}

TEST(Code, ThatDoesNotMoveLivesTwoMinutes) {
    for (const std::uint16_t step : {static_step, scriptless_step}) {
        const std::string code = keys.seal_code(id, step);

        EXPECT_EQ(opens(keys, code, noon + 120s - 1ms), "open");
        EXPECT_EQ(opens(keys, code, noon + 120s), "old");
        EXPECT_EQ(opens(keys, code, noon + 600s - 1ms), "old");
        EXPECT_EQ(opens(keys, code, noon + 600s), "expired");
        EXPECT_EQ(opens(keys, code, noon + 24h), "expired");
    }
}

TEST(Code, WithoutScriptLivesTwoMinutesFromWhenItIsShown) {
    for (int before = 0; before < 6; ++before) {
        const Time shown = noon + before * scriptless_shown_max;
        const auto step = static_cast<std::uint16_t>(scriptless_step - before);
        const std::string code = keys.seal_code(id, step);

        EXPECT_EQ(scriptless_step_at(id, shown), step);
        EXPECT_EQ(scriptless_step_at(id, shown + 115s - 1ms), step);
        const auto too_early = before == 0 ? "expired" : "unknown";
        EXPECT_EQ(opens(keys, code, shown - clock_skew_max - 1ms), too_early) << before;
        EXPECT_EQ(opens(keys, code, shown - clock_skew_max), "open") << before;
        const bool lives_on = shown + 120s < noon + 600s;
        const Time end = lives_on ? shown + 120s : noon + 600s;
        EXPECT_EQ(opens(keys, code, end - 1ms), "open") << before;
        EXPECT_EQ(opens(keys, code, end), lives_on ? "old" : "expired") << before;
    }
    EXPECT_EQ(scriptless_step_at(id, noon - 1s), scriptless_step);
    EXPECT_EQ(scriptless_step_at(id, noon + 24h), scriptless_step_last);
}

TEST(Code, ThatDoesNotMoveMayComeFromANodeWhoseClockIsALittleAhead) {
    const std::string code = keys.seal_code(id);

    EXPECT_EQ(opens(keys, code, noon - clock_skew_max), "open");
    EXPECT_EQ(opens(keys, code, noon - clock_skew_max - 1ms), "expired");
}

TEST(Code, ThatMovesOpensInItsOwnStepAndInTheNext) {
    for (const std::uint16_t step : std::initializer_list<std::uint16_t>{0, 1, 2, 30, 57}) {
        const std::string code = keys.seal_code(id, step);
        const Time shown = noon + step * 10s;

        EXPECT_EQ(opens(keys, code, shown - 5s - 1ms), "unknown") << step;
        EXPECT_EQ(opens(keys, code, shown - 5s), "open") << step;
        EXPECT_EQ(opens(keys, code, shown), "open") << step;
        EXPECT_EQ(opens(keys, code, shown + 20s - 1ms), "open") << step;
        EXPECT_EQ(opens(keys, code, shown + 20s), "old") << step;
        EXPECT_EQ(opens(keys, code, noon + 600s - 1ms), "old") << step;
        EXPECT_EQ(opens(keys, code, noon + 600s), "expired") << step;
    }
}

TEST(Code, ThatMovesOpensNoLongerThanItsLoginLives) {
    EXPECT_EQ(opens(keys, keys.seal_code(id, 59), noon + 600s - 1ms), "open");
    EXPECT_EQ(opens(keys, keys.seal_code(id, 59), noon + 600s), "expired");
    EXPECT_EQ(opens(keys, keys.seal_code(id, 60), noon + 600s - 1ms), "open");
    EXPECT_EQ(opens(keys, keys.seal_code(id, 60), noon + 600s), "expired");
    EXPECT_EQ(opens(keys, keys.seal_code(id, moving_step_max), noon + 600s - 1ms), "unknown");
}

/// Whoever holds what a page makes its codes from: they are those of the server, and of this login.
TEST(Code, OfAPageIsMadeFromItsRotationAlone) {
    const Rotation rotation = keys.rotation(id);

    for (const std::uint16_t step : std::initializer_list<std::uint16_t>{0, 1, 59}) {
        EXPECT_EQ(
            code_made_of(rotation.login, rotation.field + step, rotation.key),
            keys.seal_code(id, step)
        );
    }
}

/// Else a page could show a code for which nobody asks whether it is on a screen.
TEST(Code, ThatDoesNotMoveCannotBeMadeByAPage) {
    const Rotation rotation = keys.rotation(id);
    for (std::uint16_t step = static_step; step > moving_step_max; --step) {
        const std::string forged = code_made_of(id, rotation.field + step, rotation.key);

        for (Time now = noon; now < noon + 600s; now += 60s) {
            EXPECT_EQ(opens(keys, forged, now), "unknown") << step;
        }
    }
}

TEST(Code, CannotBeMadeWithTheRotationOfAnotherLogin) {
    const Rotation other = keys.rotation(login_made_at(noon, 2));

    EXPECT_NE(other.key, keys.rotation(id).key);
    EXPECT_EQ(opens(keys, code_made_of(id, other.field, other.key), noon), "unknown");
}

TEST(Code, SealedByAnotherKeyIsUnknown) {
    const SealingKeys others(sealing_key(2));
    for (const std::uint16_t step : {static_step, scriptless_step, std::uint16_t{0}}) {
        EXPECT_EQ(opens(keys, others.seal_code(id, step), noon), "unknown");
    }
}

TEST(Code, FailsWithAnyBitFlipped) {
    for (const std::string& code : codes_of_each_kind()) {
        const auto sealed = from_base32(code).value();
        for_each_flipped_bit(sealed, [&](const auto& forged, std::size_t bit) {
            EXPECT_EQ(opens(keys, base32(forged), noon), "unknown") << code << bit;
        });
    }
}

TEST(Code, OfAnyOtherLengthIsUnknown) {
    const std::string code = keys.seal_code(id, 0);
    for (std::size_t size = 0; size < code.size(); ++size) {
        EXPECT_EQ(opens(keys, code.substr(0, size), noon), "unknown") << size;
    }
    EXPECT_EQ(opens(keys, code + "A", noon), "unknown");
    EXPECT_EQ(opens(keys, code + "=", noon), "unknown");
    EXPECT_EQ(opens(keys, std::string(100'000, 'A'), noon), "unknown");
}

/// 22 bytes leave 4 unused bits in the last character.
TEST(Code, HasOneTextOnly) {
    std::string code = keys.seal_code(id, 0);
    const std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    code.back() = letters[letters.find(code.back()) + 1];

    EXPECT_EQ(opens(keys, code, noon), "unknown");
}

TEST(Code, SaysWhichKeySealedIt) {
    const KeyRing ring{{9, sealing_key(2)}, {3, sealing_key(1)}};
    const SealingKeys both(ring);

    EXPECT_EQ(both.rotation(id).field, 0x9000);
    EXPECT_EQ(opens(both, SealingKeys(KeyRing{{3, sealing_key(1)}}).seal_code(id), noon), "open");
    EXPECT_EQ(
        opens(both, SealingKeys(KeyRing{{9, sealing_key(1)}}).seal_code(id), noon), "unknown"
    );
    EXPECT_EQ(
        opens(both, SealingKeys(KeyRing{{4, sealing_key(1)}}).seal_code(id), noon), "unknown"
    );
}

}  // namespace
}  // namespace latchkey::login
