#include "crowd.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace latchkey::bench {
namespace {

// So many pages are opened at a time: enough to keep a server busy, too few to overflow a backlog.
constexpr std::size_t lanes_max = 32;

}  // namespace

/// One page that waits.
class Crowd::Member final : private Page::Owner {
 public:
    Member(Crowd& crowd, Lane& lane)
        : crowd_(crowd), lane_(&lane), page_(crowd.loop_, crowd.scene_, *this) {}

    void open(const NewLogin& login) { page_.open(login, crowd_.scene_.sources.next()); }

 private:
    void on_waiting() override;
    void on_approved() override { crowd_.failure_ = "a page was told that it is approved"; }
    void on_page_end(std::string_view why) override;

    Crowd& crowd_;
    Lane* lane_;  // null once it waits
    Page page_;
};

/// Opens one page after the other.
class Crowd::Lane {
 public:
    explicit Lane(Crowd& crowd)
        : crowd_(crowd),
          http_(
              crowd.loop_,
              crowd.scene_.target,
              crowd.scene_.sources,
              [this](const Response* response, std::string_view why) { answered(response, why); }
          ) {}

    void next() {
        if (crowd_.members_.size() >= crowd_.wanted_) return;
        crowd_.members_.push_back(std::make_unique<Member>(crowd_, *this));
        member_ = crowd_.members_.back().get();
        if (crowd_.scene_.wire == Wire::nchan) {
            member_->open(unregistered_login());
        } else {
            http_.send(new_login_request(crowd_.scene_.target, crowd_.scene_.wire));
        }
    }

 private:
    void answered(const Response* response, std::string_view why) {
        const auto login =
            response != nullptr ? read_new_login(*response, crowd_.scene_.wire) : std::nullopt;
        if (login) return member_->open(*login);
        crowd_.failure_ =
            "no code for a page: " +
            (response != nullptr ? std::to_string(response->status) : std::string(why));
    }

    Crowd& crowd_;
    Member* member_ = nullptr;
    HttpClient http_;
};

void Crowd::Member::on_waiting() {
    if (lane_ == nullptr) return;
    ++crowd_.waiting_;
    auto* lane = std::exchange(lane_, nullptr);
    lane->next();
}

void Crowd::Member::on_page_end(std::string_view why) {
    if (lane_ == nullptr) {
        --crowd_.waiting_;
    } else {
        crowd_.failure_ = "a page could not wait: " + std::string(why);
    }
}

Crowd::Crowd(Loop& loop, Scene& scene) : loop_(loop), scene_(scene) {}

Crowd::~Crowd() = default;

void Crowd::open(std::size_t count, std::chrono::seconds time_max) {
    wanted_ = members_.size() + count;
    const auto wanted_waiting = waiting_ + count;
    members_.reserve(wanted_);
    std::vector<std::unique_ptr<Lane>> lanes;
    for (std::size_t i = 0; i < std::min(lanes_max, count); ++i) {
        lanes.push_back(std::make_unique<Lane>(*this));
        lanes.back()->next();
    }
    const bool ended = loop_.run_until(
        [&] { return waiting_ >= wanted_waiting || !failure_.empty(); }, Clock::now() + time_max
    );
    if (!failure_.empty()) throw std::runtime_error(failure_);
    if (!ended) {
        throw std::runtime_error(
            "only " + std::to_string(waiting_) + " pages wait after the time given"
        );
    }
}

}  // namespace latchkey::bench
