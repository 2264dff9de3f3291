internal import Synchronization
internal import WeFlowOutput

/// How many messages were written so far, in one line on the standard error that is redrawn; nothing under one second.
final class Progress {
    private let line: ProgressLine
    private let isShown: Bool
    private var (bytes, messages) = (0, 0)
    /// How many messages it will be in all, nil where that is not known.
    var total: Int?
    /// When the first message was written: what went before says nothing about the rest.
    private var begin: ContinuousClock.Instant?

    /// Makes a line for an answer that goes to where it does not itself fill the screen.
    init(_ context: Context, isShown: Bool) {
        line = ProgressLine(context)
        self.isShown = isShown && context.terminal.showsErrors
    }

    deinit { clear() }

    /// Whether a line is to be drawn now.
    func isDue(_ now: ContinuousClock.Instant = .now) -> Bool { isShown && line.isDue(now) }

    /// Counts bytes that were written.
    func add(bytes count: Int) { bytes += count }

    /// Counts messages that were written, and draws.
    func add(messages count: Int, at now: ContinuousClock.Instant = .now) {
        guard isShown else { return }
        begin = begin ?? now
        messages += count
        line.show(at: now, text(after: (now - (begin ?? now)) / .seconds(1)))
    }

    /// `43 %, 310000 messages/s, 12 s left, 120.4 MiB`; without a total `120.4 MiB, 40.0 MiB/s`.
    private func text(after seconds: Double) -> String {
        let written = Self.mebibytes(Double(bytes))
        guard let total else {
            return seconds > 0 ? "\(written), \(Self.mebibytes(Double(bytes) / seconds))/s" : written
        }
        return ProgressLine.text(
            Double(messages), of: Double(total), after: seconds, rate: { "\(Int($0.rounded())) messages/s" }, written)
    }

    /// Takes the line away.
    func clear() { line.clear() }

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

    /// Whether a line would be drawn now.
    func isDue(_ now: ContinuousClock.Instant = .now) -> Bool {
        context.terminal.showsErrors && next.withLock { now >= $0.at }
    }

    /// Draws at most five times a second; called on several threads.
    func show(at now: ContinuousClock.Instant = .now, _ text: @autoclosure () -> String) {
        guard context.terminal.showsErrors else { return }
        next.withLock { next in
            guard now >= next.at else { return }
            next = (now + .milliseconds(200), true)
            // A line that is broken could not be redrawn.
            context.writeError("\r\(text().inOneLine.clipped(to: context.terminal.width - 1))\u{1B}[K")
        }
    }

    /// How many were done in a second so far.
    func rate(_ done: Int) -> Int {
        Int((Double(done) / max((.now - start) / .seconds(1), 0.001)).rounded())
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
