import WeFlowPages

/// The way from the root of a b-tree to where a cursor stands, and the pages it could not read.
struct BTreePath {
    /// Deeper than any b-tree of 2^32 pages.
    static let deepest = 24

    struct Step {
        let page: UInt32
        /// What is to be visited next on the page: a cell of a leaf, a child of an interior page.
        var next: Int
    }

    /// Pages that could not be read so far, each once.
    var damage: [PageFailure] { failures.all }
    private var failures = PageFailures()
    private let snapshot: PageSnapshot
    private var steps: [Step] = []
    private var visited = 0

    init(snapshot: PageSnapshot) {
        self.snapshot = snapshot
    }

    var last: Step? { steps.last }

    /// Starts over at the root.
    mutating func begin(_ root: UInt32) {
        steps.removeAll(keepingCapacity: true)
        steps.append(Step(page: root, next: 0))
        visited = 1
    }

    /// Goes down to a page.
    ///
    /// A page that is on the way already, or more pages than there are, is a tree that bites its tail.
    mutating func enter(_ page: UInt32) throws(PageFailure) {
        guard snapshot.holds(page) else {
            try note(PageFailure(.truncated, database: snapshot.database, page: page))
            return
        }
        visited += 1
        guard steps.count < Self.deepest, visited <= Int(snapshot.heldPages) + 1,
            !steps.contains(where: { $0.page == page })
        else {
            try note(PageFailure(.damaged, database: snapshot.database, page: page))
            if visited > Int(snapshot.heldPages) + 1 { steps.removeAll() }
            return
        }
        steps.append(Step(page: page, next: 0))
    }

    /// Goes up.
    mutating func leave() {
        steps.removeLast()
    }

    /// Moves what is next on the current page.
    mutating func advance(by distance: Int) {
        steps[steps.count - 1].next += distance
    }

    /// Notes the page that `body` could not read and returns nil, but lets a moved database end the walk.
    mutating func note<Value>(_ body: () throws(PageFailure) -> Value) throws(PageFailure) -> Value? {
        do throws(PageFailure) {
            return try body()
        } catch {
            try note(error)
            return nil
        }
    }

    private mutating func note(_ failure: PageFailure) throws(PageFailure) {
        if failure.reason == .moved { throw failure }
        failures.add(failure)
    }
}
