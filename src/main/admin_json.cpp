#include "main/admin_json.hpp"

#include "base/encoding.hpp"
#include "identity/answers.hpp"
#include "main/audit_lines.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace latchkey {
namespace {

using identity::ms_ago;

boost::json::value or_null(const std::optional<milliseconds>& time) {
    return time ? boost::json::value(time->count()) : boost::json::value(nullptr);
}

boost::json::object funnel_json(const store::Glance& glance) {
    const store::Funnel& funnel = glance.funnel;
    return {
        {"whole", glance.funnel_is_whole},
        {"scanned", funnel.scanned},
        {"approved", funnel.approved},
        {"collected", funnel.collected},
        {"denied", funnel.denied},
        {"reported", funnel.reported},
        {"shown_to_scanned_ms", or_null(funnel.shown_to_scanned)},
        {"scanned_to_approved_ms", or_null(funnel.scanned_to_approved)},
        {"approved_to_collected_ms", or_null(funnel.approved_to_collected)},
    };
}

}  // namespace

boost::json::object glance_json(const store::Glance& glance, const LiveFigures& live) {
    using login::State;
    boost::json::object logins{{"watching", live.watching}};
    for (const State state :
         {State::scanned,
          State::approved,
          State::collected,
          State::denied,
          State::cancelled,
          State::reported}) {
        logins[login::to_string(state)] = glance.logins.at(static_cast<std::size_t>(state));
    }
    boost::json::object funnel = funnel_json(glance);
    funnel["shown"] = live.begun;
    const store::Counts& counts = glance.counts;
    return {
        {"logins", std::move(logins)},
        {"funnel", std::move(funnel)},
        {"counts",
         {{"accounts", counts.accounts},
          {"disabled", counts.disabled},
          {"sessions", counts.sessions},
          {"passkeys", counts.passkeys},
          {"clients", counts.clients},
          {"stopped", counts.stopped}}},
    };
}

boost::json::object accounts_json(const std::vector<store::AccountLine>& accounts, Time now) {
    boost::json::array list;
    for (const store::AccountLine& account : accounts) {
        list.push_back({
            {"id", base64url(account.id.view())},
            {"name", account.name},
            {"role", account.is_admin ? "admin" : "person"},
            {"disabled", account.disabled},
            {"created_ms_ago", ms_ago(account.created_at, now)},
            {"sessions", account.sessions},
            {"passkeys", account.passkeys},
            {"seen_ms_ago",
             account.seen_at ? boost::json::value(ms_ago(*account.seen_at, now)) : nullptr},
        });
    }
    return {{"accounts", std::move(list)}};
}

boost::json::object clients_json(const std::vector<login::Client>& clients, Time now) {
    boost::json::array list;
    for (const login::Client& client : clients) {
        list.push_back({
            {"id", client.id},
            {"name", client.name},
            {"stopped", client.stopped},
            {"created_ms_ago", ms_ago(client.created_at, now)},
        });
    }
    return {{"clients", std::move(list)}};
}

boost::json::object events_json(const store::Overview::Found& found, Time now) {
    boost::json::array list;
    for (const store::AuditEntry& entry : found.entries) {
        boost::json::object event = audit_object(entry);
        event["ms_ago"] = ms_ago(entry.row.event.at, now);
        list.push_back(std::move(event));
    }
    return {{"events", std::move(list)}, {"next", found.next}};
}

}  // namespace latchkey
