import NIOCore

/// The moment at which the time of a connection is over, unless it is put off before.
///
/// Putting it off costs no more than a look at the clock: the timer that is set already looks again when it fires.
final class ConnectionDeadline {
    private let loop: any EventLoop
    /// Called when the time is over.
    var onDue: (() -> Void)?
    private var due: NIODeadline?
    private var timer: (task: Scheduled<Void>, due: NIODeadline)?

    /// - Parameter loop: the event loop of the connection; everything is called on it.
    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// The time is over when so much has gone by, and not before.
    func set(_ time: Duration) {
        let due = NIODeadline.now() + TimeAmount(time)
        self.due = due
        if let timer {
            guard due < timer.due else { return }
            timer.task.cancel()
        }
        schedule(due)
    }

    /// The time is never over.
    func clear() { due = nil }

    /// Forgets the connection, which is closed.
    func end() {
        timer?.task.cancel()
        (due, timer) = (nil, nil)
    }

    private func schedule(_ due: NIODeadline) {
        let task = loop.assumeIsolated().scheduleTask(deadline: due) { [weak self] in
            guard let self else { return }
            self.timer = nil
            guard let due = self.due else { return }
            if due <= .now() {
                self.due = nil
                self.onDue?()
            } else {
                self.schedule(due)
            }
        }
        timer = (task, due)
    }
}
