#include "main/audit_lines.hpp"

#include "contract/examples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using store::AuditEntry;
using store::AuditFault;
using testing::Not;

AuditEntry whole() {
    AuditEntry entry;
    entry.row.number = 7;
    entry.row.event = {
        .at = noon + milliseconds(5),
        .kind = "login.collected",
        .account = ada.id,
        .login = login_id(noon, 1),
        .session = filled<SessionId>(2),
        .client = 3,
        .address = "203.0.113.7",
        .detail = R"({"browser":"Firefox"})",
    };
    entry.row.hash = filled<crypto::Sha256>(0xab);
    entry.account_name = "Ada";
    entry.client_id = "shop";
    entry.client_name = "The shop";
    return entry;
}

TEST(AuditLines, ForPeopleAreSixColumns) {
    EXPECT_EQ(
        audit_line(whole()),
        "2026-06-01T12:00:00.005Z\tlogin.collected\tAda\tah10QAEBAQEBAQEB\tThe shop\t203.0.113.7"
    );
    AuditEntry bare;
    bare.row.event.at = noon;
    bare.row.event.kind = "server.settings";
    EXPECT_EQ(audit_line(bare), "2026-06-01T12:00:00.000Z\tserver.settings\t-\t-\t-\t-");
}

TEST(AuditLines, WhoHasNoNameIsShownByIdAndNumber) {
    AuditEntry entry = whole();
    entry.account_name.clear();
    entry.client_name.clear();

    EXPECT_THAT(audit_line(entry), testing::HasSubstr("\tAQEBAQEBAQEBAQEBAQEBAQ\t"));
    EXPECT_THAT(audit_line(entry), testing::HasSubstr("\t3\t"));
}

TEST(AuditLines, NothingInThemForgesALineOrTurnsATerminalAround) {
    AuditEntry entry = whole();
    entry.account_name = "A\x1b[2Jda\tx\u202e";
    entry.client_name = "shop\nforged";
    entry.row.event.address = "\r\x07";
    entry.row.event.kind = "login\u009b";

    for (const std::string& line : {audit_line(entry), audit_json(entry)}) {
        EXPECT_THAT(line, Not(testing::ContainsRegex("[\x01-\x08\n-\x1f]")));
    }
    EXPECT_EQ(
        audit_line(entry),
        "2026-06-01T12:00:00.005Z\tlogin\\u{9b}\tA\\x1b[2Jda\\tx\\u{202e}\tah10QAEBAQEBAQEB\t"
        "shop\\nforged\t\\r\\x07"
    );
}

TEST(AuditLines, InJsonHaveEverythingThatIsKept) {
    EXPECT_EQ(
        audit_json(whole()),
        R"({"seq":7,"time":"2026-06-01T12:00:00.005Z","kind":"login.collected",)"
        R"("account":{"id":"AQEBAQEBAQEBAQEBAQEBAQ","name":"Ada"},"login":"ah10QAEBAQEBAQEB",)"
        R"("session":"AgICAgICAgICAgICAgICAg",)"
        R"("client":{"number":3,"id":"shop","name":"The shop"},"address":"203.0.113.7",)"
        R"("detail":{"browser":"Firefox"},)"
        R"("hash":"abababababababababababababababababababababababababababababababab"})"
    );
}

TEST(AuditLines, InJsonLeaveOutWhatThereIsNot) {
    AuditEntry bare;
    bare.row.number = 1;
    bare.row.event.at = noon;
    bare.row.event.kind = "server.settings";

    EXPECT_EQ(
        audit_json(bare),
        R"({"seq":1,"time":"2026-06-01T12:00:00.000Z","kind":"server.settings",)"
        R"("hash":"0000000000000000000000000000000000000000000000000000000000000000"})"
    );
}

TEST(AuditLines, InJsonADetailThatSomebodyBrokeIsText) {
    AuditEntry entry = whole();
    entry.row.event.detail = "{\"a\":\xff";

    EXPECT_THAT(audit_json(entry), testing::HasSubstr(R"("detail":"{\"a\":\\xff")"));
}

TEST(AuditLines, TheVerdictNamesTheFirstEventThatIsWrong) {
    EXPECT_EQ(verdict_line({12, {}, {}}), "12 events, intact");
    EXPECT_EQ(verdict_line({1, {}, {}}), "1 event, intact");
    EXPECT_EQ(
        verdict_line({2, {}, AuditFault{3, AuditFault::What::changed}}),
        "event 3 is not as it was written, or not in its place; intact before that: 2 events"
    );
    EXPECT_EQ(
        verdict_line({2, {}, AuditFault{3, AuditFault::What::missing}}),
        "event 3 is missing; intact before that: 2 events"
    );
    EXPECT_EQ(
        verdict_line({3, {}, AuditFault{1, AuditFault::What::uncounted}}),
        "event 1 was never counted: the count of events was changed; intact before that: 3 events"
    );
}

}  // namespace
}  // namespace latchkey
