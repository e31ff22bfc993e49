/// The logins that were written last, so that their next move need not read them again.
#pragma once

#include "login/login.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace latchkey::store {

/// For a process that alone stores logins: a login that is scanned is nearly always decided and
/// collected within seconds. On the writer's thread. Each login has one place, and gives it up to
/// the next that has the same. What was undone is forgotten, with all else. Memory: none until
/// something is kept, then some 300 bytes × `places`.
class KeptLogins {
 public:
    static constexpr std::size_t places = 1024;

    void keep(const login::Login& login) {
        if (places_.empty()) places_.resize(places);
        places_[place(login.id)] = login;
    }
    /// Nothing when it is not kept; it may be stored nevertheless. Until the next call.
    const login::Login* find(const LoginId& id) const {
        if (places_.empty()) return nullptr;
        const auto& kept = places_[place(id)];
        return kept && kept->id == id ? &*kept : nullptr;
    }
    void forget_all() { places_.clear(); }

 private:
    /// Its last bytes are random.
    static std::size_t place(const LoginId& id) {
        return get_big_endian<std::uint32_t>(std::span(id.data).last<4>()) % places;
    }

    std::vector<std::optional<login::Login>> places_;
};

}  // namespace latchkey::store
