#include "store/funnel.hpp"

#include "login/login.hpp"

#include <algorithm>
#include <unordered_map>

namespace latchkey::store {
namespace {

struct Steps {
    Time scanned_at;
    std::optional<Time> approved_at{};
    bool collected = false;
    bool denied = false;
    bool reported = false;
};

/// The lower one of two in the middle.
std::optional<milliseconds> median(std::vector<milliseconds> times) {
    if (times.empty()) return std::nullopt;
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 2);
    std::ranges::nth_element(times, middle);
    return *middle;
}

}  // namespace

Funnel funnel_of(const std::vector<AuditRow>& rows) {
    namespace kinds = ops::audit;
    std::unordered_map<LoginId, Steps> logins;
    std::vector<milliseconds> to_scanned;
    std::vector<milliseconds> to_approved;
    std::vector<milliseconds> to_collected;
    for (const AuditRow& row : rows) {
        const ops::AuditEvent& event = row.event;
        if (!event.login) continue;
        const bool is_approval = event.kind == kinds::login_approved;
        const bool is_new = (is_approval || event.kind == kinds::login_scanned) &&
                            logins.try_emplace(*event.login, Steps{event.at}).second;
        if (is_new) to_scanned.push_back(event.at - login::created_at(*event.login));
        const auto found = logins.find(*event.login);
        if (found == logins.end()) continue;
        Steps& steps = found->second;
        if (is_approval && !steps.approved_at) {
            steps.approved_at = event.at;
            if (!is_new) to_approved.push_back(event.at - steps.scanned_at);
        } else if (event.kind == kinds::login_collected && !steps.collected) {
            steps.collected = true;
            if (steps.approved_at) to_collected.push_back(event.at - *steps.approved_at);
        } else if (event.kind == kinds::login_denied) {
            steps.denied = true;
        } else if (event.kind == kinds::login_reported) {
            steps.reported = true;
        }
    }
    Funnel funnel{.scanned = static_cast<std::int64_t>(logins.size())};
    for (const auto& [id, steps] : logins) {
        funnel.approved += steps.approved_at ? 1 : 0;
        funnel.collected += steps.collected ? 1 : 0;
        funnel.denied += steps.denied ? 1 : 0;
        funnel.reported += steps.reported ? 1 : 0;
    }
    funnel.shown_to_scanned = median(std::move(to_scanned));
    funnel.scanned_to_approved = median(std::move(to_approved));
    funnel.approved_to_collected = median(std::move(to_collected));
    return funnel;
}

}  // namespace latchkey::store
