/// What a connection is at, and what follows from each thing that happens to it (<doc:Connections>).
///
/// It takes one request after the other, sends their answers in that order, and says which time the client has for what
/// it is at. It knows no socket, no bytes and no clock: something happens, and it says what is to be done. What is done
/// may make the next thing happen at once; so whatever may stands last in its list.
struct ConnectionMachine: Sendable {
    /// What the connection is at.
    enum State: Sendable, Equatable {
        /// Requests are taken and answered.
        case open(Open)
        /// The last answer was written; nothing more is taken or sent.
        case ending(Ending, Pace)
        /// There is no connection any more.
        case closed
    }

    /// A connection that takes requests.
    struct Open: Sendable, Equatable {
        var phase = Phase.idle
        var input = Input.open
        var pace = Pace.keepsUp
        var service = Service.wanted
    }

    /// How far the request is that is being read or answered.
    enum Phase: Sendable, Equatable {
        /// No byte of a request has come.
        case idle
        /// A byte has, and the end of the head has not.
        case head
        /// A request whose answer is due.
        case exchange(Exchange)
        /// The answer is sent, and the rest of the request's body is passed over.
        case passing
    }

    /// A request whose answer is due.
    struct Exchange: Sendable, Equatable {
        let number: UInt64
        /// Whether the client goes on with another request, and may.
        var isKept: Bool
        var stage: Stage
    }

    /// Where the answer to a request is.
    enum Stage: Sendable, Equatable {
        /// The body is being read, so many bytes so far; it is answered then.
        case collecting(Int, BodyLimit, Place)
        /// All of a large body is there, and no place to parse it.
        case waitingForPlace
        /// A large body is parsed; it holds its place.
        case parsing
        /// It is being made; no part was sent.
        case making(Rest)
        /// A part of it was sent.
        case sending(Rest, Sender)
    }

    /// Whether a request was read to its end.
    enum Rest: Sendable, Equatable {
        case none
        /// More may come, which nobody wants.
        case unwanted
    }

    /// What becomes of whoever writes the answer.
    enum Sender: Sendable, Equatable {
        case atWork
        /// It goes on when the client has taken what was sent.
        case waiting
    }

    /// The place of a large body among those that are held at once.
    enum Place: Sendable, Equatable { case unneeded, awaited, taken }

    /// What is still to come from the client.
    enum Input: Sendable, Equatable {
        case open
        /// It has closed its sending side; bytes may be held that came before.
        case closed
        /// And all of those were passed on.
        case ended
    }

    /// Whether the client reads as fast as it is sent to.
    enum Pace: Sendable, Equatable { case keepsUp, behind }

    /// Whether the server goes on when the answer is sent.
    enum Service: Sendable, Equatable { case wanted, stopping }

    /// How a connection ends.
    enum Ending: Sendable, Equatable {
        /// The sending side closes, and the client has time to read (closing with unread bytes would throw that away).
        case closingOutput
        /// It is closed when all is sent.
        case flushing
    }

    /// Since when the time of the client is counted.
    private enum Timer: Sendable, Equatable {
        case off
        case on(Wait)
        /// Something happened, so it is counted anew.
        case stale
    }

    /// Bytes of a body from which on it needs a place, and that are passed over where nobody wants them.
    private let small: Int
    private(set) var state: State
    /// The number of the request that came last.
    private(set) var number: UInt64 = 0
    private var timer = Timer.stale
    private var hasUnsent = false

    /// - Parameters:
    ///   - small: bytes of a body that is read to its end where nobody wants it; above it a wanted one needs a place.
    ///   - state: where it begins.
    init(small: Int, state: State = .open(Open())) {
        (self.small, self.state) = (small, state)
        if case .open(let open) = state, case .exchange(let exchange) = open.phase { number = exchange.number }
    }

    // MARK: What happens

    /// Something happened.
    ///
    /// - Returns: what is to be done, in this order.
    mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.closed, _): return late(event)
        case (_, .timeOut), (_, .failed): return close()
        case (_, .gone): return close(alreadyGone: true)
        case (_, .turnEnded): return endTurn()
        case (.ending(let ending, _), .pace(let pace)):
            state = .ending(ending, pace)
            timer = .stale
            return []
        case (.ending, _): return late(event)
        case (.open(var open), _):
            let actions = handle(event, &open)
            if case .open = state { state = .open(open) }
            return actions
        }
    }

    /// What nobody waits for any longer: only what it holds is given back.
    private func late(_ event: Event) -> [Action] {
        switch event {
        case .placeTaken, .parsed: [.releasePlace]
        case .part(let part, of: _) where part.waits: [.deny]
        default: []
        }
    }

    private mutating func handle(_ event: Event, _ open: inout Open) -> [Action] {
        switch event {
        case .firstByte: return takeFirstByte(&open)
        case .head(let arrival): return take(arrival, &open)
        case .body(let count): return takeBody(count, &open)
        case .end: return takeEnd(&open)
        case .malformed: return refuseMalformed(open)
        case .inputClosed:
            if open.input == .open { open.input = .closed }
            timer = .stale
            return []
        case .inputEnded: return endInput(&open)
        case .placeTaken(of: let number): return takePlace(number, &open)
        case .parsed(of: let number): return takeParsed(number, &open)
        case .part(let part, of: let number): return send(part, of: number, &open)
        case .interjection(of: let number):
            guard case .exchange(let exchange) = open.phase, exchange.number == number,
                case .sending = exchange.stage
            else { return [] }
            hasUnsent = true
            return [.send]
        case .brokenOff(of: let number):
            guard case .exchange(let exchange) = open.phase, exchange.number == number, exchange.isAnswered else {
                return []
            }
            return close()
        case .pace(let pace): return setPace(pace, &open)
        case .stop: return stop(&open)
        case .timeOut, .failed, .gone, .turnEnded: return []
        }
    }

    // MARK: The end

    /// Closes, whatever it is at.
    mutating func close(alreadyGone: Bool = false) -> [Action] {
        let actions = abandon() + (alreadyGone ? [] : [.close])
        state = .closed
        return actions
    }

    /// What nobody waits for any longer is stopped, and gives back what it holds.
    func abandon() -> [Action] {
        guard case .open(let open) = state, case .exchange(let exchange) = open.phase else { return [] }
        switch exchange.stage {
        case .collecting(_, _, .taken): return [.abandon, .releasePlace]
        // What parses a body gives its place back when it is done, and who waits for one when it comes.
        default: return [.abandon]
        }
    }

    /// Nothing more is taken or sent; what the client still sends is thrown away.
    mutating func end(_ open: Open) -> [Action] {
        timer = .stale
        guard open.input == .open else { return flushAndClose(open) }
        state = .ending(.closingOutput, open.pace)
        return [.discard, .closeOutput]
    }

    /// Closes when all is sent.
    mutating func flushAndClose(_ open: Open) -> [Action] {
        timer = .stale
        state = .ending(.flushing, open.pace)
        return [.discard, .closeWhenSent]
    }

    // MARK: Time

    /// All that came at once was taken: it is sent, and the time of the client is counted from now.
    private mutating func endTurn() -> [Action] {
        var actions: [Action] = []
        // Who wrote a part and waits goes on as soon as the client keeps up.
        if case .open(var open) = state, open.pace == .keepsUp, case .exchange(var exchange) = open.phase,
            case .sending(let rest, .waiting) = exchange.stage
        {
            exchange.stage = .sending(rest, .atWork)
            open.phase = .exchange(exchange)
            state = .open(open)
            actions.append(.resume)
        }
        let wait = self.wait
        if timer == .stale || timer != (wait.map { .on($0) } ?? .off) {
            actions.append(isBusy ? .keepFromSurplus : .giveToSurplus)
            actions.append(wait.map { .arm($0) } ?? .disarm)
            timer = wait.map { .on($0) } ?? .off
        }
        if hasUnsent {
            hasUnsent = false
            actions.append(.flush)
        }
        return actions
    }

    /// Something happened that the time of the client is counted from. That of a body is for the whole of it.
    mutating func move() { timer = .stale }

    /// There is something to send at the end of this turn.
    mutating func mustSend() { hasUnsent = true }

    /// A request came, and bears this number.
    mutating func nextNumber() -> UInt64 {
        number &+= 1
        return number
    }

    /// Bytes of a body that is small.
    func isSmall(_ count: Int?) -> Bool { count.map { $0 <= small } ?? false }
}
