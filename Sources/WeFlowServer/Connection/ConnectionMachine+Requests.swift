import WeFlowArrivals

/// Requests as they come.
extension ConnectionMachine {
    mutating func takeFirstByte(_ open: inout Open) -> [Action] {
        guard case .idle = open.phase else { return [] }
        open.phase = .head
        move()
        return []
    }

    /// The head of a request: it is answered, refused, or its body is read.
    mutating func take(_ arrival: Arrival, _ open: inout Open) -> [Action] {
        switch open.phase {
        case .idle, .head: break
        case .exchange, .passing: return close()
        }
        move()
        var exchange = Exchange(number: nextNumber(), isKept: arrival.isKept, stage: .making(.unwanted))
        defer { open.phase = .exchange(exchange) }
        // Nobody wants the body. A small one is read to its end, so that the connection can go on behind it; whoever has
        // more is answered, given time to read that, and left. So is who waits to be told to send it: whether it comes
        // nobody knows.
        let mayGoOn = isSmall(arrival.bodyLength) && !arrival.expectsContinue
        switch arrival.verdict {
        case .refused:
            exchange.isKept = arrival.isKept && mayGoOn
            return [.refuse(.judged)]
        case .unread:
            exchange.isKept = arrival.isKept && mayGoOn
            return [.respond(.none)]
        case .read(let limit):
            guard arrival.bodyLength ?? 0 <= limit.most else {
                exchange.isKept = arrival.isKept && mayGoOn
                return [.refuse(limit.fault)]
            }
            exchange.stage = .collecting(0, limit, .unneeded)
            guard arrival.expectsContinue else { return [] }
            mustSend()
            return [.sendContinue]
        }
    }

    /// A part of a body, which may be wanted or not.
    mutating func takeBody(_ bytes: Int, _ open: inout Open) -> [Action] {
        switch open.phase {
        case .passing: return []
        case .exchange(var exchange):
            guard case .collecting(let before, let limit, let place) = exchange.stage else {
                return exchange.isCutShort ? [] : close()
            }
            defer { open.phase = .exchange(exchange) }
            let count = before + bytes
            guard count <= limit.most else {
                // It is not known how much more comes.
                (exchange.isKept, exchange.stage) = (false, .making(.unwanted))
                return switch place {
                case .unneeded: [.refuse(limit.fault)]
                case .awaited: [.abandon, .refuse(limit.fault)]
                case .taken: [.releasePlace, .refuse(limit.fault)]
                }
            }
            guard place == .unneeded, !isSmall(count) else {
                exchange.stage = .collecting(count, limit, place)
                return [.keep]
            }
            exchange.stage = .collecting(count, limit, .awaited)
            return [.keep, .takePlace]
        case .idle, .head: return close()
        }
    }

    /// The end of a request.
    mutating func takeEnd(_ open: inout Open) -> [Action] {
        switch open.phase {
        case .passing:
            move()
            open.phase = .idle
            return []
        case .exchange(var exchange):
            defer { open.phase = .exchange(exchange) }
            move()
            switch exchange.stage {
            case .collecting(_, _, .unneeded):
                exchange.stage = .making(.none)
                return [.respond(.kept)]
            case .collecting(_, _, .awaited):
                exchange.stage = .waitingForPlace
                return []
            case .collecting(_, _, .taken):
                exchange.stage = .parsing
                return [.parse]
            case .making(.unwanted):
                exchange.stage = .making(.none)
                return []
            case .sending(.unwanted, let sender):
                exchange.stage = .sending(.none, sender)
                return []
            case .waitingForPlace, .parsing, .making(.none), .sending(.none, _): return close()
            }
        case .idle, .head: return close()
        }
    }

    /// Bytes that are no request. They are answered, unless a part of an answer was sent for them: what stands before
    /// them has been answered already.
    mutating func refuseMalformed(_ open: Open) -> [Action] {
        switch open.phase {
        case .idle, .head: break
        case .passing: return end(open)
        case .exchange(let exchange):
            guard exchange.isCutShort, !exchange.hasBegun else { return close() }
        }
        return abandon() + [.refuseMalformed] + end(open)
    }

    /// Nothing more comes from the client.
    mutating func endInput(_ open: inout Open) -> [Action] {
        open.input = .ended
        move()
        switch open.phase {
        case .idle, .head, .passing: return flushAndClose(open)
        case .exchange(let exchange): return exchange.isCutShort ? close() : []
        }
    }

    // MARK: Large bodies

    mutating func takePlace(_ number: UInt64, _ open: inout Open) -> [Action] {
        guard case .exchange(var exchange) = open.phase, exchange.number == number else { return [.releasePlace] }
        defer { open.phase = .exchange(exchange) }
        switch exchange.stage {
        case .collecting(let count, let limit, .awaited):
            exchange.stage = .collecting(count, limit, .taken)
            return []
        case .waitingForPlace:
            exchange.stage = .parsing
            return [.parse]
        default: return [.releasePlace]
        }
    }

    mutating func takeParsed(_ number: UInt64, _ open: inout Open) -> [Action] {
        guard case .exchange(var exchange) = open.phase, exchange.number == number, exchange.stage == .parsing else {
            return [.releasePlace]
        }
        exchange.stage = .making(.none)
        open.phase = .exchange(exchange)
        return [.releasePlace, .respond(.parsed)]
    }
}

extension ConnectionMachine.Exchange {
    /// Whether a part of the answer was sent.
    var hasBegun: Bool { if case .sending = stage { true } else { false } }
}
