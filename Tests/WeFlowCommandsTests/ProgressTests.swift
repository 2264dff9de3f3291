import Synchronization
import Testing

@testable import WeFlowCommands

struct ProgressTests {
    @Test(arguments: [
        (0.0, 100.0, 0.0, "0 %, x"), (10.0, 100.0, 1.0, "10 %, 10, x"), (10.0, 100.0, 2.0, "10 %, 5, 18 s left, x"),
        (1.0, 1000.0, 10.0, "0 %, 0, 2 h 47 min left, x"), (1.0, 100.0, 10.0, "1 %, 0, 17 min left, x"),
        (100.0, 100.0, 9.0, "100 %, 11, x"), (0.0, 0.0, 3.0, "100 %, x"), (5.0, 4.0, 5.0, "100 %, 1, x"),
    ])
    func theRestIsToldOnceItIsKnown(done: Double, total: Double, seconds: Double, text: String) {
        let line = ProgressLine.text(done, of: total, after: seconds, rate: { "\(Int($0))" }, "x")
        #expect(line == text)
    }

    @Test func bytesAreReadByPeople() {
        #expect(Progress.mebibytes(0) == "0.0 MiB" && Progress.mebibytes(1_572_864) == "1.5 MiB")
    }

    /// What a screen was sent, in pieces.
    private final class Screen: Sendable {
        let pieces = Mutex<[String]>([])

        func context(isTerminal: Bool) -> Context {
            Context(
                terminal: Terminal(showsErrors: isTerminal), environment: Environment([:]),
                writeError: { text in self.pieces.withLock { $0.append(text) } })
        }

        var last: String? { pieces.withLock { $0.last } }
    }

    @Test func anExportTellsItsRateAndOnceTheTotalIsKnownTheRest() {
        let screen = Screen()
        let progress = Progress(screen.context(isTerminal: true), isShown: true)
        let start = ContinuousClock.now
        progress.add(bytes: 1 << 20)
        progress.add(messages: 100, at: start)
        #expect(screen.last == nil && !progress.isDue(start))
        #expect(progress.isDue(start + .seconds(2)))
        progress.add(messages: 100, at: start + .seconds(2))
        #expect(screen.last == "\r1.0 MiB, 0.5 MiB/s\u{1B}[K")
        progress.total = 1000
        progress.add(messages: 200, at: start + .seconds(4))
        #expect(screen.last == "\r40 %, 100 messages/s, 6 s left, 1.0 MiB\u{1B}[K")
        // At most five times a second.
        progress.add(messages: 1, at: start + .seconds(4.1))
        #expect(screen.pieces.withLock { $0.count } == 2)
        progress.clear()
        #expect(screen.last == "\r\u{1B}[K")
    }

    @Test(arguments: [(false, true), (true, false)])
    func nothingIsDrawnWhereNobodyReadsIt(isTerminal: Bool, isShown: Bool) {
        let screen = Screen()
        let progress = Progress(screen.context(isTerminal: isTerminal), isShown: isShown)
        progress.total = 10
        progress.add(messages: 5, at: .now + .seconds(5))
        #expect(!progress.isDue(.now + .seconds(5)))
        progress.clear()
        #expect(screen.last == nil)
    }

    @Test func aLineIsCutToTheScreen() {
        let screen = Screen()
        var context = screen.context(isTerminal: true)
        context.terminal.width = 12
        let progress = Progress(context, isShown: true)
        progress.total = 1000
        progress.add(messages: 500, at: .now + .seconds(5))
        #expect(screen.last == "\r50 %, 0.0 …\u{1B}[K")
    }
}
