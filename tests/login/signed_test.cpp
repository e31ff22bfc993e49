/// Approvals that are signed, on the wire.
#include "login/house.hpp"
#include "login/statement.hpp"
#include "login/steps.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace latchkey::login {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Alice has a passkey, and a page shows a login.
class SignedApproval : public testing::Test {
 protected:
    SignedApproval() {
        house.store.set_passkey(alice.account);
        page.hear();
    }
    boost::json::object scanned(std::uint8_t host = 1) {
        Visitor phone = house.phone("alice");
        phone.host = host;
        const Reply reply = phone.post_json("/v1/scans", R"({"code":")" + login.code + R"("})");
        EXPECT_EQ(reply.status, 201U) << reply.body;
        return boost::json::parse(reply.body).as_object();
    }
    Login stored() {
        return house.store.stored(house.keys.open_token(login.token, house.now())->login).value();
    }
    std::string statement() {
        return statement_of(stored(), {"example.org", "", "The Shop", "Ada \"A\" 王"});
    }
    Reply approve(const boost::json::object& body, const std::string& who = "alice") {
        const std::string id = base64url(stored().id.view());
        return house.phone(who).post_json(
            "/v1/scans/" + id + "/approve", boost::json::serialize(body)
        );
    }
    static boost::json::object as(const std::string& signature) {
        return {{"assertion", {{"signature", signature}}}};
    }

    House house;
    Begun login = begin(house);
    Page page = v1_page(login);
};

TEST_F(SignedApproval, IsAskedForWithEverythingThatIsToBeSigned) {
    const auto answer = scanned();

    EXPECT_EQ(answer.at("confirm"), "passkey");
    const auto& sign = answer.at("sign").as_object();
    EXPECT_EQ(sign.at("rp_id"), "example.org");
    EXPECT_EQ(sign.at("nonce").as_string(), base64url(stored().nonce->view()));
    EXPECT_EQ(sign.at("scanned_at"), to_unix_ms(stored().scanned_at));
    EXPECT_THAT(sign.at("passkeys").as_array(), SizeIs(1));
}

TEST_F(SignedApproval, IsNotAskedOfAnAccountWithoutAPasskey) {
    const Reply reply =
        house.phone("bob").post_json("/v1/scans", R"({"code":")" + login.code + R"("})");
    const auto answer = boost::json::parse(reply.body).as_object();
    EXPECT_EQ(answer.at("confirm"), "tap");
    EXPECT_EQ(answer.at("sign"), nullptr);
}

TEST_F(SignedApproval, ApprovesAndKeepsWhatWasSigned) {
    scanned();
    EXPECT_EQ(approve({}).problem(), "passkey-missing");

    EXPECT_EQ(approve(as(statement())).status, 200U);

    EXPECT_EQ(stored().state, State::approved);
    ASSERT_THAT(house.store.signatures(), SizeIs(1));
    EXPECT_THAT(house.store.signatures().front().statement, HasSubstr("account name: Ada"));
}

TEST_F(SignedApproval, OfAnotherTextLeavesTheLoginAsItWas) {
    scanned();
    std::string other = statement();
    other.replace(other.find("browser: "), 9, "browser: X");

    EXPECT_EQ(approve(as(other)).problem(), "passkey-refused");
    EXPECT_EQ(approve(as("")).problem(), "passkey-refused");

    EXPECT_EQ(stored().state, State::scanned);
    EXPECT_THAT(house.store.signatures(), IsEmpty());
    EXPECT_EQ(approve(as(statement())).status, 200U);
}

TEST_F(SignedApproval, OfAnotherAccountIsNone) {
    scanned();
    EXPECT_EQ(approve(as(statement()), "bob").problem(), "not-yours");
}

TEST_F(SignedApproval, BesideTheNumberWantsBoth) {
    EXPECT_EQ(scanned(2).at("confirm"), "passkey-and-number");
    EXPECT_THAT(page.hear(), HasSubstr("\"number\""));
    EXPECT_EQ(approve(as(statement())).problem(), "number-missing");

    auto both = as(statement());
    both["number"] = number_text(stored().number);
    EXPECT_EQ(approve(both).status, 200U);
    EXPECT_THAT(
        house.store.signatures().front().statement,
        HasSubstr("number: " + number_text(stored().number))
    );
}

TEST_F(SignedApproval, WithAWrongNumberDeniesWhateverWasSigned) {
    scanned(2);
    auto both = as(statement());
    both["number"] = number_text(static_cast<std::uint8_t>((stored().number + 1) % 100));

    EXPECT_EQ(approve(both).problem(), "wrong-number");

    EXPECT_EQ(stored().state, State::denied);
    EXPECT_THAT(house.store.signatures(), IsEmpty());
}

TEST_F(SignedApproval, WhatIsNoAssertionIsNoAnswer) {
    scanned();
    EXPECT_EQ(approve({{"assertion", "x"}}).status, 400U);
    EXPECT_EQ(approve({{"assertion", boost::json::object()}}).status, 400U);
}

TEST_F(SignedApproval, IsRefusedWherePasskeysWorkOnlyElsewhere) {
    house.passkey_server = {.id = "", .is_elsewhere = true};
    const Reply reply =
        house.phone("alice").post_json("/v1/scans", R"({"code":")" + login.code + R"("})");
    EXPECT_EQ(reply.problem(), "refused-by-policy");
    EXPECT_THAT(reply.body, HasSubstr("passkey-elsewhere"));
}

TEST_F(SignedApproval, IsTheNumberWherePasskeysWorkNowhere) {
    house.passkey_server = {};
    EXPECT_EQ(scanned().at("confirm"), "number");
}

TEST_F(SignedApproval, IsTriedNoOftenerThanNumbersAre) {
    scanned();
    unsigned refused = 0;
    for (int i = 0; i < 200 && refused == 0; ++i) {
        if (approve(as("wrong")).status == 429U) ++refused;
    }
    EXPECT_EQ(refused, 1U);
}

}  // namespace
}  // namespace latchkey::login
