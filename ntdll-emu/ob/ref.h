// SPDX-License-Identifier: MIT
// ref.h: one reference to an object.
//
//     Ref<Event> event = make<Event>(dispatcher, EventKind::Notification, false);
//
// The object counts its own references (object.h), so a Ref is one pointer wide and can be made again
// from a plain pointer to a living object.
#pragma once

#include <concepts>
#include <cstddef>
#include <utility>

namespace oriel::ob {

template<class T>
class Ref {
public:
    Ref() = default;
    Ref(std::nullptr_t) {}
    /// Takes a new reference to a living object.
    explicit Ref(T& object) : m_object(&object) { object.reference(); }
    /// Takes over a reference that somebody else counted.
    static Ref adopt(T* object) {
        Ref ref;
        ref.m_object = object;
        return ref;
    }

    Ref(const Ref& other) : m_object(other.m_object) {
        if (m_object) m_object->reference();
    }
    Ref(Ref&& other) noexcept : m_object(std::exchange(other.m_object, nullptr)) {}
    template<std::derived_from<T> U>
    Ref(const Ref<U>& other) : m_object(other.get()) {
        if (m_object) m_object->reference();
    }
    template<std::derived_from<T> U>
    Ref(Ref<U>&& other) noexcept : m_object(other.leak()) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(m_object, other.m_object);
        return *this;
    }
    ~Ref() {
        if (m_object) m_object->release();
    }

    [[nodiscard]] T* get() const { return m_object; }
    /// Gives the reference away uncounted; the caller releases it.
    [[nodiscard]] T* leak() { return std::exchange(m_object, nullptr); }
    T* operator->() const { return m_object; }
    T& operator*() const { return *m_object; }
    explicit operator bool() const { return m_object != nullptr; }
    bool operator==(const Ref&) const = default;

private:
    T* m_object = nullptr;
};

/// Makes an object with one reference. Throws std::bad_alloc, which the service dispatcher answers with
/// STATUS_NO_MEMORY (DESIGN 12).
template<class T, class... Args>
[[nodiscard]] Ref<T> make(Args&&... args) {
    return Ref<T>::adopt(new T(std::forward<Args>(args)...));
}

/// For an object whose type has been checked (`object->type()`).
template<class T, class U>
[[nodiscard]] Ref<T> ref_cast(Ref<U> object) {
    return Ref<T>::adopt(static_cast<T*>(object.leak()));
}

} // namespace oriel::ob
