import TestSupport
import WeFlowPages
import WeFlowStore

@testable import WeFlowArrivals

/// A client of the model: `messages new`, or a stream.
struct ModelClient {
    let isStream: Bool
    var position: UInt64
    var chain: UInt64
    var journal: UInt64
    var time: Int64
    var digest: CounterDigest
    /// How often each thing was given.
    var given: [Int: Int] = [:]
    /// Things of which a stream is not asked whether it had them: a journal was lost when they were there.
    var excused: Set<Int> = []
}

/// A random history of a store, of the looks at it, and of what clients were given.
///
/// What must hold: whatever is in the store and was not there before the journal began was given; a thing is given twice
/// only where the answer says that it may be; and a stream never gives what was there before.
struct ModelHistory {
    var random: SeededGenerator
    let seed: UInt64
    var stores: [ModelStore] = [ModelStore()]
    /// The store that is looked at.
    var current = 0
    var backups: [(store: ModelStore, of: Int)] = []
    var now: Int64 = 1_700_000_000
    var change = 1
    var nextThing = 1
    var nextServerID: Int64 = 1 << 40
    var nextSort: Int64 = 0
    let chats: [TableHash]
    let countsAll: Bool
    /// Everything that was ever written, to be written again.
    var written: [(hash: TableHash, row: ModelRow)] = []
    /// What took messages back.
    var recalls: [Int: Int] = [:]
    /// What went away with an older state or a deleted chat.
    var lost: Set<Int> = []

    var state: ArrivalState?
    var saved: [ArrivalState] = []
    var baseRows = KnownRows()
    var versions: [UInt32: Int] = [:]
    var marksVersion = -1
    /// Things that were there when the journal began.
    var old: Set<Int> = []
    /// Things that lay in a shard which could not be read then.
    var unseen: Set<Int> = []
    var clients: [ModelClient] = []
    var hasLost = false
    /// Things up to here may be given again: what the journal knew of them was lost.
    var forgotten = 0
    /// Whether an earlier state was put in place since the last look.
    var isRestored = false
    /// Whether rows went away since all clients had everything.
    var isReplaced = false
    /// Whether a client passed something over since the last look.
    var isLookDue = false
    let knowsNotices: Bool
    /// What was done, for a seed that fails.
    var log: [String] = []
    var failures: [String] = []

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        chats = (0..<Int.random(in: 1...4, using: &random)).map {
            TableHash(high: mix(UInt64($0) ^ 7), low: mix(UInt64($0) ^ 9))
        }
        countsAll = Int.random(in: 0..<100, using: &random) < 80
        knowsNotices = Int.random(in: 0..<100, using: &random) < 85
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func pick<Value>(_ values: [Value]) -> Value? { values.randomElement(using: &random) }

    // MARK: The history

    mutating func run() {
        stores[0].shards[0] = ModelShard(file: 1)
        if chance(40) { stores[0].shards[1] = ModelShard(file: 2) }
        for _ in 0..<Int.random(in: 0...12, using: &random) { write() }
        if chance(15) { burst(Int.random(in: 60...260, using: &random)) }
        if chance(50) { backup() }
        for _ in 0..<Int.random(in: 0...4, using: &random) { write() }
        begin()
        for _ in 0..<Int.random(in: 4...24, using: &random) {
            step()
            if chance(45) { look() }
        }
        look()
        for index in clients.indices { drain(index, upTo: .max) }
        // Whoever was behind may have passed over what is found again only now.
        look()
        for index in clients.indices { drain(index, upTo: .max) }
        check()
    }

    mutating func step() {
        now += Int64.random(in: 1...(chance(30) ? 4000 : 60), using: &random)
        change += 1
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<34: write()
        case 34..<38: burst(Int.random(in: 5...40, using: &random))
        case 38..<44: late()
        case 44..<50: delete()
        case 50..<54: begunAnew()
        case 54..<59: backup()
        case 59..<69: restore()
        case 69..<73: renumber()
        case 73..<76: newShard()
        case 76..<83: recall()
        case 83..<86: acknowledge()
        case 86..<91: rewrite()
        case 91..<96: otherCopy()
        case 96..<98: forget()
        default: newProcess()
        }
    }

    mutating func look() {
        lookAtStore()
        for index in clients.indices where chance(80) {
            drain(index, upTo: chance(50) ? .max : Int.random(in: 1...5, using: &random))
        }
    }
}
