internal import Synchronization
internal import WeFlowOutput

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
        let rate = Double(bytes) / ((now - start) / .seconds(1))
        context.writeError("\r\(Self.mebibytes(Double(bytes))), \(Self.mebibytes(rate))/s\u{1B}[K")
        isDrawn = true
    }

    /// Takes the line away.
    func clear() {
        guard isDrawn else { return }
        context.writeError("\r\u{1B}[K")
        isDrawn = false
    }

    /// A number of bytes as people read it: `1.5 MiB`.
    static func mebibytes(_ bytes: Double) -> String {
        let tenths = Int((bytes / 104_857.6).rounded())
        return "\(tenths / 10).\(tenths % 10) MiB"
    }
}

/// How far a long run has come, in one line on the standard error that is redrawn; nothing under one second.
final class ProgressLine: Sendable {
    private let context: Context
    private let start = ContinuousClock.now
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
            // A line that is broken could not be redrawn.
            context.writeError("\r\(text().clipped(to: context.terminal.width - 1))\u{1B}[K")
        }
    }

    /// Draws a share of the whole, how fast it goes, and how long the rest will take once that can be told.
    ///
    /// - Parameters:
    ///   - done: how much is done.
    ///   - total: of how much.
    ///   - rate: what is done in a second, as people read it.
    ///   - what: what is being worked on.
    func show(_ done: Double, of total: Double, rate: (Double) -> String, _ what: @autoclosure () -> String) {
        show(Self.text(done, of: total, after: (.now - start) / .seconds(1), rate: rate, what()))
    }

    /// `43 %, 120.0 MiB/s, 12 s left, message/message_0.db`.
    static func text(
        _ done: Double, of total: Double, after seconds: Double, rate: (Double) -> String, _ what: String
    ) -> String {
        let percent = total > 0 ? Int(min(max(done / total, 0), 1) * 100) : 100
        var parts = ["\(percent) %"]
        if seconds > 0, done > 0 {
            parts.append(rate(done / seconds))
            // The first moments tell nothing about the rest.
            if seconds >= 2, done < total { parts.append("\(time((total - done) * seconds / done)) left") }
        }
        return (parts + [what]).joined(separator: ", ")
    }

    /// Seconds as people read them: `12 s`, `3 min`, `2 h 5 min`.
    private static func time(_ seconds: Double) -> String {
        let seconds = Int(min(seconds.rounded(.up), 1_000_000))
        if seconds < 100 { return "\(seconds) s" }
        let minutes = (seconds + 30) / 60
        return minutes < 100 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }

    /// Takes the line away.
    func clear() {
        next.withLock { next in
            if next.isDrawn { context.writeError("\r\u{1B}[K") }
            next.isDrawn = false
        }
    }
}
