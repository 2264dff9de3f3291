@testable import WeFlowServer

/// Does what the machine says, and holds it to what must always be so.
struct ConnectionLedger {
    var machine = ConnectionMachine(small: 10)
    /// Requests by their numbers, in the order of their heads.
    var requests: [UInt64] = []
    /// Requests whose answers were sent to their end.
    var answered: [UInt64] = []
    var began: Set<UInt64> = []
    var placesHeld = 0
    var parsesDue = 0
    var writersWaiting = 0
    var isClosed = false
    var isEnding = false
    var armed: ConnectionMachine.Wait?
    var faults: [String] = []

    /// What the world has to do next for the request that came last.
    var asks: [ConnectionMachine.Action] = []

    mutating func happen(_ event: ConnectionMachine.Event) {
        perform(machine.handle(event), event)
        if machine.state == .closed { isClosed = true }
    }

    mutating func endTurn() {
        perform(machine.handle(.turnEnded), .turnEnded)
        guard !isClosed else { return }
        if armed != machine.wait { fail("\(String(describing: armed)) is armed in \(machine.state)") }
        if case .exchange(let exchange)? = phase, !exchange.isCutShort, armed == .body { fail("a body is awaited") }
    }

    var phase: ConnectionMachine.Phase? { if case .open(let open) = machine.state { open.phase } else { nil } }

    mutating func fail(_ text: String) { if faults.count < 3 { faults.append(text) } }

    private mutating func perform(_ actions: [ConnectionMachine.Action], _ event: ConnectionMachine.Event) {
        for action in actions { perform(action, event) }
    }

    private mutating func perform(_ action: ConnectionMachine.Action, _ event: ConnectionMachine.Event) {
        let isGivingBack = action == .releasePlace || action == .deny || action == .abandon || action == .resume
        if isClosed, !isGivingBack { fail("\(action) after the end") }
        switch action {
        case .send: send(event)
        case .refuseMalformed:
            if isEnding { fail("a second answer to what is no request") }
            if began.contains(machine.number), !answered.contains(machine.number) { fail("two answers at once") }
        case .releasePlace:
            placesHeld -= 1
            if placesHeld < 0 { fail("a place was given back twice") }
        case .resume, .deny: writersWaiting = 0
        case .abandon: writersWaiting = 0
        case .closeOutput, .closeWhenSent: isEnding = true
        case .close: isClosed = true
        case .arm(let wait): armed = wait
        case .disarm: armed = nil
        case .parse:
            parsesDue += 1
            asks.append(action)
        case .takePlace, .respond, .refuse: asks.append(action)
        case .sendContinue, .keep, .flush, .discard, .keepFromSurplus, .giveToSurplus: break
        }
    }

    private mutating func send(_ event: ConnectionMachine.Event) {
        if isEnding { fail("bytes after the last answer") }
        switch event {
        case .part(let part, of: let number):
            if answered.contains(number) { fail("two answers to request \(number)") }
            if number != requests.last { fail("an answer to \(number) behind \(requests)") }
            began.insert(number)
            if part.isLast { answered.append(number) }
            if part.waits { writersWaiting = part.isLast ? 0 : 1 }
        case .interjection(of: let number):
            if !began.contains(number) || answered.contains(number) { fail("something beside an answer") }
        default: fail("\(event) sends")
        }
    }
}
