/// Deadlines of very many connections, one wheel for a thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace latchkey::net {

/// A moment in ticks since the loop began.
using Tick = std::uint32_t;

/// What a record needs to hang in the wheel. 12 bytes.
struct WheelLink {
    static constexpr std::uint32_t none = 0xffffffff;
    static constexpr std::uint32_t unlinked = 0xfffffffe;
    std::uint32_t previous = unlinked;
    std::uint32_t next = none;
    Tick at = 0;

    bool linked() const { return previous != unlinked; }
};

/// A hashed timing wheel over records that are known by number. Pure. `Links` gives `WheelLink&
/// link(number)`. Setting and clearing cost a few stores; a deadline that moves later need not be
/// moved at once: hang it up where it is and look again when it comes. Deadlines lie less than
/// `slots` ticks ahead.
template <class Links>
class TimingWheel {
 public:
    static constexpr std::size_t slots = 8192;

    explicit TimingWheel(Links& links) : links_(links) { heads_.fill(WheelLink::none); }

    void set(std::uint32_t number, Tick at) {
        clear(number);
        at = std::clamp(at, done_, done_ + static_cast<Tick>(slots) - 1);
        WheelLink& link = links_.link(number);
        std::uint32_t& head = heads_[at % slots];
        link = {WheelLink::none, head, at};
        if (head != WheelLink::none) links_.link(head).previous = number;
        head = number;
        occupied_[at % slots / 64] |= std::uint64_t{1} << at % 64;
    }

    void clear(std::uint32_t number) {
        WheelLink& link = links_.link(number);
        if (!link.linked()) return;
        if (link.next != WheelLink::none) links_.link(link.next).previous = link.previous;
        if (link.previous != WheelLink::none) {
            links_.link(link.previous).next = link.next;
        } else {
            heads_[link.at % slots] = link.next;
            if (link.next == WheelLink::none) {
                occupied_[link.at % slots / 64] &= ~(std::uint64_t{1} << link.at % 64);
            }
        }
        link = {};
    }

    /// Takes every record that is due at `now` out of the wheel, one after another, and calls
    /// `due(number)`, which may set and clear as it likes.
    template <class Due>
    void advance(Tick now, Due due) {
        for (; done_ <= now; ++done_) {
            while (heads_[done_ % slots] != WheelLink::none) {
                const std::uint32_t number = heads_[done_ % slots];
                clear(number);
                due(number);
            }
        }
    }

    /// The next tick at which something may be due.
    std::optional<Tick> next() const {
        for (Tick at = done_; at < done_ + slots;) {
            const std::uint64_t word = occupied_[at % slots / 64] >> at % 64;
            if (word != 0) return at + static_cast<Tick>(__builtin_ctzll(word));
            at += 64 - at % 64;
        }
        return std::nullopt;
    }

 private:
    Links& links_;
    Tick done_ = 0;  ///< everything before this tick was taken
    std::array<std::uint32_t, slots> heads_{};
    std::array<std::uint64_t, slots / 64> occupied_{};
};

}  // namespace latchkey::net
