import Testing

@testable import WeFlowServer

/// Every thing that can happen to a connection in every state it can be in.
@Suite struct ConnectionTableTests {
    typealias Machine = ConnectionMachine
    typealias Actions = [Machine.Action]

    /// Bytes of a body that needs no place.
    static let small = 10
    static let limit = Machine.BodyLimit(most: 100, fault: .tooLarge)

    /// Everything that can happen; the answer that is due is number 1 wherever one is.
    static let events: [String: Machine.Event] = [
        "first byte": .firstByte,
        "head": .head(.init()),
        "head of a body": .head(.init(bodyLength: 5, verdict: .read(limit))),
        "head that waits": .head(.init(bodyLength: 5, expectsContinue: true, verdict: .read(limit))),
        "head that waits in vain": .head(.init(bodyLength: 5, expectsContinue: true)),
        "head of too much": .head(.init(bodyLength: 101, verdict: .read(limit))),
        "head that is refused": .head(.init(verdict: .refused)),
        "bytes": .body(3), "many bytes": .body(50), "too many bytes": .body(101), "end": .end,
        "malformed": .malformed, "input closed": .inputClosed, "input ended": .inputEnded,
        "place": .placeTaken(of: 1), "place of another": .placeTaken(of: 9),
        "parsed": .parsed(of: 1), "parsed of another": .parsed(of: 9),
        "part": .part(.init(), of: 1), "part that waits": .part(.init(waits: true), of: 1),
        "last part": .part(.init(isLast: true), of: 1),
        "last part of an old answer": .part(.init(isLast: true, endsConnection: true), of: 1),
        "part of another": .part(.init(), of: 9), "waiting part of another": .part(.init(waits: true), of: 9),
        "interjection": .interjection(of: 1), "interjection of another": .interjection(of: 9),
        "broken off": .brokenOff(of: 1), "another broken off": .brokenOff(of: 9),
        "behind": .pace(.behind), "keeps up": .pace(.keepsUp), "stop": .stop,
        "time out": .timeOut, "failed": .failed, "gone": .gone,
    ]

    @Test(arguments: rows) func everyEventLeadsWhereItShould(row: Row) {
        for name in row.outcomes.keys { #expect(Self.events[name] != nil, "\(name) is no event") }
        for (name, event) in Self.events {
            var machine = Machine(small: Self.small, state: row.state)
            let actions = machine.handle(event)
            let (expected, next) = row.outcomes[name] ?? ([], row.state)
            #expect(actions == expected, "\(row.name): \(name)")
            #expect(machine.state == next, "\(row.name): \(name)")
        }
    }

    /// What the client is waited for, whether bytes are wanted, and whether the connection may be pushed out.
    private static let waits: [String: (Machine.Wait?, wantsBytes: Bool, isBusy: Bool)] = [
        "idle": (.request, true, false), "idle behind": (.reading, false, false),
        "idle with bytes held": (.request, true, false), "head": (.head, true, false),
        "head of what is held": (.head, true, false), "collecting": (.body, true, false),
        "collecting without a place": (.body, false, false), "collecting with one": (.body, true, false),
        "waiting for a place": (nil, false, true), "parsing": (nil, false, true),
        "making, body unread": (.body, true, false), "making": (nil, false, true),
        "making the last": (nil, false, true), "making, stopping": (nil, false, true),
        "making, bytes held behind it": (.ending, false, true), "making, input ended": (.ending, false, true),
        "making the last, input ended": (.ending, false, true), "sending, body unread": (.body, true, false),
        "sending the last, body unread": (.body, true, false), "sending": (nil, false, true),
        "sending, writer waits": (nil, false, true), "sending, stopping": (nil, false, true),
        "passing": (.body, true, false), "closing its output": (.ending, false, false),
        "closing its output, behind": (.reading, false, false), "flushing": (.reading, false, false),
        "flushing, behind": (.reading, false, false), "closed": (nil, false, false),
    ]

    @Test(arguments: rows) func theEndOfATurnSetsTheTimeOfTheClient(row: Row) throws {
        var machine = Machine(small: Self.small, state: row.state)
        let (wait, wantsBytes, isBusy) = try #require(Self.waits[row.name])
        #expect(machine.wait == wait && machine.wantsBytes == wantsBytes && machine.isBusy == isBusy)
        let isReading = wantsBytes || row.state != .closed && !row.name.hasSuffix("a place")
        #expect(machine.mayRead(held: 0) == isReading)
        #expect(
            machine.mayRead(held: 1 << 20)
                == (wantsBytes || row.name.contains("its output") || row.name.hasPrefix("flushing")))
        var expected: Actions = row.name == "sending, writer waits" ? [.resume] : []
        if row.state != .closed {
            expected += [isBusy ? .keepFromSurplus : .giveToSurplus, wait.map { .arm($0) } ?? .disarm]
        }
        #expect(machine.handle(.turnEnded) == expected)
        // Nothing happened since: the time goes on.
        #expect(machine.handle(.turnEnded).isEmpty)
    }
}
