internal import Synchronization
internal import WeFlowQuery

/// How much was written so far, in one line on the standard error that is redrawn; nothing under one second.
final class Progress {
    private let context: Context
    private let isShown: Bool
    private let start = ContinuousClock.now
    private var next: ContinuousClock.Instant
    private var bytes = 0
    private var isDrawn = false

    /// Makes a line for an answer that goes to where it does not itself fill the screen.
    init(_ context: Context, isShown: Bool) {
        self.context = context
        self.isShown = isShown && context.terminal.showsErrors
        next = start + .seconds(1)
    }

    deinit { clear() }

    /// Counts bytes, and draws at most five times a second.
    func add(_ count: Int) {
        guard isShown else { return }
        bytes += count
        let now = ContinuousClock.now
        guard now >= next else { return }
        next = now + .milliseconds(200)
        let mebibytes = Double(bytes) / 1_048_576
        let rate = mebibytes / ((now - start) / .seconds(1))
        context.writeError("\r\(Self.rounded(mebibytes)) MiB, \(Self.rounded(rate)) MiB/s\u{1B}[K")
        isDrawn = true
    }

    /// Takes the line away.
    func clear() {
        guard isDrawn else { return }
        context.writeError("\r\u{1B}[K")
        isDrawn = false
    }

    private static func rounded(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// How far a long run has come, in one line on the standard error that is redrawn; nothing under one second.
final class ProgressLine: Sendable {
    private let context: Context
    private let next: Mutex<(at: ContinuousClock.Instant, isDrawn: Bool)>

    init(_ context: Context) {
        self.context = context
        next = Mutex((.now + .seconds(1), false))
    }

    /// Draws at most five times a second; called on several threads.
    func show(_ text: @autoclosure () -> String) {
        guard context.terminal.showsErrors else { return }
        next.withLock { next in
            let now = ContinuousClock.now
            guard now >= next.at else { return }
            next = (now + .milliseconds(200), true)
            context.writeError("\r\(text())\u{1B}[K")
        }
    }

    /// Takes the line away.
    func clear() {
        next.withLock { next in
            if next.isDrawn { context.writeError("\r\u{1B}[K") }
            next.isDrawn = false
        }
    }
}
