import WeFlowStore

/// The first message of each sender, as far as the rows say who that is.
struct SenderFirsts: Sendable {
    /// A sender, by the id that the shard of a table has for them.
    private struct Sender: Hashable {
        let ordinal: Int
        let id: Int64
    }

    private let order: MessageOrder
    private var firsts: [Sender: MessagePosition] = [:]
    /// Messages of which the rows alone do not say who sent them.
    private var others: [MessagePosition] = []

    init(_ order: MessageOrder) {
        self.order = order
    }

    /// How many messages are held.
    var count: Int { firsts.count + others.count }

    /// All of them, in no order.
    var places: [MessagePosition] { Array(firsts.values) + others }

    /// Takes in a message of a sender; `isSender` is asked once for each id, and where it says no, the message is one of
    /// those to look at.
    mutating func add(_ place: MessagePosition, sender id: Int64, isSender: () -> Bool) {
        let sender = Sender(ordinal: place.ordinal, id: id)
        if let first = firsts[sender] {
            if order == .newestFirst ? first < place : place < first { firsts[sender] = place }
        } else if isSender() {
            firsts[sender] = place
        } else {
            others.append(place)
        }
    }

    /// Takes in a message that must be looked at.
    mutating func add(_ place: MessagePosition) { others.append(place) }

    /// Takes in what was found elsewhere.
    mutating func add(_ found: SenderFirsts) {
        for (sender, place) in found.firsts { add(place, sender: sender.id) { true } }
        others += found.others
    }
}
