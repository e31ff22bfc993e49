#include "identity/challenges.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchkey::identity {
namespace {

constexpr std::size_t time_at = 1;
constexpr std::size_t random_at = time_at + sizeof(std::uint32_t);
constexpr std::size_t mac_at = 16;
constexpr std::size_t mac_bytes = Challenges::size - mac_at;
/// How far ahead the clock of another node may be.
constexpr seconds skew_max{30};

static_assert(Challenges::size >= challenge_bytes_min);

}  // namespace

std::optional<crypto::Mac> Challenges::mac_of(ByteView front, const ChallengeFor& purpose) const {
    Octets text(front.begin(), front.end());
    text.push_back(static_cast<std::byte>(purpose.ceremony));
    text.insert(text.end(), purpose.account.data.begin(), purpose.account.data.end());
    text.insert(text.end(), purpose.session.data.begin(), purpose.session.data.end());
    if (purpose.invitation) {
        const ByteView invitation = purpose.invitation->view();
        text.insert(text.end(), invitation.begin(), invitation.end());
    }
    return keys_.mac(static_cast<std::uint8_t>(front.front()), text);
}

Octets Challenges::make(const ChallengeFor& purpose, Time now) const {
    Octets challenge(size);
    const std::span<std::byte> all(challenge);
    challenge[0] = static_cast<std::byte>(keys_.current());
    const auto made_s = std::chrono::floor<seconds>(now).time_since_epoch().count();
    put_big_endian<std::uint32_t>(
        all.subspan<time_at, sizeof(std::uint32_t)>(), static_cast<std::uint32_t>(made_s)
    );
    random_(all.subspan(random_at, mac_at - random_at));
    const auto mac = mac_of(all.first(mac_at), purpose);
    if (!mac) throw std::logic_error("the current sealing key is not in its ring");
    std::ranges::copy(std::span(mac->data).first(mac_bytes), all.begin() + mac_at);
    return challenge;
}

Result<SpentChallenge> Challenges::open(ByteView challenge, const ChallengeFor& purpose, Time now)
    const {
    if (challenge.size() != size) return Errc::challenge_expired;
    const auto mac = mac_of(challenge.first(mac_at), purpose);
    if (!mac) return Errc::challenge_expired;
    if (!crypto::equal_in_constant_time(mac->view().first(mac_bytes), challenge.last(mac_bytes))) {
        return Errc::challenge_expired;
    }
    const Time made(
        seconds(get_big_endian<std::uint32_t>(challenge.subspan<time_at, sizeof(std::uint32_t)>()))
    );
    if (now + skew_max < made || now >= made + challenge_life) return Errc::challenge_expired;
    return SpentChallenge{crypto::sha256(challenge), made + challenge_life + skew_max};
}

}  // namespace latchkey::identity
