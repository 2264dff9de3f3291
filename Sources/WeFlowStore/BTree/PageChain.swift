/// The pages of one chain, in which no page comes twice.
struct PageChain {
    private var few: [UInt32] = []
    private var many: Set<UInt32> = []
    /// So many pages are looked through sooner than hashed.
    private static let mostFew = 32

    /// Starts a chain at a page.
    mutating func begin(_ page: UInt32) {
        few.removeAll(keepingCapacity: true)
        if !many.isEmpty { many = [] }
        few.append(page)
    }

    /// Goes on to a page.
    ///
    /// - Returns: false where the chain came by it before.
    mutating func enter(_ page: UInt32) -> Bool {
        guard !few.contains(page) else { return false }
        if few.count < Self.mostFew {
            few.append(page)
            return true
        }
        return many.insert(page).inserted
    }
}
