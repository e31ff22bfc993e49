/// A store of logins in memory, whose reads can be made to wait for the test.
#pragma once

#include "base/encoding.hpp"
#include "login/events.hpp"
#include "login/ports.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace latchkey::login::test {

class MemoryStore final : public LoginStore {
 public:
    Async<Result<Login>> update(LoginId id, Change change, Asked asked) override {
        co_return move_now(id, change, asked);
    }
    Async<Result<Login>> approve(
        LoginId id, Change change, ApprovalSignature signature, Asked asked
    ) override {
        auto login = move_now(id, change, asked);
        const std::lock_guard lock(mutex_);
        if (login) signatures_.push_back(std::move(signature));
        co_return login;
    }
    Async<Result<Login>> collect(LoginId id, Change change, Collection what) override {
        auto login = move_now(id, change, what.asked);
        const std::lock_guard lock(mutex_);
        if (!login) co_return login;
        histories_[login->account].browsers.push_back(what.browser);
        if (what.session) sessions_.push_back({*what.session, login->account, what.browser});
        if (what.ticket) tickets_[what.ticket->hash] = ticket_of(*login, *what.ticket);
        co_return login;
    }
    Async<Result<Ended>> end(LoginId id, Change change, Ending ending, IsOf is_of, Asked asked)
        override {
        auto login = move_now(id, change, asked);
        if (!login) co_return login.error();
        const std::lock_guard lock(mutex_);
        const std::size_t ended = std::erase_if(sessions_, [&](const Session& session) {
            if (session.account != login->account) return false;
            return ending == Ending::session ? session.grant.id == login->session
                                             : is_of(*login, session.browser);
        });
        std::erase_if(tickets_, [&](const auto& entry) { return entry.second.login == id; });
        if (ending == Ending::browser) histories_[login->account].denied_at = asked.at;
        co_return Ended{*login, ended};
    }
    Async<Result<Login>> scan(LoginId id, AccountId by, ScanChange change, Asked asked) override {
        History history;
        {
            const std::lock_guard lock(mutex_);
            history = histories_[by];
        }
        const Change move = [&](const auto& seen) { return change(seen, history); };
        co_return move_now(id, move, asked);
    }
    Async<Result<Ticket>> redeem(crypto::Sha256 hash, ClientNumber client, Asked asked) override {
        if (broken) co_return Errc::unavailable;
        const std::lock_guard lock(mutex_);
        const auto found = tickets_.find(hash);
        const bool good = found != tickets_.end() && found->second.client == client &&
                          asked.at < found->second.expires_at;
        if (!good) co_return Errc::ticket_unknown;
        Ticket ticket = found->second;
        tickets_.erase(found);
        co_return ticket;
    }
    Async<Result<void>> note(ops::AuditEvent event) override {
        if (broken) co_return Errc::unavailable;
        const std::lock_guard lock(mutex_);
        noted_.push_back(std::move(event));
        co_return Result<void>();
    }
    Async<Result<std::optional<Login>>> find(LoginId id) override {
        if (before_read) before_read();
        Result<std::optional<Login>> found = read(id);
        if (after_read) after_read();
        co_return found;
    }
    bool surely_absent(const LoginId& id) const noexcept override {
        if (!knows_absence) return false;
        const std::lock_guard lock(mutex_);
        return !broken && !logins_.contains(id);
    }

    // For tests. Set before the server runs, or while it waits for the test.
    std::function<void()> before_read;  ///< between the subscription and the read
    std::function<void()> after_read;   ///< between the read and its answer
    bool knows_absence = false;
    std::atomic<bool> broken{false};  ///< everything is `unavailable`

    std::optional<Login> stored(const LoginId& id) const {
        const std::lock_guard lock(mutex_);
        const auto found = logins_.find(id);
        return found == logins_.end() ? std::nullopt : std::optional(found->second);
    }
    std::size_t rows() const {
        const std::lock_guard lock(mutex_);
        return logins_.size();
    }
    struct Session {
        SessionGrant grant;
        AccountId account;
        BrowserMark browser{};
    };
    std::vector<Session> sessions() const {
        const std::lock_guard lock(mutex_);
        return sessions_;
    }

    /// The test's sessions keep their cookie in `browser`, so that they can be found by it.
    Async<Result<std::optional<Time>>> session_began(std::string cookie_value) const {
        if (broken) co_return Errc::unavailable;
        for (const Session& session : sessions()) {
            if (session.grant.browser == cookie_value) {
                co_return std::optional(session.grant.created_at);
            }
        }
        co_return std::optional<Time>();
    }
    void end_sessions() {
        const std::lock_guard lock(mutex_);
        sessions_.clear();
    }

    /// What approvals were signed with.
    std::vector<ApprovalSignature> signatures() const {
        const std::lock_guard lock(mutex_);
        return signatures_;
    }
    void set_passkey(const AccountId& account) {
        const std::lock_guard lock(mutex_);
        histories_[account].has_passkey = true;
    }

    std::vector<ops::AuditEvent> noted() const {
        const std::lock_guard lock(mutex_);
        return noted_;
    }

    /// `update` without waiting.
    Result<Login> move_now(const LoginId& id, const Change& change, const Asked& asked = {}) {
        if (broken) return Errc::unavailable;
        const std::lock_guard lock(mutex_);
        const auto found = logins_.find(id);
        const auto before = found == logins_.end() ? std::nullopt : std::optional(found->second);
        auto login = change(before);
        if (!login) return login;
        logins_[id] = *login;
        if (is_denial(before, *login)) histories_[login->account].denied_at = asked.at;
        return login;
    }

 private:
    Result<std::optional<Login>> read(const LoginId& id) const {
        if (broken) return Errc::unavailable;
        return stored(id);
    }

    static Ticket ticket_of(const Login& login, const TicketGrant& grant) {
        const bool vouched = !login.subject.id.empty();
        return {
            .hash = grant.hash,
            .client = login.client,
            .login = login.id,
            .account = vouched ? AccountId{} : login.account,
            .user_id = vouched ? login.subject.id : base64url(login.account.view()),
            .user_name = login.subject.name,
            .browser = login.shown.browser,
            .system = login.shown.system,
            .address = login.shown.address,
            .approved_at = login.decided_at,
            .expires_at = grant.expires_at,
        };
    }

    mutable std::mutex mutex_;
    std::map<LoginId, Login> logins_;
    std::vector<Session> sessions_;
    std::map<AccountId, History> histories_;
    std::map<crypto::Sha256, Ticket> tickets_;
    std::vector<ops::AuditEvent> noted_;
    std::vector<ApprovalSignature> signatures_;
};

}  // namespace latchkey::login::test
