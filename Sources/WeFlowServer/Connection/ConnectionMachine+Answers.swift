/// Answers as they are sent, and how a connection ends behind one.
extension ConnectionMachine {
    /// A part of an answer; nothing is sent where that is not the one that is due.
    mutating func send(_ part: Part, of number: UInt64, _ open: inout Open) -> [Action] {
        guard case .exchange(var exchange) = open.phase, exchange.number == number, let rest = exchange.rest else {
            return part.waits ? [.deny] : []
        }
        mustSend()
        if part.endsConnection { exchange.isKept = false }
        guard part.isLast else {
            // Who is waited for goes on as soon as that is known to be of use: at once, where the client keeps up.
            exchange.stage = .sending(rest, part.waits ? .waiting : .atWork)
            open.phase = .exchange(exchange)
            return [.send]
        }
        let sending: [Action] = part.waits ? [.resume, .send] : [.send]
        move()
        if open.service == .stopping { return sending + flushAndClose(open) }
        guard exchange.isKept else { return sending + end(open) }
        switch rest {
        case .unwanted: open.phase = .passing
        case .none where open.input == .ended: return sending + flushAndClose(open)
        case .none: open.phase = .idle
        }
        return sending
    }

    /// The client has begun or ceased to keep up.
    mutating func setPace(_ pace: Pace, _ open: inout Open) -> [Action] {
        open.pace = pace
        move()
        return []
    }

    /// The server stops: the answer that is due is sent, and nothing behind it.
    mutating func stop(_ open: inout Open) -> [Action] {
        switch open.phase {
        case .idle, .head, .passing: return flushAndClose(open)
        case .exchange:
            open.service = .stopping
            return []
        }
    }
}

extension ConnectionMachine.Exchange {
    /// Whether the request was read to its end, where somebody makes or sends its answer; nil where nobody does yet.
    fileprivate var rest: ConnectionMachine.Rest? {
        switch stage {
        case .making(let rest), .sending(let rest, _): rest
        case .collecting, .waitingForPlace, .parsing: nil
        }
    }
}
