import NIOCore

/// The moment at which a connection is closed, unless it is put off before.
///
/// Putting it off costs no more than a look at the clock: the timer that is set already looks again when it fires.
final class ConnectionDeadline {
    private let channel: any Channel
    private var due: NIODeadline?
    private var timer: (task: Scheduled<Void>, due: NIODeadline)?

    /// - Parameter channel: the connection; everything is called on its event loop.
    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Closes the connection when so much time has gone by, and not before.
    func set(_ time: Duration) {
        let due = NIODeadline.now() + TimeAmount(time)
        self.due = due
        if let timer {
            guard due < timer.due else { return }
            timer.task.cancel()
        }
        schedule(due)
    }

    /// Lets it be open for ever.
    func clear() { due = nil }

    /// Forgets the connection, which is closed.
    func end() {
        timer?.task.cancel()
        (due, timer) = (nil, nil)
    }

    private func schedule(_ due: NIODeadline) {
        let task = channel.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [weak self] in
            guard let self else { return }
            self.timer = nil
            guard let due = self.due else { return }
            if due <= .now() {
                self.channel.close(promise: nil)
            } else {
                self.schedule(due)
            }
        }
        timer = (task, due)
    }
}
