import TestSupport
import Testing

@testable import WeFlowServer

/// Thousands of orders in which things happen to a connection.
@Suite struct ConnectionOrderTests {
    private typealias Machine = ConnectionMachine

    private static func any(_ random: inout SeededGenerator, _ number: UInt64) -> Machine.Event {
        let number = Bool.random(using: &random) ? number : UInt64.random(in: 0...number + 1, using: &random)
        let part = Machine.Part(
            isLast: Int.random(in: 0..<3, using: &random) == 0, waits: Bool.random(using: &random),
            endsConnection: Int.random(in: 0..<8, using: &random) == 0)
        let verdicts: [Machine.Verdict] = [
            .refused, .unread, .read(.init(most: 40, fault: .tooLarge)), .read(.init(most: 10, fault: .unauthorized)),
        ]
        let arrival = Machine.Arrival(
            isKept: Int.random(in: 0..<4, using: &random) > 0,
            bodyLength: [nil, 0, 5, 30, 50].randomElement(using: &random) ?? 0,
            expectsContinue: Int.random(in: 0..<5, using: &random) == 0,
            verdict: verdicts.randomElement(using: &random) ?? .unread)
        let all: [Machine.Event] = [
            .firstByte, .head(arrival), .body(Int.random(in: 0...30, using: &random)), .end, .malformed, .inputClosed,
            .inputEnded, .placeTaken(of: number), .parsed(of: number), .part(part, of: number),
            .part(part, of: number), .interjection(of: number), .brokenOff(of: number), .pace(.behind), .pace(.keepsUp),
            .stop, .timeOut, .failed, .gone,
        ]
        return all.randomElement(using: &random) ?? .gone
    }

    @Test(arguments: 0..<20) func anyOrderKeepsToTheRules(block: Int) {
        for seed in block * 500..<(block + 1) * 500 {
            var random = SeededGenerator(seed: UInt64(seed))
            var ledger = ConnectionLedger()
            for _ in 0..<60 {
                var event = Self.any(&random, ledger.machine.number)
                // Closing is likely enough as it is.
                if case .timeOut = event, Int.random(in: 0..<4, using: &random) > 0 { event = .pace(.keepsUp) }
                if case .gone = event, Int.random(in: 0..<4, using: &random) > 0 { event = .firstByte }
                switch event {
                // Whoever gives a place has taken one.
                case .placeTaken: ledger.placesHeld += 1
                // What was not to be parsed was not.
                case .parsed:
                    guard ledger.parsesDue > 0 else { continue }
                    ledger.parsesDue -= 1
                default: break
                }
                let before = ledger.machine.number
                let isDue = ledger.machine.owesAnswer(to: before)
                if case .head = event, !isDue { ledger.requests.append(before + 1) }
                ledger.happen(event)
                if ledger.machine.number == before, ledger.requests.last == before + 1 { ledger.requests.removeLast() }
                if Bool.random(using: &random) { ledger.endTurn() }
            }
            ledger.happen(.gone)
            #expect(ledger.machine.state == .closed && ledger.machine.wait == nil)
            #expect(ledger.machine.handle(.part(.init(), of: ledger.machine.number)).isEmpty)
            #expect(ledger.faults.isEmpty, "seed \(seed)")
        }
    }

    // MARK: A whole world

    /// A client that sends requests, a parser that passes them on as the machine wants them, and tasks that answer.
    private struct World {
        enum Piece: Equatable { case firstByte, head(Machine.Arrival), body(Int), end, malformed }

        var ledger = ConnectionLedger()
        var random: SeededGenerator
        var script: [Piece] = []
        /// What tasks do sooner or later.
        var tasks: [Machine.Event] = []
        /// What a writer does once it may go on.
        var held: [Machine.Event] = []
        var partsLeft: [UInt64: Int] = [:]
        var inputEnds = false
        var toldOfEnd = false
        var sent = 0
        var isBroken = false

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            for _ in 0..<Int.random(in: 1...6, using: &random) { addRequest() }
            if Int.random(in: 0..<6, using: &random) == 0 {
                let cut = Int.random(in: 0...script.count, using: &random)
                script = Array(script[..<cut]) + [.malformed]
                isBroken = true
            }
        }

        private mutating func addRequest() {
            sent += 1
            let length = [0, 0, 0, 5, 30, 90].randomElement(using: &random) ?? 0
            let verdicts: [Machine.Verdict] = [
                .refused, .unread, .unread, .read(.init(most: 100, fault: .tooLarge)),
                .read(.init(most: 10, fault: .unauthorized)),
            ]
            let arrival = Machine.Arrival(
                isKept: Int.random(in: 0..<8, using: &random) > 0,
                bodyLength: Int.random(in: 0..<3, using: &random) == 0 ? nil : length,
                expectsContinue: Int.random(in: 0..<10, using: &random) == 0,
                verdict: verdicts.randomElement(using: &random) ?? .unread)
            script += [.firstByte, .head(arrival)]
            var left = length
            while left > 0 {
                let count = Int.random(in: 1...left, using: &random)
                script.append(.body(count))
                left -= count
            }
            script.append(.end)
        }

        /// Something of what can happen now does.
        mutating func step() {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: feed()
            case 4..<8: work()
            case 8: happen(.pace(Bool.random(using: &random) ? .keepsUp : .behind))
            default: if Int.random(in: 0..<4, using: &random) == 0 { endInput() }
            }
        }

        mutating func feed() {
            guard ledger.machine.wantsBytes else { return }
            guard !script.isEmpty else {
                if inputEnds, !toldOfEnd {
                    toldOfEnd = true
                    happen(.inputEnded)
                }
                return
            }
            switch script.removeFirst() {
            case .firstByte: happen(.firstByte)
            case .head(let arrival):
                ledger.requests.append(ledger.machine.number + 1)
                happen(.head(arrival))
            case .body(let count): happen(.body(count))
            case .end: happen(.end)
            case .malformed:
                script = []
                happen(.malformed)
            }
        }

        mutating func endInput() {
            guard !inputEnds else { return }
            inputEnds = true
            happen(.inputClosed)
            if script.isEmpty, !ledger.isClosed {
                toldOfEnd = true
                happen(.inputEnded)
            }
        }

        /// A task comes one step further.
        mutating func work() {
            if ledger.writersWaiting == 0 {
                tasks += held
                held = []
            }
            guard !tasks.isEmpty else { return }
            let event = tasks.remove(at: Int.random(in: 0..<tasks.count, using: &random))
            if case .placeTaken = event { ledger.placesHeld += 1 }
            happen(event)
            guard case .part(let part, of: let number) = event, !part.isLast, let left = partsLeft[number] else {
                return
            }
            partsLeft[number] = left - 1
            held.append(.part(.init(isLast: left <= 1, waits: left.isMultiple(of: 2)), of: number))
        }

        private mutating func happen(_ event: Machine.Event) {
            ledger.happen(event)
            let number = ledger.machine.number
            for ask in ledger.asks {
                switch ask {
                case .takePlace: tasks.append(.placeTaken(of: number))
                case .parse: tasks.append(.parsed(of: number))
                case .respond where Bool.random(using: &random):
                    partsLeft[number] = Int.random(in: 1...5, using: &random)
                    tasks.append(.part(.init(waits: true), of: number))
                default: tasks.append(.part(.init(isLast: true), of: number))
                }
            }
            ledger.asks = []
            if Int.random(in: 0..<3, using: &random) > 0 { ledger.endTurn() }
        }
    }

    @Test(arguments: 0..<20) func everyRequestIsAnsweredOnceInOrderAndEverythingEnds(block: Int) {
        for seed in block * 200..<(block + 1) * 200 {
            var world = World(seed: UInt64(seed) &+ 1 << 40)
            for _ in 0..<Int.random(in: 0..<400, using: &world.random) { world.step() }
            // The client takes everything, sends the rest, and closes its side.
            var steps = 0
            while !world.ledger.isClosed, steps < 2000 {
                steps += 1
                if case .ending = world.ledger.machine.state { break }
                world.ledger.happen(.pace(.keepsUp))
                world.feed()
                world.work()
                if world.script.isEmpty { world.endInput() }
                world.ledger.endTurn()
            }
            #expect(world.ledger.faults.isEmpty, "seed \(seed)")
            #expect(steps < 2000, "seed \(seed) does not end: \(world.ledger.machine.state)")
            // What is being said is said to its end, and everything has its time.
            if case .ending = world.ledger.machine.state {
                world.ledger.endTurn()
                #expect(world.ledger.armed != nil, "seed \(seed)")
                world.ledger.happen(.timeOut)
            }
            #expect(world.ledger.machine.state == .closed, "seed \(seed)")
            for event in world.tasks {
                if case .placeTaken = event { world.ledger.placesHeld += 1 }
                world.ledger.happen(event)
            }
            #expect(world.ledger.placesHeld == 0, "seed \(seed) holds a place")
            #expect(world.ledger.writersWaiting == 0, "seed \(seed) lets somebody wait")
            #expect(world.ledger.answered == Array(world.ledger.requests.prefix(world.ledger.answered.count)))
        }
    }

    @Test func aClientThatStaysHasEveryRequestAnswered() {
        for seed in 0..<500 {
            var world = World(seed: UInt64(seed))
            guard !world.isBroken else { continue }
            // Nothing ends the connection but the requests themselves.
            world.inputEnds = true
            world.toldOfEnd = true
            var steps = 0
            while steps < 5000, case .open(let open) = world.ledger.machine.state,
                !world.script.isEmpty || open.phase != .idle
            {
                steps += 1
                world.step()
                if steps.isMultiple(of: 7) { world.ledger.happen(.pace(.keepsUp)) }
            }
            #expect(world.ledger.faults.isEmpty, "seed \(seed)")
            #expect(steps < 5000, "seed \(seed) does not end: \(world.ledger.machine.state)")
            #expect(world.ledger.answered == world.ledger.requests, "seed \(seed)")
            if case .open = world.ledger.machine.state {
                #expect(world.ledger.answered.count == world.sent, "seed \(seed)")
            }
        }
    }
}
