import NIOCore

/// Runs the work of a connection on the connection's own event loop, so that a request that needs no file is read and
/// answered without a change of threads. What reads files goes to the ``Workers``.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    /// Makes the executor of one loop; whoever runs a task on it keeps it.
    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Runs a piece of a task when the loop comes to it.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
