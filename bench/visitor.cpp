#include "visitor.hpp"

namespace latchkey::bench {
namespace {

constexpr std::chrono::seconds login_time_max{15};
constexpr std::chrono::seconds push_time_max{5};

double microseconds(Clock::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

std::string said(const Response& response) {
    return std::to_string(response.status) + " " + response.body.substr(0, 120);
}

}  // namespace

void Page::open(const NewLogin& login, in_addr source) {
    message_ = wait_message(scene_.wire, login);
    socket_.open(scene_.target, source, wait_request(scene_.target, scene_.wire, login));
}

void Page::on_socket_open() {
    if (message_.empty()) return owner_->on_waiting();
    socket_.send_text(message_);
    message_.clear();
    message_.shrink_to_fit();
}

void Page::on_message(std::string_view text) {
    ++scene_.messages;
    switch (told(scene_.wire, text)) {
        case Told::connected:
        case Told::scanned:
            return;
        case Told::waiting:
            return owner_->on_waiting();
        case Told::approved:
            return owner_->on_approved();
        case Told::wrong:
            socket_.drop();
            owner_->on_page_end("unexpected message: " + std::string(text.substr(0, 120)));
    }
}

void Page::on_socket_end(int code, std::string_view why) {
    owner_->on_page_end(std::string(why) + ", close code " + std::to_string(code));
}

Visitor::Visitor(Loop& loop, Scene& scene, Done done)
    : scene_(scene),
      own_(scene.sources.next()),
      sources_(scene.wire == Wire::v1 ? own_ : scene.sources),
      done_(std::move(done)),
      http_(
          loop,
          scene.target,
          sources_,
          [this](const Response* response, std::string_view why) { answered(response, why); }
      ),
      page_(loop, scene, *this) {
    if (!scene.browsers.empty()) browser_ = scene.browsers[scene.people++ % scene.browsers.size()];
}

void Visitor::start() {
    started_ = Clock::now();
    approval_answered_ = false;
    pushed_ = false;
    outcome_ = {};
    if (scene_.wire == Wire::nchan) {
        login_ = unregistered_login();
        open_page();
    } else {
        step_ = Step::asking;
        http_.send(new_login_request(scene_.target, scene_.wire, browser_));
    }
}

void Visitor::check(TimePoint now) {
    if (step_ == Step::idle) return;
    if (step_ == Step::approving && approval_answered_ && now - approval_sent_ > push_time_max) {
        return finish(Outcome::Kind::lost, "approved, but no push came");
    }
    if (now - started_ > login_time_max) finish(Outcome::Kind::failed, "took too long");
}

void Visitor::open_page() {
    step_ = Step::opening;
    page_.open(login_, sources_.next());
}

void Visitor::answered(const Response* response, std::string_view why) {
    if (response == nullptr) return finish(Outcome::Kind::failed, why);
    if (step_ == Step::asking) return on_new_login(*response);
    if (step_ == Step::scanning) return on_scan(*response);
    if (step_ == Step::collecting) {
        if (response->status != 200) {
            return finish(Outcome::Kind::failed, "the collection was answered " + said(*response));
        }
        outcome_.login_us = microseconds(Clock::now() - started_);
        return close_page();
    }
    if (!is_approval(scene_.wire, *response)) {
        return finish(Outcome::Kind::failed, "the approval was answered " + said(*response));
    }
    approval_answered_ = true;
    both_heard();
}

void Visitor::on_new_login(const Response& response) {
    auto login = read_new_login(response, scene_.wire);
    if (!login) {
        return finish(Outcome::Kind::failed, "a code was asked for, answered " + said(response));
    }
    login_ = std::move(*login);
    if (scene_.wire == Wire::v1) login_.cookies = browser_;
    open_page();
}

void Visitor::on_scan(const Response& response) {
    auto scan = read_scan(response, scene_.passkey ? "passkey" : "tap");
    if (!scan) return finish(Outcome::Kind::failed, "the scan was answered " + said(response));
    login_.scan = std::move(*scan);
    if (scene_.passkey) {
        const auto challenge = to_base64url(sha256(octets_of(statement_in(response))));
        login_.assertion = scene_.passkey->assertion(challenge);
    }
    approve();
}

void Visitor::on_waiting() {
    if (step_ != Step::opening) return finish(Outcome::Kind::failed, "told to wait twice");
    if (scene_.wire != Wire::v1) return approve();
    step_ = Step::scanning;
    http_.send(scan_request(scene_.target, login_, scene_.session));
}

void Visitor::approve() {
    step_ = Step::approving;
    auto request = approve_request(scene_.target, scene_.wire, login_, scene_.session);
    approval_sent_ = Clock::now();
    http_.send(std::move(request));
}

void Visitor::on_approved() {
    if (step_ != Step::approving || pushed_) {
        return finish(Outcome::Kind::failed, "a push without an approval");
    }
    const auto now = Clock::now();
    pushed_ = true;
    outcome_.push_us = microseconds(now - approval_sent_);
    outcome_.login_us = microseconds(now - started_);
    both_heard();
}

void Visitor::both_heard() {
    if (!approval_answered_ || !pushed_) return;
    if (scene_.wire != Wire::v1) return close_page();
    step_ = Step::collecting;
    http_.send(collect_request(scene_.target, login_));
}

void Visitor::close_page() {
    step_ = Step::closing;
    if (!page_.is_open()) return finish(Outcome::Kind::done, {});
    page_.close();
}

void Visitor::on_page_end(std::string_view why) {
    if (step_ == Step::closing) return finish(Outcome::Kind::done, {});
    if (pushed_) return;  // the answer to the phone is still on its way
    finish(approval_answered_ ? Outcome::Kind::lost : Outcome::Kind::failed, why);
}

void Visitor::finish(Outcome::Kind kind, std::string_view why) {
    if (step_ == Step::idle) return;
    step_ = Step::idle;
    if (kind != Outcome::Kind::done) {
        http_.reset();
        page_.drop();
    }
    outcome_.kind = kind;
    outcome_.why = why;
    done_(outcome_);
}

}  // namespace latchkey::bench
