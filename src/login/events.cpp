#include "login/events.hpp"

namespace latchkey::login {
namespace {

std::string_view kind_of(State state) {
    switch (state) {
        case State::scanned:
            return ops::audit::login_scanned;
        case State::approved:
            return ops::audit::login_approved;
        case State::denied:
            return ops::audit::login_denied;
        case State::collected:
            return ops::audit::login_collected;
        case State::cancelled:
            return ops::audit::login_cancelled;
        case State::reported:
            return ops::audit::login_reported;
    }
    return {};
}

std::string shown_facts(const Login& login, std::string_view evidence) {
    if (!login.subject.id.empty()) {
        return ops::audit_detail(
            {{"user", std::string_view(login.subject.id)},
             {"name", std::string_view(login.subject.name)},
             {"browser", std::string_view(login.shown.browser)},
             {"system", std::string_view(login.shown.system)},
             {"shown_at", std::string_view(login.shown.address)}}
        );
    }
    if (!evidence.empty()) {
        return ops::audit_detail(
            {{"confirm", to_string(login.confirm)},
             {"browser", std::string_view(login.shown.browser)},
             {"system", std::string_view(login.shown.system)},
             {"shown_at", std::string_view(login.shown.address)},
             {"evidence", evidence}}
        );
    }
    return ops::audit_detail(
        {{"confirm", to_string(login.confirm)},
         {"browser", std::string_view(login.shown.browser)},
         {"system", std::string_view(login.shown.system)},
         {"shown_at", std::string_view(login.shown.address)}}
    );
}

/// What it was collected as, or else the phone's; none where a client's backend approved.
std::optional<SessionId> session_in(const Login& login) {
    if (login.session) return login.session;
    return login.subject.id.empty() ? std::optional(login.approver) : std::nullopt;
}

std::string detail_of(
    const std::optional<Login>& before, const Login& after, std::string_view evidence
) {
    const bool is_new = !before || after.state == State::approved;
    if (is_new) return shown_facts(after, evidence);
    if (after.state == State::denied)
        return ops::audit_detail({{"reason", to_string(after.denial)}});
    return {};
}

}  // namespace

ops::AuditEvent event_of(
    const std::optional<Login>& before,
    const Login& after,
    const Asked& asked,
    std::string_view evidence
) {
    const bool unchanged = before && *before == after;
    return {
        .at = asked.at,
        .kind = std::string(unchanged ? ops::audit::login_reported : kind_of(after.state)),
        .account = after.subject.id.empty() ? std::optional(after.account) : std::nullopt,
        .login = after.id,
        .session = session_in(after),
        .client = after.client,
        .address = asked.address,
        .detail = unchanged ? std::string() : detail_of(before, after, evidence),
    };
}

ops::AuditEvent second_scan(const LoginId& login, const Approver& by, const Asked& asked) {
    return {
        .at = asked.at,
        .kind = std::string(ops::audit::login_second_scan),
        .account = by.account,
        .login = login,
        .session = by.session,
        .address = asked.address,
    };
}

ops::AuditEvent signed_out(const Login& login, const Asked& asked) {
    return {
        .at = asked.at,
        .kind = std::string(ops::audit::session_ended),
        .account = login.account,
        .login = login.id,
        .session = login.session,
        .client = login.client,
        .address = asked.address,
    };
}

ops::AuditEvent redeemed(const Ticket& ticket, const Asked& asked) {
    return {
        .at = asked.at,
        .kind = std::string(ops::audit::ticket_redeemed),
        .account = ticket.account == AccountId{} ? std::nullopt : std::optional(ticket.account),
        .login = ticket.login,
        .client = ticket.client,
        .address = asked.address,
    };
}

bool is_denial(const std::optional<Login>& before, const Login& after) {
    if (before && before->state == after.state) return false;
    return after.state == State::denied || after.state == State::reported;
}

}  // namespace latchkey::login
