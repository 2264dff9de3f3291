import WeFlowSystem

/// The pages that one transaction changes: laid over a snapshot, in memory only.
///
/// SQLite reads and writes them through `PageVFS` as a database without a log, its journal in memory too, so that
/// nothing plain reaches the disk. What it leaves here is then committed in the store's own form. Not for several
/// threads at once.
public final class PageChanges {
    /// What the pages are laid over.
    public let snapshot: PageSnapshot
    /// Pages of the database with the changes.
    private(set) var pageCount: UInt32
    /// The changed pages, plain.
    private var pages: [UInt32: UnsafeMutableRawBufferPointer] = [:]
    /// The bytes 18 and 19 of page 1: whether the database is written through a log.
    private var versions: (UInt8, UInt8)?

    /// Starts with no change.
    init(_ snapshot: PageSnapshot) {
        self.snapshot = snapshot
        pageCount = snapshot.pageCount
    }

    deinit {
        for page in pages.values {
            SecretBytes.wipe(page)
            page.deallocate()
        }
    }

    /// Whether nothing was changed.
    public var isEmpty: Bool { pages.isEmpty && pageCount == snapshot.pageCount }

    /// The numbers of the changed pages, in order.
    var numbers: [UInt32] { pages.keys.sorted() }

    /// Copies a changed page, as the store has it.
    ///
    /// - Returns: false where the page is not changed.
    func copy(_ number: UInt32, into target: UnsafeMutableRawPointer) -> Bool {
        guard let page = pages[number], let base = page.baseAddress else { return false }
        target.copyMemory(from: base, byteCount: page.count)
        if number == 1, let versions {
            target.storeBytes(of: versions.0, toByteOffset: 18, as: UInt8.self)
            target.storeBytes(of: versions.1, toByteOffset: 19, as: UInt8.self)
        }
        return true
    }

    /// Reads a page as SQLite is to see it.
    func read(_ number: UInt32, into target: UnsafeMutableRawPointer) throws(PageFailure) {
        if let base = pages[number]?.baseAddress {
            target.copyMemory(from: base, byteCount: snapshot.pageSize)
        } else if number > snapshot.pageCount {
            // Beyond what was there, and never written: a page of the free list.
            target.initializeMemory(as: UInt8.self, repeating: 0, count: snapshot.pageSize)
        } else {
            try snapshot.read(number, into: target)
        }
        guard number == 1 else { return }
        if versions == nil {
            versions = (
                target.load(fromByteOffset: 18, as: UInt8.self), target.load(fromByteOffset: 19, as: UInt8.self)
            )
        }
        target.storeBytes(of: 1, toByteOffset: 18, as: UInt8.self)
        target.storeBytes(of: 1, toByteOffset: 19, as: UInt8.self)
    }

    /// Takes a page from SQLite.
    func write(_ source: UnsafeRawPointer, to number: UInt32) {
        let page = pages[number] ?? .allocate(byteCount: snapshot.pageSize, alignment: 16)
        page.copyMemory(from: UnsafeRawBufferPointer(start: source, count: snapshot.pageSize))
        pages[number] = page
        pageCount = max(pageCount, number)
    }

    /// Cuts the database to a number of pages.
    func truncate(to count: UInt32) {
        for number in pages.keys where number > count {
            if let page = pages.removeValue(forKey: number) {
                SecretBytes.wipe(page)
                page.deallocate()
            }
        }
        pageCount = count
    }
}
