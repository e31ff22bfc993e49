#include "main/audit_lines.hpp"

#include "base/encoding.hpp"
#include "base/utf8.hpp"
#include "ops/log_line.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string_view>

namespace latchkey {
namespace {

using store::AuditEntry;
using store::AuditFault;

std::string or_dash(std::string text) {
    return text.empty() ? "-" : text;
}

template <class T>
std::string text_of_id(const std::optional<T>& id) {
    return id ? base64url(id->view()) : std::string();
}

std::string utf8(const std::string& text) {
    return is_utf8(text) ? text : ops::escaped(text);
}

/// What was written is a JSON object; anything else is shown as text.
boost::json::value detail_of(const std::string& text) {
    boost::system::error_code fault;
    boost::json::value value = boost::json::parse(text, fault);
    if (fault || !value.is_object()) return boost::json::value(utf8(text));
    return value;
}

std::string events(std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " event" : " events");
}

}  // namespace

std::string audit_line(const AuditEntry& entry) {
    const ops::AuditEvent& event = entry.row.event;
    const std::string account =
        entry.account_name.empty() ? text_of_id(event.account) : ops::escaped(entry.account_name);
    const std::string client = event.client != 0 && entry.client_name.empty()
                                   ? std::to_string(event.client)
                                   : ops::escaped(entry.client_name);
    std::string line = ops::utc_text(event.at);
    for (const std::string& column :
         {ops::escaped(event.kind),
          account,
          text_of_id(event.login),
          client,
          ops::escaped(event.address)}) {
        line += '\t' + or_dash(column);
    }
    return line;
}

boost::json::object audit_object(const AuditEntry& entry) {
    const ops::AuditEvent& event = entry.row.event;
    boost::json::object object;
    object["seq"] = entry.row.number;
    object["time"] = ops::utc_text(event.at);
    object["kind"] = utf8(event.kind);
    if (event.account) {
        object["account"] = {{"id", text_of_id(event.account)}, {"name", utf8(entry.account_name)}};
    }
    if (event.login) object["login"] = text_of_id(event.login);
    if (event.session) object["session"] = text_of_id(event.session);
    if (event.client != 0) {
        object["client"] = {
            {"number", event.client},
            {"id", utf8(entry.client_id)},
            {"name", utf8(entry.client_name)}
        };
    }
    if (!event.address.empty()) object["address"] = utf8(event.address);
    if (!event.detail.empty()) object["detail"] = detail_of(event.detail);
    object["hash"] = hex(entry.row.hash.view());
    return object;
}

std::string audit_json(const AuditEntry& entry) {
    return boost::json::serialize(audit_object(entry));
}

std::string exported_line(const AuditEntry& entry) {
    const ops::AuditEvent& event = entry.row.event;
    boost::json::object object{
        {"seq", entry.row.number},
        {"at_ms", to_unix_ms(event.at)},
        {"kind", utf8(event.kind)},
        {"client", event.client},
        {"address", utf8(event.address)},
        {"detail", utf8(event.detail)},
        {"hash", hex(entry.row.hash.view())},
    };
    if (event.account) object["account"] = text_of_id(event.account);
    if (event.login) object["login"] = text_of_id(event.login);
    if (event.session) object["session"] = text_of_id(event.session);
    if (entry.evidence) {
        const login::ApprovalSignature& evidence = *entry.evidence;
        object["evidence"] = {
            {"statement", utf8(evidence.statement)},
            {"credential", base64url(evidence.credential_id)},
            {"public_key", base64url(evidence.public_key)},
            {"client_data", base64url(evidence.client_data)},
            {"authenticator_data", base64url(evidence.authenticator_data)},
            {"signature", base64url(evidence.signature)},
        };
    }
    return boost::json::serialize(object);
}

std::string export_end(std::int64_t events, const crypto::Sha256& hash) {
    return boost::json::serialize(
        boost::json::object{{"events", events}, {"hash", hex(hash.view())}}
    );
}

std::string verdict_line(const store::AuditVerdict& verdict) {
    if (!verdict.fault) return events(verdict.intact) + ", intact";
    const std::string which = "event " + std::to_string(verdict.fault->number);
    std::string what;
    switch (verdict.fault->what) {
        case AuditFault::What::changed:
            what = " is not as it was written, or not in its place";
            break;
        case AuditFault::What::missing:
            what = " is missing";
            break;
        case AuditFault::What::uncounted:
            what = " was never counted: the count of events was changed";
            break;
        case AuditFault::What::unproven:
            what = " is an approval whose signature is missing or does not hold";
            break;
    }
    return which + what + "; intact before that: " + events(verdict.intact);
}

}  // namespace latchkey
