import WeFlowSystem

/// Pages that lie behind each other in a file, but for a few between them that nobody asked for, to be read by one call
/// of the system instead of many.
struct PageRun: ~Copyable {
    /// Pages between two of a run: reading these costs less than another call.
    private static let widestGap: UInt32 = 2
    /// Pages of a run, those between included.
    private static let longest = 64

    /// The positions of the pages among those that were asked for.
    private(set) var places: [Int] = []
    /// Where each page goes, those between included.
    private(set) var targets = ReadTargets()
    /// The first page's number; 0 where there is none.
    private(set) var first: UInt32 = 0
    /// The last page's number; 0 where there is none.
    private(set) var last: UInt32 = 0

    private let pageSize: Int
    /// Takes the pages between, one over the other.
    private let unasked: UnsafeMutableRawPointer

    init(pageSize: Int) {
        self.pageSize = pageSize
        unasked = .allocate(byteCount: pageSize, alignment: 64)
    }

    deinit { unasked.deallocate() }

    /// Whether a page can be read with those before it.
    func accepts(_ number: UInt32) -> Bool {
        places.isEmpty
            || number > last && number - last <= Self.widestGap + 1
                && targets.count + Int(number - last) <= Self.longest
    }

    /// Adds a page behind the last one.
    mutating func append(_ page: PageCipher.StoredPage, _ place: Int) {
        if places.isEmpty {
            first = page.number
        } else {
            for _ in 1..<(page.number - last) { targets.append(unasked, count: pageSize) }
        }
        places.append(place)
        targets.append(page.bytes, count: pageSize)
        last = page.number
    }

    /// Begins another run.
    mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        targets.removeAll()
        (first, last) = (0, 0)
    }
}
