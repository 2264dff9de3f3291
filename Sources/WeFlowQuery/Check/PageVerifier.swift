import WeFlowPages

/// Reads pages of a snapshot to see whether each is what it was when it was written.
struct PageVerifier: ~Copyable {
    private let snapshot: PageSnapshot
    private let pages: UnsafeMutableRawPointer
    /// Pages that are read at once.
    private static let group: UInt32 = 32

    init(_ snapshot: PageSnapshot) {
        self.snapshot = snapshot
        pages = .allocate(byteCount: Int(Self.group) * snapshot.pageSize, alignment: 64)
    }

    deinit {
        pages.deallocate()
    }

    /// What is wrong with a page, nil where nothing is.
    ///
    /// - Throws: `.moved` where the database changed.
    mutating func fault(of number: UInt32) throws(PageFailure) -> DatabaseCheck.PageDamage.Fault? {
        do throws(PageFailure) {
            try snapshot.read(number, into: pages)
            return try isBlank(pages, number) ? .blank : nil
        } catch {
            switch error.reason {
            case .moved: throw error
            // Page 0 is no page: the failure is about the database as a whole.
            case .damaged: return number == 0 || number > snapshot.pageCount ? .structure : .checksum
            case .truncated: return .truncated
            // Nothing of the sort is found by reading a page alone.
            case .rowMissing: return .rowsMissing
            case .rowsUnindexed: return .rowsUnindexed
            case .system(let code): return .unreadable(code)
            }
        }
    }

    /// What is wrong with pages that follow each other, by page; nothing as a rule.
    ///
    /// - Throws: `.moved` where the database changed.
    mutating func faults(
        of numbers: ClosedRange<UInt32>
    ) throws(PageFailure) -> [(UInt32, DatabaseCheck.PageDamage.Fault)] {
        var found: [(UInt32, DatabaseCheck.PageDamage.Fault)] = []
        var next = UInt64(numbers.lowerBound)
        while next <= UInt64(numbers.upperBound) {
            let first = UInt32(next)
            let count = min(Self.group, numbers.upperBound - first + 1)
            let stored = (0..<count).map { place in
                PageCipher.StoredPage(bytes: pages + Int(place) * snapshot.pageSize, number: first + place)
            }
            var suspects = Set(try snapshot.read(stored))
            for (place, page) in stored.enumerated() where !suspects.contains(place) {
                if try isBlank(page.bytes, page.number) { suspects.insert(place) }
            }
            for place in suspects.sorted() {
                let number = stored[place].number
                if let fault = try fault(of: number) { found.append((number, fault)) }
            }
            next += UInt64(count)
        }
        return found
    }

    /// Whether a page holds nothing but zeros that were never encrypted.
    private func isBlank(_ page: UnsafeRawPointer, _ number: UInt32) throws(PageFailure) -> Bool {
        guard snapshot.isEncrypted,
            UnsafeRawBufferPointer(start: page, count: snapshot.pageSize).allSatisfy({ $0 == 0 })
        else { return false }
        return try snapshot.isUnwritten(number)
    }
}
