/// Approvals that are signed, from the signature to the log that is looked through without anybody.
#include "store/evidence.hpp"

#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "contract/tampering.hpp"
#include "identity/authenticator.hpp"
#include "login/statement.hpp"
#include "store/database.hpp"
#include "store/sqlite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace latchkey::store {
namespace {

namespace authenticators = identity::test;
using login::Login;
using testing::ElementsAre;
using What = AuditFault::What;

/// Ada has a passkey; her phone has scanned a login that wants it.
class SignedApprovals : public testing::Test {
 protected:
    SignedApprovals() {
        await(database_.accounts().add_account(ada)).value();
        await(database_.sessions().add_session(new_session(ada, 9))).value();
        identity::Passkey passkey;
        passkey.credential.id = authenticator_.id;
        passkey.credential.account = ada.id;
        passkey.credential.public_key = authenticator_.public_key;
        passkey.credential.sign_count = 5;
        passkey.name = "Phone";
        passkey.created_at = noon;
        const identity::SpentChallenge spent{filled<crypto::Sha256>(1), noon + seconds(60)};
        await(database_.passkeys().add_passkey({passkey, filled<SessionId>(9), spent, ""})).value();

        scanned_ = scanned_login(1);
        scanned_.confirm = login::Confirm::passkey;
        scanned_.nonce = filled<login::ApprovalNonce>(4);
        scanned_.shown = {.browser = "Chrome", .system = "Windows", .address = "203.0.113.7"};
        await(database_.logins().update(
                  scanned_.id, [this](const auto&) { return Result<Login>(scanned_); }, {noon, ""}
              ))
            .value();
    }

    /// What Ada's authenticator makes of a login that is shown to her.
    login::ApprovalSignature signed_by_ada(const Login& shown) {
        login::ApprovalSignature signature;
        signature.statement = statement_of(shown, {"example.org", "", "Latchkey", "Ada"});
        const auto hash = crypto::sha256(bytes_of(signature.statement));
        const authenticators::Browser browser{
            .type = "webauthn.get", .challenge = {hash.data.begin(), hash.data.end()}
        };
        authenticator_.sign_count = 6;
        signature.credential_id = authenticator_.id;
        signature.public_key = authenticator_.public_key;
        signature.client_data = browser.client_data();
        signature.authenticator_data = authenticator_.data();
        signature.signature =
            authenticator_.sign(signature.authenticator_data, signature.client_data);
        signature.sign_count = authenticator_.sign_count;
        signature.user_verified = true;
        return signature;
    }
    Result<Login> approve(login::ApprovalSignature signature) {
        const login::Approver by{ada.id, filled<SessionId>(9)};
        return await(database_.logins().approve(
            scanned_.id,
            [by](const auto& seen) { return approved(seen, by, {{}, true}, noon + seconds(5)); },
            std::move(signature),
            {noon + seconds(5), "203.0.113.9"}
        ));
    }
    AuditVerdict verdict() { return await(database_.audit().verify()).value(); }
    std::vector<std::string> kinds() {
        std::vector<std::string> kinds;
        for (const AuditEntry& entry : await(database_.audit().after(0)).value().entries) {
            kinds.push_back(entry.row.event.kind);
        }
        return kinds;
    }
    ops::AuditEvent last_event() {
        return await(database_.audit().after(0)).value().entries.back().row.event;
    }
    void run_sql(const std::string& sql) {
        Connection(
            directory_.path() / Database::file_name,
            Connection::Access::read_write,
            milliseconds(1'000)
        )
            .execute(sql.c_str());
    }
    void tamper(const std::string& sql) {
        run_sql(std::string(unlocked_audit_log) + "PRAGMA foreign_keys = OFF; " + sql);
    }

    FreshDirectory directory_;
    Database database_{directory_.path()};
    authenticators::Authenticator authenticator_;
    Login scanned_;
};

TEST_F(SignedApprovals, StayAsTheyAre) {
    approve(signed_by_ada(scanned_)).value();

    EXPECT_THROW(run_sql("UPDATE audit_evidence SET statement = ''"), SqliteError);
    EXPECT_THROW(run_sql("DELETE FROM audit_evidence"), SqliteError);
}

TEST_F(SignedApprovals, AreKeptWithTheirEventAndHoldWithoutAnybody) {
    EXPECT_EQ(approve(signed_by_ada(scanned_))->state, login::State::approved);

    EXPECT_THAT(
        kinds(),
        ElementsAre(
            "account.added", "session.began", "passkey.added", "login.scanned", "login.approved"
        )
    );
    EXPECT_EQ(verdict().fault, std::nullopt);
    EXPECT_EQ(verdict().intact, 5);
    const auto passkey = await(database_.passkeys().passkeys_of(ada.id)).value().front();
    EXPECT_EQ(passkey.credential.sign_count, 6U);
    EXPECT_EQ(passkey.used_at, noon + seconds(5));
}

TEST_F(SignedApprovals, AreNoneWhenThePasskeyIsGoneMeanwhile) {
    await(database_.passkeys().remove_passkey(
              ada.id, authenticator_.id, identity::WaysLeft::any, noon
          ))
        .value();

    EXPECT_EQ(approve(signed_by_ada(scanned_)).error(), login::Errc::passkey_refused);
    EXPECT_EQ(await(database_.logins().find(scanned_.id)).value()->state, login::State::scanned);
    EXPECT_EQ(verdict().fault, std::nullopt);
}

TEST_F(SignedApprovals, ByACounterThatWentBackAreToldAndHold) {
    auto signature = signed_by_ada(scanned_);
    signature.counter_went_back = true;
    EXPECT_TRUE(approve(std::move(signature)));
    EXPECT_EQ(kinds().back(), "passkey.counter");
    EXPECT_EQ(verdict().fault, std::nullopt);
}

TEST_F(SignedApprovals, WhoseEvidenceIsChangedOrGoneAreNamed) {
    approve(signed_by_ada(scanned_)).value();
    const AuditFault fifth{5, What::unproven};
    for (const std::string column : {"credential", "public_key", "client_data", "signature"}) {
        tamper("UPDATE audit_evidence SET " + column + " = CAST(" + column + " || x'00' AS BLOB)");
        EXPECT_EQ(verdict().fault, fifth) << column;
        tamper(
            "UPDATE audit_evidence SET " + column + " = substr(" + column + ", 1, length(" +
            column + ") - 1)"
        );
        EXPECT_EQ(verdict().fault, std::nullopt) << column;
    }
    tamper("UPDATE audit_evidence SET statement = replace(statement, 'Chrome', 'Firefox')");
    EXPECT_EQ(verdict().fault, fifth);
    tamper("DELETE FROM audit_evidence");
    EXPECT_EQ(verdict().fault, fifth);
}

TEST_F(SignedApprovals, CannotBeMadeOfAnEventThatWasNotSigned) {
    tamper("INSERT INTO audit_evidence VALUES (4, 'x', x'00', x'00', x'00', x'00', x'00')");
    EXPECT_EQ(verdict().fault, (AuditFault{4, What::unproven}));
}

/// Whoever writes the log anew from its beginning makes hashes that fit, and no signatures.
TEST_F(SignedApprovals, HoldForTheirOwnEventAlone) {
    auto signature = signed_by_ada(scanned_);
    approve(signature).value();
    const ops::AuditEvent event = last_event();
    ASSERT_TRUE(holds(signature, event));

    ops::AuditEvent other = event;
    other.login = login_id(noon, 2);
    EXPECT_FALSE(holds(signature, other));
    other = event;
    other.account = ben.id;
    EXPECT_FALSE(holds(signature, other));
    for (const auto& [from, to] :
         {std::pair("Chrome", "Firefox"), std::pair("Windows", "Linux"), std::pair(".113.7", ".1")
         }) {
        other = event;
        other.detail.replace(other.detail.find(from), std::string(from).size(), to);
        EXPECT_FALSE(holds(signature, other)) << from;
    }
}

TEST_F(SignedApprovals, NeedAVerifiedUserOfThatServerAndTheVeryStatement) {
    const auto event_with = [this](const login::ApprovalSignature& signature) {
        ops::AuditEvent event;
        event.login = scanned_.id;
        event.account = ada.id;
        const std::string hash = base64url(evidence_hash(signature).view());
        event.detail = ops::audit_detail(
            {{"browser", std::string_view("Chrome")},
             {"system", std::string_view("Windows")},
             {"shown_at", std::string_view("203.0.113.7")},
             {"evidence", std::string_view(hash)}}
        );
        return event;
    };
    auto good = signed_by_ada(scanned_);
    EXPECT_TRUE(holds(good, event_with(good)));

    authenticator_.flags = authenticators::up;
    const auto unverified = signed_by_ada(scanned_);
    EXPECT_FALSE(holds(unverified, event_with(unverified)));
    authenticator_.flags = authenticators::up | authenticators::uv;
    authenticator_.rp_id = "example.com";
    const auto elsewhere = signed_by_ada(scanned_);
    EXPECT_FALSE(holds(elsewhere, event_with(elsewhere)));
    authenticator_.rp_id = "example.org";
    auto another = signed_by_ada(scanned_);
    another.statement += "more: x\n";
    EXPECT_FALSE(holds(another, event_with(another)));
    auto forged = signed_by_ada(scanned_);
    forged.signature.back() ^= std::byte{1};
    EXPECT_FALSE(holds(forged, event_with(forged)));
}

}  // namespace
}  // namespace latchkey::store
