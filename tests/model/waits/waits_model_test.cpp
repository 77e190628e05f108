// SPDX-License-Identifier: MIT
// waits_model_test.cpp: random steps, on ke and on the reference, compared after each.
//
// A controller thread draws a step: some thread waits for any or all of some objects, an event is set,
// reset or pulsed, a semaphore or mutant released, a thread alerted, suspended, ended, or given an APC. The
// fibers' virtual clock stands still while anything can run, so when the controller's own short delay is
// over, every thread has come to where it waits; then all states must agree. A failure prints its seed and
// the steps that led there.
#include "reference_dispatcher.h"

#include <ntdll-emu/ke/event.h>
#include <ntdll-emu/ke/fiber_carrier.h>
#include <ntdll-emu/ke/mutant.h>
#include <ntdll-emu/ke/semaphore.h>
#include <ntdll-emu/ke/thread.h>

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <sstream>

namespace oriel::ke::model {
namespace {

/// A thread that does what the controller tells it: waits, releases mutants.
struct Worker {
    explicit Worker(Dispatcher& its_dispatcher) : dispatcher(its_dispatcher), thread(its_dispatcher) {}

    static void enter(void* raw) {
        auto& self = *static_cast<Worker*>(raw);
        while (self.dispatcher.wait_for_alert_by_id(self.thread, Timeout::infinite()) == Status::Alerted) {
            if (self.release) (void)self.release->release(self.thread).ok();
            else self.do_wait();
        }
        self.thread.rundown();
    }
    void do_wait() {
        busy = true;
        const Status status =
            dispatcher.wait(thread, {objects, wait.type, wait.alertable ? Alertable::Yes : Alertable::No,
                                     wait.poll ? Timeout::poll() : Timeout::infinite()});
        if (status == Status::ThreadIsTerminating) return;
        if (status == Status::UserApc) {
            while (thread.take_user_apc()) thread.test_alert();
        }
        result = status;
        busy = false;
    }

    Dispatcher& dispatcher;
    Thread thread;
    ReferenceWait wait;
    std::vector<DispatcherHeader*> objects;
    Mutant* release = nullptr;
    std::optional<Status> result;
    bool busy = false;
};

class Model {
public:
    explicit Model(std::uint64_t seed) : m_random(seed), m_carrier({TimeMode::Virtual, seed}) {
        for (int i = 0; i < 2; ++i) {
            m_events.push_back(std::make_unique<Event>(m_dispatcher, EventKind::Notification, false));
            m_reference.objects.push_back({Kind::NotificationEvent, 0});
            m_headers.push_back(&m_events.back()->header());
        }
        for (int i = 0; i < 2; ++i) {
            m_events.push_back(std::make_unique<Event>(m_dispatcher, EventKind::Synchronization, false));
            m_reference.objects.push_back({Kind::SynchronizationEvent, 0});
            m_headers.push_back(&m_events.back()->header());
        }
        for (int i = 0; i < 2; ++i) {
            m_semaphores.push_back(std::make_unique<Semaphore>(m_dispatcher, i, 3));
            m_reference.objects.push_back({Kind::Semaphore, i, 3});
            m_headers.push_back(&m_semaphores.back()->header());
        }
        for (int i = 0; i < 3; ++i) {
            m_mutants.push_back(std::make_unique<Mutant>(m_dispatcher));
            m_reference.objects.push_back({Kind::Mutant, 0});
            m_headers.push_back(&m_mutants.back()->header());
        }
    }

    /// Null, or what went wrong.
    std::string run(int steps) {
        m_steps = steps;
        EXPECT_TRUE(m_carrier.start(m_controller, {control, this}).ok());
        m_carrier.run(m_dispatcher);
        return m_failure;
    }

private:
    static constexpr std::size_t first_semaphore = 4;
    static constexpr std::size_t first_mutant = 6;
    static constexpr int worker_count = 6;

    static void control(void* raw) {
        auto& model = *static_cast<Model*>(raw);
        for (int i = 0; i < worker_count; ++i) model.add_worker();
        for (int i = 0; i < model.m_steps && model.m_failure.empty(); ++i) {
            model.step();
            model.settle();
            model.compare();
        }
        for (auto& worker : model.m_workers) worker->thread.terminate(Status::Success);
        model.m_controller.rundown();
    }

    std::size_t draw(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(m_random); }
    void settle() { m_dispatcher.delay(m_controller, Alertable::No, Timeout::after(Ticks::milliseconds(1))); }
    std::ostream& note() { return m_history << "\n  "; }

    void add_worker() {
        m_workers.push_back(std::make_unique<Worker>(m_dispatcher));
        m_reference.threads.emplace_back();
        EXPECT_TRUE(m_carrier.start(m_workers.back()->thread, {Worker::enter, m_workers.back().get()}).ok());
    }
    /// A thread that has not ended.
    int some_thread() {
        int thread = 0;
        do thread = static_cast<int>(draw(m_workers.size()));
        while (reference_of(thread).ended);
        return thread;
    }
    ReferenceThread& reference_of(int thread) { return m_reference.threads[static_cast<std::size_t>(thread)]; }
    Worker& worker_of(int thread) { return *m_workers[static_cast<std::size_t>(thread)]; }
    bool is_idle(int thread) { return !reference_of(thread).waiting && reference_of(thread).suspended == 0; }

    void step() {
        const int thread = some_thread();
        switch (draw(16)) {
        case 0: case 1: case 2: case 3: case 4: case 5: if (is_idle(thread)) wait(thread); break;
        case 6: case 7: change_event(); break;
        case 8: case 9: release_semaphore(); break;
        case 10: case 11: if (is_idle(thread)) release_mutant(thread); break;
        case 12: queue_apc(thread); break;
        case 13: alert(thread); break;
        case 14: suspend_or_resume(thread); break;
        case 15: if (draw(4) == 0) terminate(thread); break;
        }
    }

    void wait(int thread) {
        Worker& worker = worker_of(thread);
        worker.wait = {};
        worker.wait.type = draw(3) == 0 ? WaitType::All : WaitType::Any;
        worker.wait.alertable = draw(3) == 0;
        worker.wait.poll = draw(4) == 0;
        const std::size_t count = 1 + draw(3);
        while (worker.wait.objects.size() < count) {
            const std::size_t object = draw(m_headers.size());
            auto& chosen = worker.wait.objects;
            const bool there = std::find(chosen.begin(), chosen.end(), object) != chosen.end();
            if (!there || worker.wait.type == WaitType::Any) chosen.push_back(object);
        }
        worker.objects.clear();
        note() << "thread " << thread << " waits for " << (worker.wait.type == WaitType::All ? "all" : "any")
               << " of";
        for (const std::size_t object : worker.wait.objects) {
            worker.objects.push_back(m_headers[object]);
            m_history << ' ' << object;
        }
        if (worker.wait.alertable) m_history << ", alertably";
        if (worker.wait.poll) m_history << ", not at all";
        worker.release = nullptr;
        m_reference.wait(thread, worker.wait);
        wake(worker);
    }
    void wake(Worker& worker) { EXPECT_TRUE(m_dispatcher.alert_by_id(worker.thread.id()).ok()); }

    void change_event() {
        const std::size_t object = draw(first_semaphore);
        Event& event = *m_events[object];
        switch (draw(4)) {
        case 0:
            note() << "event " << object << " is reset";
            event.reset();
            m_reference.reset_event(object);
            break;
        case 1:
            note() << "event " << object << " is pulsed";
            event.pulse();
            m_reference.pulse_event(object);
            break;
        default:
            note() << "event " << object << " is set";
            event.set();
            m_reference.set_event(object);
        }
    }
    void release_semaphore() {
        const std::size_t number = draw(2);
        const auto units = static_cast<std::int32_t>(1 + draw(3));
        note() << "semaphore " << first_semaphore + number << " is given " << units;
        const bool given = m_semaphores[number]->release(units).ok();
        if (given != m_reference.release_semaphore(first_semaphore + number, units)) fail("a semaphore's limit");
    }
    void release_mutant(int thread) {
        const std::size_t number = draw(3);
        note() << "thread " << thread << " releases mutant " << first_mutant + number;
        worker_of(thread).release = m_mutants[number].get();
        m_reference.release_mutant(thread, first_mutant + number);
        wake(worker_of(thread));
    }
    void queue_apc(int thread) {
        note() << "thread " << thread << " is given an APC";
        m_reference.queue_apc(thread);
        EXPECT_TRUE(worker_of(thread).thread.queue_apc(std::make_unique<Apc>(UserApc{})).ok());
    }
    void alert(int thread) {
        note() << "thread " << thread << " is alerted";
        m_reference.alert(thread);
        worker_of(thread).thread.alert();
    }
    void suspend_or_resume(int thread) {
        if (!reference_of(thread).waiting)
            return; // an idle worker waits for commands, which the reference knows nothing of
        if (reference_of(thread).suspended == 0) {
            note() << "thread " << thread << " is suspended";
            m_reference.suspend(thread);
            EXPECT_TRUE(worker_of(thread).thread.suspend().ok());
        } else {
            note() << "thread " << thread << " is resumed";
            m_reference.resume(thread);
            worker_of(thread).thread.resume();
        }
    }
    void terminate(int thread) {
        note() << "thread " << thread << " is ended";
        m_reference.terminate(thread);
        worker_of(thread).thread.terminate(Status::Success);
        add_worker();
    }

    void compare() {
        for (std::size_t i = 0; i < m_workers.size(); ++i) {
            const ReferenceThread& expected = m_reference.threads[i];
            const Worker& worker = *m_workers[i];
            if (expected.ended) continue;
            if (worker.busy != expected.waiting.has_value()) {
                fail("thread " + std::to_string(i) + (worker.busy ? " still waits" : " waits no more"));
            } else if (!worker.busy && worker.result != expected.result && expected.result) {
                fail("thread " + std::to_string(i) + " got status " +
                     std::to_string(static_cast<unsigned>(*worker.result)) + ", not " +
                     std::to_string(static_cast<unsigned>(*expected.result)));
            }
        }
        for (std::size_t i = 0; i < m_headers.size(); ++i) {
            const ReferenceObject& expected = m_reference.objects[i];
            const std::int32_t state = expected.kind == Kind::Mutant ? 1 - expected.state : expected.state;
            if (m_headers[i]->signal_state != state) fail("the state of object " + std::to_string(i));
            if (m_headers[i]->abandoned != expected.abandoned)
                fail("whether object " + std::to_string(i) + " is abandoned");
        }
        if (const char* sentence = m_dispatcher.fault()) fail(sentence);
    }
    void fail(const std::string& what) {
        if (m_failure.empty()) m_failure = what + ", after:" + m_history.str();
    }

    std::mt19937_64 m_random;
    FiberCarrier m_carrier;
    Dispatcher m_dispatcher{m_carrier};
    Thread m_controller{m_dispatcher};
    ReferenceDispatcher m_reference;
    std::vector<std::unique_ptr<Event>> m_events;
    std::vector<std::unique_ptr<Semaphore>> m_semaphores;
    std::vector<std::unique_ptr<Mutant>> m_mutants;
    std::vector<DispatcherHeader*> m_headers;
    std::vector<std::unique_ptr<Worker>> m_workers;
    std::ostringstream m_history;
    std::string m_failure;
    int m_steps = 0;
};

TEST(WaitsModel, Ke_agrees_with_the_reference_after_every_step) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Model model(seed);
        const std::string failure = model.run(150);
        ASSERT_EQ(failure, "") << "seed " << seed;
    }
}

} // namespace
} // namespace oriel::ke::model
