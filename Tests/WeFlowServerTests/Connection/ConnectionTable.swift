import Testing

@testable import WeFlowServer

/// The table: what each event leads to in each state.
extension ConnectionTableTests {
    /// A state, and what is different from nothing in it.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let state: Machine.State
        var outcomes: [String: (Actions, Machine.State)]

        var testDescription: String { name }
    }

    private static func open(
        _ phase: Machine.Phase, _ input: Machine.Input = .open, _ pace: Machine.Pace = .keepsUp,
        _ service: Machine.Service = .wanted
    ) -> Machine.State {
        .open(.init(phase: phase, input: input, pace: pace, service: service))
    }

    private static func due(
        _ stage: Machine.Stage, isKept: Bool = true, number: UInt64 = 1, _ input: Machine.Input = .open,
        _ pace: Machine.Pace = .keepsUp, _ service: Machine.Service = .wanted
    ) -> Machine.State {
        open(.exchange(.init(number: number, isKept: isKept, stage: stage)), input, pace, service)
    }

    /// What an open connection does about what does not depend on its request.
    private static func row(
        _ name: String, _ state: Machine.State, abandons: Actions = [],
        _ outcomes: [String: (Actions, Machine.State)]
    ) -> Row {
        var all: [String: (Actions, Machine.State)] = [
            "time out": (abandons + [.close], .closed), "failed": (abandons + [.close], .closed),
            "gone": (abandons, .closed), "place": ([.releasePlace], state),
            "place of another": ([.releasePlace], state),
            "parsed": ([.releasePlace], state), "parsed of another": ([.releasePlace], state),
            "part that waits": ([.deny], state), "waiting part of another": ([.deny], state),
        ]
        if case .open(var open) = state {
            let before = open
            open.pace = .behind
            all["behind"] = ([], .open(open))
            open.pace = .keepsUp
            all["keeps up"] = ([], .open(open))
            open = before
            if open.input == .open { open.input = .closed }
            all["input closed"] = ([], .open(open))
        }
        return Row(name: name, state: state, outcomes: all.merging(outcomes) { $1 })
    }

    /// The parser says what cannot be: nothing is known any more.
    private static func impossible(_ names: [String], _ abandons: Actions = []) -> [String: (Actions, Machine.State)] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, (abandons + [.close], .closed)) })
    }

    private static let heads = [
        "head", "head of a body", "head that waits", "head that waits in vain", "head of too much",
        "head that is refused",
    ]
    private static let bodies = ["bytes", "many bytes", "too many bytes"]
    private static let closing = Machine.State.ending(.closingOutput, .keepsUp)
    private static let flushing = Machine.State.ending(.flushing, .keepsUp)

    /// What a head leads to, where one is awaited.
    private static func arrivals(
        number: UInt64, _ input: Machine.Input = .open, _ pace: Machine.Pace = .keepsUp
    ) -> [String: (Actions, Machine.State)] {
        func due(_ stage: Machine.Stage, isKept: Bool = true) -> Machine.State {
            Self.due(stage, isKept: isKept, number: number, input, pace)
        }
        return [
            "head": ([.respond(.none)], due(.making(.unwanted))),
            "head of a body": ([], due(.collecting(0, limit, .unneeded))),
            "head that waits": ([.sendContinue], due(.collecting(0, limit, .unneeded))),
            "head that waits in vain": ([.respond(.none)], due(.making(.unwanted), isKept: false)),
            "head of too much": ([.refuse(.tooLarge)], due(.making(.unwanted), isKept: false)),
            "head that is refused": ([.refuse(.judged)], due(.making(.unwanted))),
        ]
    }

    private static func awaiting(
        _ name: String, _ phase: Machine.Phase, _ input: Machine.Input, _ pace: Machine.Pace
    ) -> Row {
        let end: (Actions, Machine.State) =
            input == .open
            ? ([.refuseMalformed, .discard, .closeOutput], .ending(.closingOutput, pace))
            : ([.refuseMalformed, .discard, .closeWhenSent], .ending(.flushing, pace))
        let own: [String: (Actions, Machine.State)] = [
            "first byte": ([], open(.head, input, pace)), "malformed": end,
            "input ended": ([.discard, .closeWhenSent], .ending(.flushing, pace)),
            "stop": ([.discard, .closeWhenSent], .ending(.flushing, pace)),
        ]
        return row(
            name, open(phase, input, pace),
            own.merging(arrivals(number: 1, input, pace)) { $1 }.merging(impossible(bodies + ["end"])) { $1 })
    }

    private static func collecting(_ name: String, _ count: Int, _ place: Machine.Place) -> Row {
        let state = due(.collecting(count, limit, place))
        let abandons: Actions = place == .taken ? [.abandon, .releasePlace] : [.abandon]
        let surplus: Actions =
            switch place {
            case .unneeded: []
            case .awaited: [.abandon]
            case .taken: [.releasePlace]
            }
        var own: [String: (Actions, Machine.State)] = [
            "bytes": ([.keep], due(.collecting(count + 3, limit, place))),
            "many bytes": (
                place == .unneeded ? [.keep, .takePlace] : [.keep],
                due(.collecting(count + 50, limit, place == .unneeded ? .awaited : place))
            ),
            "too many bytes": (surplus + [.refuse(.tooLarge)], due(.making(.unwanted), isKept: false)),
            "malformed": (abandons + [.refuseMalformed, .discard, .closeOutput], closing),
            "input ended": (abandons + [.close], .closed),
            "stop": ([], due(.collecting(count, limit, place), .open, .keepsUp, .stopping)),
        ]
        switch place {
        case .unneeded: own["end"] = ([.respond(.kept)], due(.making(.none)))
        case .awaited:
            own["end"] = ([], due(.waitingForPlace))
            own["place"] = ([], due(.collecting(count, limit, .taken)))
        case .taken: own["end"] = ([.parse], due(.parsing))
        }
        return row(name, state, abandons: abandons, own.merging(impossible(heads, abandons)) { $1 })
    }

    /// An answer that is being made or sent.
    private static func answering(
        _ name: String, _ stage: (Machine.Rest) -> Machine.Stage, _ rest: Machine.Rest, isKept: Bool = true,
        _ input: Machine.Input = .open, _ service: Machine.Service = .wanted
    ) -> Row {
        func state(_ stage: Machine.Stage, _ input: Machine.Input = input, _ service: Machine.Service = service)
            -> Machine.State
        { due(stage, isKept: isKept, input, .keepsUp, service) }
        let end: (Actions, Machine.State) =
            input == .open
            ? ([.send, .discard, .closeOutput], closing) : ([.send, .discard, .closeWhenSent], flushing)
        let last: (Actions, Machine.State)
        if service == .stopping || isKept && input == .ended {
            last = ([.send, .discard, .closeWhenSent], flushing)
        } else if !isKept {
            last = end
        } else {
            last = ([.send], open(rest == .unwanted ? .passing : .idle, input))
        }
        let hasBegun = if case .sending = stage(rest) { true } else { false }
        var own: [String: (Actions, Machine.State)] = [
            "part": ([.send], state(.sending(rest, .atWork))),
            "part that waits": ([.send], state(.sending(rest, .waiting))),
            "last part": last,
            "last part of an old answer": service == .stopping ? ([.send, .discard, .closeWhenSent], flushing) : end,
            "broken off": ([.abandon, .close], .closed), "stop": ([], state(stage(rest), input, .stopping)),
        ]
        if hasBegun { own["interjection"] = ([.send], state(stage(rest))) }
        if rest == .unwanted {
            own["end"] = ([], state(stage(.none)))
            own["input ended"] = ([.abandon, .close], .closed)
            own["malformed"] =
                hasBegun
                ? ([.abandon, .close], .closed)
                : ([.abandon, .refuseMalformed, .discard, .closeOutput], closing)
        } else {
            own["input ended"] = ([], state(stage(rest), .ended))
        }
        let never = rest == .unwanted ? heads : heads + bodies + ["end", "malformed"]
        return row(name, state(stage(rest)), abandons: [.abandon], own.merging(impossible(never, [.abandon])) { $1 })
    }

    private static func complete(_ name: String, _ stage: Machine.Stage, _ own: [String: (Actions, Machine.State)])
        -> Row
    {
        let common: [String: (Actions, Machine.State)] = [
            "stop": ([], due(stage, .open, .keepsUp, .stopping)), "input ended": ([], due(stage, .ended)),
        ]
        return row(
            name, due(stage), abandons: [.abandon],
            common.merging(own) { $1 }.merging(impossible(heads + bodies + ["end", "malformed"], [.abandon])) { $1 })
    }

    private static func over(_ name: String, _ ending: Machine.Ending, _ pace: Machine.Pace) -> Row {
        var all = row(name, .ending(ending, pace), [:])
        all.outcomes["behind"] = ([], .ending(ending, .behind))
        all.outcomes["keeps up"] = ([], .ending(ending, .keepsUp))
        return all
    }

    static let rows: [Row] = [
        awaiting("idle", .idle, .open, .keepsUp), awaiting("idle behind", .idle, .open, .behind),
        awaiting("idle with bytes held", .idle, .closed, .keepsUp), awaiting("head", .head, .open, .keepsUp),
        awaiting("head of what is held", .head, .closed, .keepsUp),
        collecting("collecting", 4, .unneeded), collecting("collecting without a place", 11, .awaited),
        collecting("collecting with one", 11, .taken),
        complete("waiting for a place", .waitingForPlace, ["place": ([.parse], due(.parsing))]),
        complete("parsing", .parsing, ["parsed": ([.releasePlace, .respond(.parsed)], due(.making(.none)))]),
        answering("making, body unread", { .making($0) }, .unwanted),
        answering("making", { .making($0) }, .none),
        answering("making the last", { .making($0) }, .none, isKept: false),
        answering("making, stopping", { .making($0) }, .none, .open, .stopping),
        answering("making, bytes held behind it", { .making($0) }, .none, .closed),
        answering("making, input ended", { .making($0) }, .none, .ended),
        answering("making the last, input ended", { .making($0) }, .none, isKept: false, .ended),
        answering("sending, body unread", { .sending($0, .atWork) }, .unwanted),
        answering("sending the last, body unread", { .sending($0, .atWork) }, .unwanted, isKept: false),
        answering("sending", { .sending($0, .atWork) }, .none),
        answering("sending, writer waits", { .sending($0, .waiting) }, .none),
        answering("sending, stopping", { .sending($0, .atWork) }, .none, .open, .stopping),
        row(
            "passing", open(.passing),
            [
                "end": ([], open(.idle)), "malformed": ([.discard, .closeOutput], closing),
                "input ended": ([.discard, .closeWhenSent], flushing), "stop": ([.discard, .closeWhenSent], flushing),
            ].merging(impossible(heads)) { $1 }),
        over("closing its output", .closingOutput, .keepsUp),
        over("closing its output, behind", .closingOutput, .behind),
        over("flushing", .flushing, .keepsUp), over("flushing, behind", .flushing, .behind),
        Row(
            name: "closed", state: .closed,
            outcomes: [
                "place": ([.releasePlace], .closed), "place of another": ([.releasePlace], .closed),
                "parsed": ([.releasePlace], .closed), "parsed of another": ([.releasePlace], .closed),
                "part that waits": ([.deny], .closed), "waiting part of another": ([.deny], .closed),
            ]),
    ]
}
