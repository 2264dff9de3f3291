internal import Dispatch
internal import Synchronization

/// The thread that the process began with, as the place where a task runs.
///
/// An answer of a few milliseconds comes sooner without the threads of the runtime: none is made as long as a task waits
/// for nothing: `weflow sessions` of 100 chats takes 2.7 ms in place of 3.4. What is to run side by side still does, for while
/// this thread is at work the others take the rest.
final class MainThread: TaskExecutor {
    private struct State {
        var next: UnownedJob?
        var isBusy = false
    }

    private let state = Mutex(State())
    private let hasWork = DispatchSemaphore(value: 0)

    private init() {}

    /// Runs a task here that ends the process.
    static func run(_ body: @escaping @Sendable () async -> Never) -> Never {
        let thread = MainThread()
        Task.detached(executorPreference: thread) { await body() }
        while true {
            thread.hasWork.wait()
            let job = thread.state.withLock { state in
                defer { state.next = nil }
                return state.next
            }
            job?.runSynchronously(on: thread.asUnownedTaskExecutor())
            thread.state.withLock { $0.isBusy = false }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isTaken = state.withLock { state in
            if state.isBusy { return false }
            (state.next, state.isBusy) = (job, true)
            return true
        }
        if isTaken { hasWork.signal() } else { globalConcurrentExecutor.enqueue(job) }
    }
}
