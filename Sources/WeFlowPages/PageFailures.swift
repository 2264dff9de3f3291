/// Pages that could not be read, each once, in the order in which they were met.
public struct PageFailures: Sendable, Equatable {
    /// All of them.
    public private(set) var all: [PageFailure] = []
    private var known: Set<PageFailure> = []

    /// None.
    public init() {}

    /// Takes one in, where it is not known.
    public mutating func add(_ failure: PageFailure) {
        if known.insert(failure).inserted { all.append(failure) }
    }

    /// Takes in those that are not known.
    public mutating func add(_ failures: some Sequence<PageFailure>) {
        for failure in failures { add(failure) }
    }
}
