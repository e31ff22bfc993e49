#include "login/login.hpp"

#include "login/examples.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

const LoginId id = login_made_at(noon);

const auto session = bytes_full_of<SessionId>(0x51);

Login scanned_by(const Approver& who) {
    return scanned(std::nullopt, {.id = id}, who, noon + 5s).value();
}
Login approved_by(const Approver& who) {
    return approved(scanned_by(who), who, {}, noon + 10s).value();
}

TEST(LoginId, CarriesTheSecondItWasMade) {
    EXPECT_EQ(created_at(login_made_at(noon + 999ms)), noon);
    EXPECT_EQ(expires_at(id), noon + 600s);
}

TEST(LoginMoves, TheFirstPhoneTakesTheLogin) {
    const Login login = scanned_by(alice);

    EXPECT_EQ(login.id, id);
    EXPECT_EQ(login.account, alice.account);
    EXPECT_EQ(login.approver, alice.session);
    EXPECT_EQ(login.state, State::scanned);
    EXPECT_EQ(login.scanned_at, noon + 5s);
    EXPECT_EQ(login.decided_at, Time{});
    EXPECT_EQ(login.expires_at, noon + 600s);
}

TEST(LoginMoves, ASecondPhoneIsRefused) {
    EXPECT_EQ(
        scanned(scanned_by(alice), {.id = id}, bob, noon + 6s).error(), Errc::already_scanned
    );
}

TEST(LoginMoves, TheSameAccountMayScanAgain) {
    EXPECT_EQ(scanned(scanned_by(alice), {.id = id}, alice, noon + 6s).value(), scanned_by(alice));
    EXPECT_EQ(
        scanned(scanned_by(alice), {.id = id}, alice_on_her_tablet, noon + 6s).value(),
        scanned_by(alice)
    );
}

TEST(LoginMoves, WhatThePhoneWasShownStaysAsTheFirstScanSawIt) {
    Login first = scanned_by(alice);
    first.shown = {.browser = "Chrome", .system = "Windows", .address = "192.0.2.1"};
    Scanning again{.id = id, .confirm = Confirm::number, .number = 42};
    again.shown = {.browser = "Firefox", .system = "Linux", .address = "198.51.100.1"};

    EXPECT_EQ(scanned(first, again, alice, noon + 6s).value(), first);
}

TEST(LoginMoves, AUsedCodeStartsNothing) {
    EXPECT_EQ(
        scanned(approved_by(alice), {.id = id}, alice, noon + 20s).error(), Errc::already_decided
    );
    EXPECT_EQ(
        scanned(approved_by(alice), {.id = id}, bob, noon + 20s).error(), Errc::already_scanned
    );
    EXPECT_EQ(
        allowed(approved_by(alice), {.id = id}, alice, noon + 20s).error(), Errc::already_decided
    );
}

TEST(LoginMoves, NothingIsScannedAfterItsTime) {
    EXPECT_TRUE(scanned(std::nullopt, {.id = id}, alice, noon + 600s - 1ms));
    EXPECT_EQ(scanned(std::nullopt, {.id = id}, alice, noon + 600s).error(), Errc::login_expired);
    EXPECT_EQ(
        scanned(scanned_by(alice), {.id = id}, alice, noon + 600s).error(), Errc::login_expired
    );
}

TEST(LoginMoves, WhoScannedApproves) {
    const Login login = approved(scanned_by(alice), alice_on_her_tablet, {}, noon + 10s).value();

    EXPECT_EQ(login.state, State::approved);
    EXPECT_EQ(login.approver, alice_on_her_tablet.session);
    EXPECT_EQ(login.decided_at, noon + 10s);
}

TEST(LoginMoves, NobodyElseDecides) {
    EXPECT_EQ(approved(scanned_by(alice), bob, {}, noon + 10s).error(), Errc::not_yours);
    EXPECT_EQ(denied(scanned_by(alice), bob, noon + 10s).error(), Errc::not_yours);
    EXPECT_EQ(denied(approved_by(alice), bob, noon + 10s).error(), Errc::not_yours);
}

TEST(LoginMoves, FirstAnswerWins) {
    const Login yes = approved_by(alice);
    const Login no = denied(scanned_by(alice), alice, noon + 10s).value();

    EXPECT_EQ(denied(yes, alice, noon + 11s).error(), Errc::already_decided);
    EXPECT_EQ(approved(yes, alice, {}, noon + 11s).error(), Errc::already_decided);
    EXPECT_EQ(approved(no, alice, {}, noon + 11s).error(), Errc::already_decided);
    EXPECT_EQ(denied(no, alice, noon + 11s).error(), Errc::already_decided);
}

TEST(LoginMoves, NothingIsDecidedThatNobodyScanned) {
    EXPECT_EQ(approved(std::nullopt, alice, {}, noon).error(), Errc::login_unknown);
    EXPECT_EQ(denied(std::nullopt, alice, noon).error(), Errc::login_unknown);
}

TEST(LoginMoves, NothingIsDecidedAfterItsTime) {
    EXPECT_EQ(approved(scanned_by(alice), alice, {}, noon + 600s).error(), Errc::login_expired);
    EXPECT_EQ(denied(scanned_by(alice), alice, noon + 600s).error(), Errc::login_expired);
}

TEST(LoginMoves, TheClassicWireScansAndApprovesAtOnce) {
    const Login login = allowed(std::nullopt, {.id = id}, alice, noon + 7s).value();

    EXPECT_EQ(login.state, State::approved);
    EXPECT_EQ(login.scanned_at, noon + 7s);
    EXPECT_EQ(login.decided_at, noon + 7s);
    EXPECT_EQ(allowed(scanned_by(alice), {.id = id}, alice, noon + 7s)->state, State::approved);
    EXPECT_EQ(
        allowed(scanned_by(alice), {.id = id}, bob, noon + 7s).error(), Errc::already_scanned
    );
}

TEST(LoginMoves, AnApprovedLoginIsCollectedOnce) {
    const Login login = collected(approved_by(alice), session, noon + 11s).value();

    EXPECT_EQ(login.state, State::collected);
    EXPECT_EQ(login.account, alice.account);
    EXPECT_EQ(collected(login, session, noon + 12s).error(), Errc::already_collected);
}

TEST(LoginMoves, OnlyAnApprovedLoginIsCollected) {
    const Login no = denied(scanned_by(alice), alice, noon + 10s).value();
    const Login given_up = cancelled(scanned_by(alice), noon + 10s).value();

    EXPECT_EQ(collected(std::nullopt, session, noon).error(), Errc::not_approved);
    EXPECT_EQ(collected(scanned_by(alice), session, noon + 6s).error(), Errc::not_approved);
    EXPECT_EQ(collected(no, session, noon + 11s).error(), Errc::already_decided);
    EXPECT_EQ(collected(given_up, session, noon + 11s).error(), Errc::already_decided);
}

TEST(LoginMoves, ALateApprovalLeavesTimeToCollect) {
    const Login late = approved(scanned_by(alice), alice, {}, noon + 599s).value();

    EXPECT_TRUE(collected(late, session, noon + 659s - 1ms));
    EXPECT_EQ(collected(late, session, noon + 659s).error(), Errc::login_expired);
    EXPECT_EQ(collected(approved_by(alice), session, noon + 600s).error(), Errc::login_expired);
}

TEST(LoginMoves, TheBrowserMayGiveUpUntilItIsDecided) {
    EXPECT_EQ(cancelled(scanned_by(alice), noon + 6s)->state, State::cancelled);
    EXPECT_EQ(cancelled(approved_by(alice), noon + 11s).error(), Errc::already_decided);
    EXPECT_EQ(cancelled(std::nullopt, noon).error(), Errc::login_unknown);
    EXPECT_EQ(cancelled(scanned_by(alice), noon + 600s).error(), Errc::login_expired);
}

Login with_number(const Approver& who) {
    const Scanning scan{.id = id, .confirm = Confirm::number, .number = 42};
    return scanned(std::nullopt, scan, who, noon + 5s).value();
}

TEST(LoginMoves, TheRightNumberApproves) {
    const Login login = approved(with_number(alice), alice, {42}, noon + 10s).value();

    EXPECT_EQ(login.state, State::approved);
    EXPECT_EQ(login.denial, Denial::none);
}

TEST(LoginMoves, OneWrongNumberDenies) {
    const Login login = approved(with_number(alice), alice, {24}, noon + 10s).value();

    EXPECT_EQ(login.state, State::denied);
    EXPECT_EQ(login.denial, Denial::wrong_number);
    EXPECT_EQ(approved(login, alice, {42}, noon + 11s).error(), Errc::already_decided);
}

TEST(LoginMoves, WithoutItsNumberNothingIsApproved) {
    EXPECT_EQ(approved(with_number(alice), alice, {}, noon + 10s).error(), Errc::number_missing);
    EXPECT_EQ(
        allowed(with_number(alice), {.id = id}, alice, noon + 10s).error(), Errc::number_missing
    ) << "the classic wire is no way round it";
}

Login with_passkey(Confirm confirm) {
    Scanning scan{.id = id, .confirm = confirm, .number = 42};
    scan.nonce.data.fill(std::byte{7});
    return scanned(std::nullopt, scan, alice, noon + 5s).value();
}

TEST(LoginMoves, WithoutThePasskeyItWantsNothingIsApproved) {
    for (const Confirm confirm : {Confirm::passkey, Confirm::passkey_and_number}) {
        const Login login = with_passkey(confirm);
        EXPECT_TRUE(login.nonce.has_value());
        EXPECT_EQ(approved(login, alice, {42}, noon + 10s).error(), Errc::passkey_missing);
        EXPECT_EQ(approved(login, alice, {42, true}, noon + 10s)->state, State::approved);
    }
    EXPECT_EQ(
        allowed(with_passkey(Confirm::passkey), {.id = id}, alice, noon + 10s).error(),
        Errc::passkey_missing
    ) << "the classic wire is no way round it";
    EXPECT_FALSE(with_number(alice).nonce.has_value());
}

TEST(LoginMoves, APasskeyIsNoWayRoundTheNumber) {
    const Login login = with_passkey(Confirm::passkey_and_number);
    EXPECT_EQ(approved(login, alice, {{}, true}, noon + 10s).error(), Errc::number_missing);
    EXPECT_EQ(approved(login, alice, {24, true}, noon + 10s)->denial, Denial::wrong_number);
    EXPECT_EQ(approved(login, alice, {24, false}, noon + 10s)->denial, Denial::wrong_number);
}

TEST(LoginMoves, ScanningAgainDoesNotChangeHowToConfirm) {
    const Scanning tap{.id = id, .confirm = Confirm::tap};
    EXPECT_EQ(scanned(with_number(alice), tap, alice, noon + 6s).value(), with_number(alice));
}

TEST(LoginMoves, AreReportedBeforeAndAfterTheApproval) {
    for (const Login& login : {scanned_by(alice), approved_by(alice)}) {
        const Login reported_one = reported(login, alice, noon + 20s).value();
        EXPECT_EQ(reported_one.state, State::reported);
        EXPECT_EQ(collected(reported_one, session, noon + 21s).error(), Errc::already_decided);
        EXPECT_EQ(approved(reported_one, alice, {}, noon + 21s).error(), Errc::already_decided);
        EXPECT_EQ(reported(reported_one, alice, noon + 22s).value(), reported_one);
    }
    EXPECT_EQ(reported(scanned_by(alice), bob, noon + 20s).error(), Errc::not_yours);
    EXPECT_EQ(reported(std::nullopt, alice, noon).error(), Errc::login_unknown);
}

TEST(LoginMoves, AReportOfWhatIsOverChangesNothing) {
    const Login done = collected(approved_by(alice), session, noon + 11s).value();
    EXPECT_EQ(reported(done, alice, noon + 20s).value(), done);
    EXPECT_EQ(reported(scanned_by(alice), alice, noon + 600s).value(), scanned_by(alice));
}

TEST(LoginMoves, AnApprovalCanBeTakenBackUntilItIsCollected) {
    const Login back = taken_back(approved_by(alice), alice, noon + 11s).value();
    EXPECT_EQ(back.state, State::cancelled);
    EXPECT_EQ(collected(back, session, noon + 12s).error(), Errc::already_decided);

    const Login done = collected(approved_by(alice), session, noon + 11s).value();
    EXPECT_EQ(done.session, session);
    EXPECT_EQ(taken_back(done, alice, noon + 12s).value(), done);
    EXPECT_EQ(taken_back(approved_by(alice), bob, noon + 11s).error(), Errc::not_yours);
    EXPECT_EQ(taken_back(scanned_by(alice), alice, noon + 11s).error(), Errc::not_approved);
}

TEST(Numbers, HaveTwoDigits) {
    EXPECT_EQ(number_text(7), "07");
    EXPECT_EQ(number_text(99), "99");
    EXPECT_EQ(parse_number("07"), 7);
    for (const char* text : {"", "7", "007", "7 ", "-7", "+7", "x7"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
}

TEST(Numbers, AreDrawnWithoutFavour) {
    const auto drawn_of = [](std::uint16_t first, std::uint16_t second) {
        int draws = 0;
        return random_number([&](std::span<std::byte> bytes) {
            put_big_endian(bytes.first<2>(), draws++ == 0 ? first : second);
        });
    };
    EXPECT_EQ(drawn_of(0, 1), 0);
    EXPECT_EQ(drawn_of(65'499, 1), 99);
    EXPECT_EQ(drawn_of(65'500, 41), 41) << "what would come too often is drawn again";
    EXPECT_EQ(drawn_of(65'535, 41), 41);
}

TEST(LoginErrors, SayWhatToDo) {
    const ErrorCode error = Errc::code_expired;

    EXPECT_EQ(error.category().name(), std::string_view("login"));
    EXPECT_EQ(error.message(), "This code is too old. Scan the one that is on the screen now.");
}

}  // namespace
}  // namespace latchkey::login
