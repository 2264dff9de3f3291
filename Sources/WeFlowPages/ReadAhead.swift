/// Pages that are read before they are asked for, where somebody walks through a file: several at once cost half of what
/// they do one by one.
struct ReadAhead: ~Copyable {
    /// As many as two rounds of the widest vector lanes take.
    private static let most: UInt32 = 16
    /// How far the next page of a walk lies behind the one before: pages of something else may lie between.
    private static let widestStep: UInt32 = 3
    /// After so many steps it is taken for a walk.
    private static let fewestSteps = 3

    private let pageSize: Int
    private var memory: UnsafeMutableRawPointer?
    /// The number of the first page in memory.
    private var first: UInt32 = 0
    /// Which of the pages in memory can be handed out.
    private var isRead: [Bool] = []
    private var last: UInt32 = 0
    private var steps = 0
    private var ahead: UInt32 = 4

    init(pageSize: Int) { self.pageSize = pageSize }

    deinit { memory?.deallocate() }

    /// Gives a page that was read, or is now read with those behind it.
    ///
    /// - Returns: false where the page is to be read by itself.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    mutating func copy(
        _ page: UInt32, of snapshot: PageSnapshot, to target: UnsafeMutableRawPointer
    ) throws(PageFailure) -> Bool {
        let isStep = page > last && page - last <= Self.widestStep
        steps = isStep ? steps + 1 : 0
        last = page
        if give(page, to: target) { return true }
        guard steps >= Self.fewestSteps else {
            if !isStep { ahead = 4 }
            return false
        }
        try fill(from: page, of: snapshot)
        return give(page, to: target)
    }

    private func give(_ page: UInt32, to target: UnsafeMutableRawPointer) -> Bool {
        guard let memory, page >= first, page - first < UInt32(isRead.count), isRead[Int(page - first)] else {
            return false
        }
        target.copyMemory(from: memory + Int(page - first) * pageSize, byteCount: pageSize)
        return true
    }

    private mutating func fill(from page: UInt32, of snapshot: PageSnapshot) throws(PageFailure) {
        isRead.removeAll(keepingCapacity: true)
        guard page <= snapshot.pageCount else { return }
        let room = memory ?? .allocate(byteCount: Int(Self.most) * pageSize, alignment: 64)
        memory = room
        let count = min(ahead, snapshot.pageCount - page + 1)
        ahead = min(ahead * 2, Self.most)
        let pages = (0..<count).map { place in
            PageCipher.StoredPage(bytes: room + Int(place) * pageSize, number: page + place)
        }
        let failed = try snapshot.read(pages)
        first = page
        isRead = Array(repeating: true, count: Int(count))
        for place in failed { isRead[place] = false }
    }
}
