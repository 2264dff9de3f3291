import NIOCore
import NIOPosix
import WeFlowSystem

/// The threads that queries run on.
///
/// A query reads files and decodes for long stretches, so it runs neither on an event loop nor on the threads that all
/// tasks share: a health check is answered whatever the queries do. A query that waits for its client holds no thread.
final class Workers: TaskExecutor {
    private let pool: NIOThreadPool

    /// Starts the threads: more than there are cores, so that one long stretch does not hold up the others.
    init(threads: Int = max(4, 2 * System.coreCount)) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    /// Ends the threads when what runs on them is done.
    func stop() {
        pool.shutdownGracefully { _ in }
    }

    /// Runs a piece of a task on one of the threads.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { [executor = asUnownedTaskExecutor()] _ in job.runSynchronously(on: executor) }
    }
}
