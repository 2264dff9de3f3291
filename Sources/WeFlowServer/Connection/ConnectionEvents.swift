import WeFlowArrivals

extension ConnectionMachine {
    /// What happens to a connection.
    enum Event: Sendable, Equatable {
        /// The first byte of a request.
        case firstByte
        /// The head of a request, and what was said of it.
        case head(Arrival)
        /// So many bytes of its body.
        case body(Int)
        /// Its end.
        case end
        /// Bytes that are no request.
        case malformed
        /// The client has closed its sending side; bytes that came before may be held.
        case inputClosed
        /// And all of those were passed on.
        case inputEnded
        /// The large body of a request has a place.
        case placeTaken(of: UInt64)
        /// It was parsed.
        case parsed(of: UInt64)
        /// A part of the answer to a request.
        case part(Part, of: UInt64)
        /// Something to be sent between two parts of an answer that has begun.
        case interjection(of: UInt64)
        /// An answer cannot go on.
        case brokenOff(of: UInt64)
        /// The client has begun or ceased to keep up with what is sent.
        case pace(Pace)
        /// The server stops.
        case stop
        /// The time is over that the client had.
        case timeOut
        /// The connection failed.
        case failed
        /// The connection was closed.
        case gone
        /// All that came at once was taken.
        case turnEnded
    }

    /// What is to be done.
    enum Action: Sendable, Equatable {
        /// Tell the client that its body is wanted.
        case sendContinue
        /// Keep the bytes that came.
        case keep
        /// Get a place for a large body.
        case takePlace
        /// Give it back.
        case releasePlace
        /// Parse the body off the event loop.
        case parse
        /// Have the request answered.
        case respond(Body)
        /// Answer it with a refusal.
        case refuse(Fault)
        /// Answer bytes that are no request.
        case refuseMalformed
        /// Write what came with the event.
        case send
        /// Let whoever writes the answer go on.
        case resume
        /// Tell whoever wrote a part that nobody wants it.
        case deny
        /// Stop whoever works on the answer.
        case abandon
        /// Send what was written.
        case flush
        /// Throw away what the client sends.
        case discard
        /// Close the sending side behind all that was written.
        case closeOutput
        /// Close behind all that was written.
        case closeWhenSent
        /// Close now.
        case close
        /// Count the time that the client has.
        case arm(Wait)
        /// The client has all the time there is.
        case disarm
        /// The connection is not closed where there are too many.
        case keepFromSurplus
        /// The connection may be closed where there are too many; the one that may be for longest goes.
        case giveToSurplus
    }

    /// What is known of a request by its head.
    struct Arrival: Sendable, Equatable {
        /// Whether the client means to send more on the connection.
        var isKept = true
        /// Bytes of the body; nil where that is not known before its end.
        var bodyLength: Int? = 0
        /// Whether the client waits to be told that its body is wanted.
        var expectsContinue = false
        /// What was said of the request without its body.
        var verdict = Verdict.unread
    }

    /// What can be said of a request without its body.
    enum Verdict: Sendable, Equatable {
        /// It is refused.
        case refused
        /// It is answered without its body.
        case unread
        /// It is answered with its body.
        case read(BodyLimit)
    }

    /// How much of a body is taken.
    struct BodyLimit: Sendable, Equatable {
        /// The most bytes.
        let most: Int
        /// What is wrong with a longer one.
        let fault: Fault
    }

    /// Why a request is refused.
    enum Fault: Sendable, Equatable {
        /// What was said of it without its body.
        case judged
        /// The body is too large.
        case tooLarge
        /// No token was found in as much as is read of a body to look for one.
        case unauthorized
    }

    /// The body that a request is answered with.
    enum Body: Sendable, Equatable {
        /// None, whatever was sent.
        case none
        /// What was kept.
        case kept
        /// What the event brought: what was kept, parsed.
        case parsed
    }

    /// A part of an answer.
    struct Part: Sendable, Equatable {
        /// Whether the answer ends with it.
        var isLast = false
        /// Whether whoever wrote it waits until the client has taken most of it.
        var waits = false
        /// Whether only the end of the connection ends the answer.
        var endsConnection = false
    }

    /// What the client is waited for.
    enum Wait: Sendable, Equatable, CaseIterable {
        /// The end of a head.
        case head
        /// The end of a body.
        case body
        /// A request.
        case request
        /// That it reads what is sent.
        case reading
        /// That all ends soon, since the client or the server has closed its sending side.
        case ending
    }
}

// MARK: - What follows from the state alone

extension ConnectionMachine {
    /// Whether bytes of requests are wanted now.
    var wantsBytes: Bool {
        guard case .open(let open) = state else { return false }
        return switch open.phase {
        case .idle: open.pace == .keepsUp
        case .head, .passing: true
        case .exchange(let exchange): exchange.wantsBytes
        }
    }

    /// Whether more is read from the client, of which so many bytes are held already: some is read ahead, so that it is
    /// seen when the client goes.
    func mayRead(held: Int) -> Bool {
        switch state {
        case .closed: return false
        case .ending: return true
        case .open(let open):
            if case .exchange(let exchange) = open.phase, exchange.lacksPlace { return false }
            return wantsBytes || held < Self.mostHeld
        }
    }

    /// Bytes of later requests that are read ahead.
    private static var mostHeld: Int { 64 << 10 }

    /// Whether the connection is kept for another request behind the one that is being answered.
    var isKept: Bool {
        guard case .open(let open) = state, case .exchange(let exchange) = open.phase else { return false }
        return exchange.isKept
    }

    /// Whether the answer to a request is due.
    func owesAnswer(to number: UInt64) -> Bool {
        guard case .open(let open) = state, case .exchange(let exchange) = open.phase else { return false }
        return exchange.number == number
    }

    /// Whether the client has sent all of a request whose answer is due: who has not has no claim to its connection yet.
    var isBusy: Bool {
        guard case .open(let open) = state, case .exchange(let exchange) = open.phase else { return false }
        return !exchange.isCutShort
    }

    /// What the client is waited for; nil where it is the server's turn.
    var wait: Wait? {
        switch state {
        case .closed: return nil
        case .ending(.flushing, _), .ending(_, .behind): return .reading
        case .ending(.closingOutput, .keepsUp): return .ending
        case .open(let open):
            switch open.phase {
            case .passing: return .body
            case .exchange(let exchange) where exchange.isCutShort: return .body
            case _ where open.pace == .behind: return .reading
            case .idle: return .request
            case .head: return .head
            case .exchange: return open.input == .open ? nil : .ending
            }
        }
    }
}

extension ConnectionMachine.Exchange {
    /// Whether the request has not been read to its end.
    var isCutShort: Bool {
        switch stage {
        case .collecting, .making(.unwanted), .sending(.unwanted, _): true
        case .waitingForPlace, .parsing, .making(.none), .sending(.none, _): false
        }
    }

    /// Whether somebody makes or sends the answer.
    var isAnswered: Bool {
        switch stage {
        case .making, .sending: true
        case .collecting, .waitingForPlace, .parsing: false
        }
    }

    fileprivate var wantsBytes: Bool { isCutShort && !lacksPlace }

    /// Whether a place is waited for: nothing is read meanwhile.
    fileprivate var lacksPlace: Bool {
        switch stage {
        case .collecting(_, _, .awaited), .waitingForPlace: true
        default: false
        }
    }
}
