#include "net/loop.hpp"

#include <boost/asio/post.hpp>

#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace latchkey::net {
namespace {

constexpr milliseconds tick_length{250};
constexpr std::size_t scratch_bytes = std::size_t{64} * 1024;
constexpr int events_at_once = 256;
constexpr int batches_at_once = 8;  // of events, before coroutines and posts get their turn

int new_epoll() {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return descriptor;
}

}  // namespace

Loop::Loop(Shared& shared, std::uint8_t index)
    : shared_(shared),
      limits_(shared.limits),
      index_(index),
      epoll_(context_.get_executor(), new_epoll()),
      timer_(context_.get_executor()),
      start_(shared.options.steady_clock()),
      reserve_descriptor_(open_reserve()),
      scratch_(scratch_bytes) {
    watch();
}

Loop::~Loop() {
    for (std::uint32_t slot = 0; slot < slab_.capacity(); ++slot) {
        if (slab_[slot].phase != Phase::free) doom(slot, CloseCode::going_away);
    }
    reap();
    for (const Listener& listener : listeners_) ::close(listener.descriptor);
    if (reserve_descriptor_ >= 0) ::close(reserve_descriptor_);
}

void Loop::run() {
    context_.run();
}

void Loop::stop() {
    context_.stop();
}

void Loop::watch() {
    epoll_.async_wait(epoll_.wait_read, [this](const boost::system::error_code& error) {
        if (error) return;
        take_events();
        watch();
    });
}

void Loop::take_events() {
    std::array<epoll_event, events_at_once> events{};
    for (int batch = 0; batch < batches_at_once; ++batch) {
        const int count = ::epoll_wait(epoll_.native_handle(), events.data(), events_at_once, 0);
        const Turn turn(*this);
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            on_event(
                static_cast<std::uint32_t>(event.data.u64 >> 32),
                static_cast<std::uint32_t>(event.data.u64),
                event.events
            );
        }
        if (count < events_at_once) return;
    }
}

void Loop::on_event(std::uint32_t slot, std::uint32_t generation, std::uint32_t events) {
    if (slot == listener_slot) {
        if (generation < listeners_.size()) accept(listeners_[generation]);
        return;
    }
    // An earlier event of this batch may have ended the connection, and another may have its place
    // already.
    Record* const record = slab_.find(slot, generation);
    if (record == nullptr || record->phase == Phase::doomed) return;
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) record->peer_done = true;
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) record->readable = true;
    if ((events & EPOLLOUT) != 0) {
        if (record->work && record->work->tls)
            record->readable = true;  // TLS may have waited to write
        flush(slot);
    }
    if ((events & EPOLLERR) != 0 && record->phase == Phase::handling)
        doom(slot, CloseCode::abnormal);
    pump(slot);
    reap();
}

Loop::Turn::Turn(Loop& loop) : loop_(loop) {
    loop_.in_turn_ = true;
    loop_.present_ = loop_.shared_.options.steady_clock();
}

Tick Loop::now() const {
    return static_cast<Tick>((present_ - start_) / tick_length);
}

Tick Loop::after(milliseconds delay) const {
    return static_cast<Tick>((present_ - start_ + delay) / tick_length) + 1;
}

void Loop::set_deadline(std::uint32_t slot, Tick at) {
    slab_[slot].deadline = at;
    hang_up_wheel(slot);
}

/// A deadline that moved later stays where it hangs and is looked at again when that moment comes.
void Loop::hang_up_wheel(std::uint32_t slot) {
    const Record& record = slab_[slot];
    Tick at = std::min(record.deadline, record.wake);
    if (record.phase == Phase::open && record.work) at = std::min(at, record.work->write_by);
    if (at == never) return;
    if (record.wheel.linked() && record.wheel.at <= at) return;
    wheel_.set(slot, at);
    arm(slab_[slot].wheel.at);
}

/// The timer is set to how long it is from now, so that a clock of another speed than the timer's
/// cannot make it fire at once again and again.
void Loop::arm(Tick at) {
    if (at >= armed_) return;
    armed_ = at;
    timer_.expires_after(std::max(milliseconds(1), start_ + at * tick_length - present_));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) on_time();
    });
}

void Loop::on_time() {
    const Turn turn(*this);
    armed_ = never;
    wheel_.advance(now(), [this](std::uint32_t slot) { on_due(slot); });
    if (drain_by_ <= now()) end_drain();
    if (listen_by_ <= now()) resume_listening();
    reap();
    if (const auto next = wheel_.next()) arm(*next);
    arm(drain_by_);
    arm(listen_by_);
}

void Loop::look_at_clock() {
    boost::asio::post(context_, [this] { on_time(); });
}

void Loop::on_due(std::uint32_t slot) {
    Record& record = slab_[slot];
    const Tick present = now();
    if (record.phase == Phase::doomed) return;
    if (record.wake <= present) {
        record.wake = never;
        if (record.phase == Phase::open) {
            Socket socket(*this, slot);
            endpoint_of(record).on_deadline(socket);
        }
    }
    if (record.phase == Phase::open && record.work && record.work->write_by <= present)
        close_slow(slot);
    if (record.phase != Phase::doomed && record.deadline <= present) on_phase_deadline(slot);
    if (record.phase != Phase::doomed) hang_up_wheel(slot);
}

void Loop::on_phase_deadline(std::uint32_t slot) {
    Record& record = slab_[slot];
    record.deadline = never;
    const bool begun = record.work && (record.work->reader || !record.work->input.empty());
    const bool writing = record.work && !record.work->out.empty();
    if (record.phase == Phase::open) {
        on_beat(slot);
    } else if (record.phase == Phase::http && begun && !writing) {
        refuse_request(slot, 408, "the request did not arrive in time");
    } else if (record.phase != Phase::handling) {
        const bool ours = record.phase == Phase::closing || record.phase == Phase::lingering;
        doom(slot, ours ? record.close_code : CloseCode::abnormal);
    }
}

void Loop::doom(std::uint32_t slot, CloseCode code) {
    Record& record = slab_[slot];
    if (record.phase == Phase::doomed) return;
    record.phase = Phase::doomed;
    record.close_code = code;
    doomed_.push_back(slot);
}

/// Nobody is freed while an event is dealt with: an endpoint may end any socket, its own included.
/// Whoever leaves goes first, so that no place is another's before all that were to leave it are
/// looked at.
void Loop::reap() {
    while (!leaving_.empty() || !doomed_.empty()) {
        if (!leaving_.empty()) {
            const Leaving next = std::move(leaving_.back());
            leaving_.pop_back();
            release(next.slot, next.answer);
            continue;
        }
        const std::uint32_t slot = doomed_.back();
        doomed_.pop_back();
        bury(slot);
    }
    finish_drain_if_empty();
}

void Loop::end_socket(std::uint32_t slot) {
    Record& record = slab_[slot];
    record.was_open = false;
    LoopCounts::subtract(count_of(record.wire));
    Socket socket(*this, slot);
    endpoint_of(record).on_close(socket, record.close_code);
}

void Loop::bury(std::uint32_t slot) {
    Record& record = slab_[slot];
    if (record.was_open) end_socket(slot);
    if (record.work && !record.work->out.empty()) {
        // What it did not take so far it need not get: the kernel's buffer goes with the reset.
        const struct linger at_once{1, 0};
        ::setsockopt(record.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else if (record.work && record.work->tls) {
        record.work->tls->shut_down();
    }
    wheel_.clear(slot);
    ::close(record.descriptor);  // leaves the epoll set by that
    if (reserve_descriptor_ < 0) reserve_descriptor_ = open_reserve();
    if (record.counted) shared_.prefixes.remove(record.address);
    shared_.connections.fetch_sub(1);
    LoopCounts::subtract(counts_.connections);
    if (record.work) LoopCounts::subtract(counts_.working);
    slab_.give_back(slot);
}

/// A coroutine of this loop that goes on after a wait may act at once: nobody's event is being
/// dealt with, and nothing that was asked for earlier is still to come.
void Loop::with_socket(const SocketId& id, std::function<void(Socket*)> act) {
    if (context_.get_executor().running_in_this_thread() && !in_turn_ && acts_waiting_ == 0) {
        act_on(id, act);
        return;
    }
    ++acts_waiting_;
    boost::asio::post(context_, [this, id, act = std::move(act)] {
        --acts_waiting_;
        act_on(id, act);
    });
}

bool Loop::look_at_socket(const SocketId& id, const std::function<void(Socket*)>& look) {
    if (!context_.get_executor().running_in_this_thread()) return false;
    const bool is_there = slab_.find_socket(id) != nullptr;
    Socket socket(*this, id.slot);
    look(is_there ? &socket : nullptr);
    return true;
}

void Loop::act_on(const SocketId& id, const std::function<void(Socket*)>& act) {
    const Turn turn(*this);
    if (slab_.find_socket(id) == nullptr) {
        act(nullptr);
        return;
    }
    Socket socket(*this, id.slot);
    act(&socket);
    reap();
}

void Loop::drain(std::function<void()> done) {
    boost::asio::post(context_, [this, done = std::move(done)]() mutable {
        begin_drain(std::move(done));
    });
}

void Loop::begin_drain(std::function<void()> done) {
    const Turn turn(*this);
    draining_ = true;
    stop_listening();
    drain_by_ = after(limits_.drain_time_max);
    arm(drain_by_);
    // A margin is left for the closing handshakes.
    const milliseconds within = limits_.drain_time_max * 3 / 4;
    for (std::uint32_t slot = 0; slot < slab_.capacity(); ++slot) {
        Record& record = slab_[slot];
        if (record.phase == Phase::open) {
            Socket socket(*this, slot);
            endpoint_of(record).on_drain(socket, within);
        } else {
            dismiss(slot);
        }
    }
    drained_ = std::move(done);
    reap();
}

/// Ends a connection on which nothing is under way. What its kernel holds unread is read first: a
/// request that has arrived is answered, and closing over unread bytes would be a reset.
void Loop::dismiss(std::uint32_t slot) {
    Record& record = slab_[slot];
    const auto at_rest = [&record] {
        const bool not_yet_heard = record.phase == Phase::proxy || record.phase == Phase::tls;
        const bool holds_nothing =
            !record.work || (!record.work->reader && record.work->out.empty());
        return not_yet_heard || (record.phase == Phase::http && holds_nothing);
    };
    if (!at_rest()) return;
    record.readable = true;
    pump(slot);
    // Whoever sent more than one turn takes is read on.
    if (at_rest() && !record.turn_asked) doom(slot, CloseCode::draining);
}

/// The time is over: cuts off who is left.
void Loop::end_drain() {
    drain_by_ = never;
    for (std::uint32_t slot = 0; slot < slab_.capacity(); ++slot) {
        if (slab_[slot].phase != Phase::free) doom(slot, CloseCode::draining);
    }
    in_flight_ = 0;
}

void Loop::finish_drain_if_empty() {
    if (!draining_ || !drained_ || slab_.used() > 0 || in_flight_ > 0) return;
    drain_by_ = never;
    std::exchange(drained_, nullptr)();
}

}  // namespace latchkey::net
