// SPDX-License-Identifier: MIT
// undo.h: the way back, as an object: taken on every way out of a scope, until dismiss() says that it is not needed.
#pragma once

#include <utility>

namespace oriel::mm {

template<class Action>
class Undo {
public:
    explicit Undo(Action action) : m_action(std::move(action)) {}
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    ~Undo() {
        if (m_armed) m_action();
    }
    void dismiss() { m_armed = false; }

private:
    Action m_action;
    bool m_armed = true;
};

} // namespace oriel::mm
