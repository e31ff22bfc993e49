#include "login/statement.hpp"

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "login/examples.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>

namespace latchkey::login {
namespace {

using testing::HasSubstr;
using testing::Not;

/// tests/vectors/approval.json, which a program that has nothing of ours has computed and the front
/// end reads as well.
class ApprovalVector : public testing::Test {
 protected:
    ApprovalVector() {
        std::ifstream file(LATCHKEY_VECTORS "/approval.json");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        all = boost::json::parse(text).as_object();
        facts = all.at("facts").as_object();
        login.id = bytes_from<LoginId>(fact("login"), from_base64url).value();
        login.nonce = bytes_from<ApprovalNonce>(fact("nonce"), from_base64url).value();
        login.account = bytes_from<AccountId>(fact("account"), from_base64url).value();
        login.shown = {fact("browser"), fact("system"), fact("address")};
        login.confirm = Confirm::passkey_and_number;
        login.number = parse_number(fact("number")).value();
        login.scanned_at = from_unix_ms(facts.at("scanned_at").as_int64());
        client = fact("client");
        client_name = fact("client_name");
        account_name = fact("account_name");
    }
    std::string fact(std::string_view name) const {
        return std::string(facts.at(name).as_string());
    }
    std::string text() const {
        return statement_of(login, {"example.org", client, client_name, account_name});
    }

    boost::json::object all;
    boost::json::object facts;
    Login login;
    std::string client;
    std::string client_name;
    std::string account_name;
};

TEST_F(ApprovalVector, IsTheTextAndItsHash) {
    EXPECT_EQ(text(), std::string(all.at("text").as_string()));
    EXPECT_EQ(
        hex(crypto::sha256(bytes_of(text())).view()), std::string(all.at("sha256").as_string())
    );
}

TEST_F(ApprovalVector, HasANumberOnlyWhereOneIsTyped) {
    login.confirm = Confirm::passkey;
    EXPECT_THAT(text(), HasSubstr("\nnumber: \n"));
}

TEST_F(ApprovalVector, IsAnotherForEachFactThatIsAnother) {
    std::set<std::string> texts{text()};
    const std::vector<std::function<void()>> changes{
        [this] { login.id.data[11] ^= std::byte{1}; },
        [this] { login.nonce->data[0] ^= std::byte{1}; },
        [this] { login.account.data[0] ^= std::byte{1}; },
        [this] { login.shown.browser += '!'; },
        [this] { login.shown.system += '!'; },
        [this] { login.shown.address = "203.0.113.8"; },
        [this] { ++login.number; },
        [this] { login.scanned_at += milliseconds(1); },
        [this] { client += '0'; },
        [this] { client_name += '!'; },
        [this] { account_name += '!'; },
    };
    for (const auto& change : changes) {
        change();
        EXPECT_TRUE(texts.insert(text()).second);
    }
}

TEST_F(ApprovalVector, HasNoValueThatLooksLikeALine) {
    client_name = "Shop\nbrowser: Firefox";
    const std::string forged = text();
    client_name = "Shop\\u000abrowser: Firefox";

    EXPECT_THAT(forged, Not(HasSubstr("\nbrowser: Firefox")));
    EXPECT_NE(forged, text()) << "what is escaped is not what looks escaped";
}

}  // namespace
}  // namespace latchkey::login
