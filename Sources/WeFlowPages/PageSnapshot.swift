import Synchronization
import WeFlowSystem

/// The pages of one database as of one commit: plain, verified, the same from the first read to the last
/// (<doc:ReadingLive>).
///
/// Pages come from the log where they were committed there, else from the file. While the snapshot holds the read lock
/// the file stands still, and a log that is restarted under it was copied into the file before; so a frame that is gone
/// is read from there. Without a lock each read checks that nothing moved, and says so where it did.
public final class PageSnapshot: Sendable {
    /// The largest page that SQLite knows, in bytes.
    static let largestPage = 65_536
    static let magic: [UInt8] = Array("SQLite format 3\0".utf8)

    /// The database's path below `db_storage`.
    public let database: String
    /// Bytes of a page.
    public let pageSize: Int
    /// Bytes of a page that its content can use.
    public let usableSize: Int
    /// Pages of the database at this commit.
    public let pageCount: UInt32
    /// How many of them file and log can hold; fewer where they were cut off, whatever they say of themselves.
    public let heldPages: UInt32
    /// Grows whenever the content may have changed between two snapshots of one `DatabaseFile`.
    public let generation: UInt32
    /// Changes with every change of the database's tables.
    public let schemaCookie: UInt32
    /// Grows whenever another file took the database's place.
    public let epoch: UInt32
    /// Whether the database is encrypted.
    public var isEncrypted: Bool { cipher != nil }
    /// Bytes of the log up to its last commit; 0 where nothing is in it.
    public var logSize: Int64 { wal.isEmpty ? 0 : wal.committedEnd }

    private let file: File
    private let fileState: FileState
    /// Pages that the file has, the one that it ends in included.
    private let filePages: Int64
    private let log: File?
    /// The log as of this commit.
    let wal: WALIndex
    /// Opens and seals the pages; nil where the database is not encrypted.
    let cipher: PageCipher?
    private let lock: ReadLock?
    private let logRestarted = Atomic<Bool>(false)

    init(
        database: String, file: File, fileState: FileState, log: File?, wal: WALIndex,
        cipher: PageCipher?, lock: ReadLock?, generation: UInt32, epoch: UInt32, firstPage: [UInt8]
    ) throws(WeFlowError) {
        self.database = database
        self.file = file
        self.fileState = fileState
        self.log = log
        self.wal = wal
        self.cipher = cipher
        self.lock = lock
        self.generation = generation
        self.epoch = epoch

        var page = firstPage
        if let cipher {
            let fits = page.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { cipher.open($0, number: 1) } ?? false
            }
            guard fits else { throw PageFailure(.damaged, database: database, page: 1).error }
        }
        let size = Int(page[16]) << 8 | Int(page[17])
        pageSize = cipher != nil ? PageCipher.pageSize : size == 1 ? 65_536 : size
        guard Self.isPageSize(pageSize), page.starts(with: Self.magic) else {
            throw PageFailure(.damaged, database: database, page: 1).error
        }
        usableSize = pageSize - Int(page[20])
        guard usableSize >= 480 else { throw PageFailure(.damaged, database: database, page: 1).error }
        schemaCookie = page.withUnsafeBytes { $0.bigEndian(at: 40) }
        let encoding = page.withUnsafeBytes { $0.bigEndian(at: 56) }
        guard encoding <= 1 else {
            throw WeFlowError(
                .unavailable, "\(database) stores its text as UTF-16, which WeChat never does; check the file")
        }
        // SQLite's formats of files and schemas that it reads itself, and the shares of a page it has always had.
        guard page[19] <= 2, page.withUnsafeBytes({ $0.bigEndian(at: 44) }) <= 4, page[21..<24] == [64, 32, 32] else {
            throw WeFlowError(
                .unavailable, "\(database) is in a format of SQLite that is not known here; check the file")
        }
        let stored = page.withUnsafeBytes { $0.bigEndian(at: 28) }
        let storedIsValid = page[24..<28] == page[92..<96] && stored > 0
        let inFile = UInt32(clamping: fileState.size / Int64(pageSize))
        pageCount = wal.isEmpty ? (storedIsValid ? stored : inFile) : wal.pageCount
        filePages = (fileState.size + Int64(pageSize) - 1) / Int64(pageSize)
        heldPages = UInt32(clamping: min(Int64(pageCount), filePages + Int64(wal.frames.count)))
    }

    /// Whether SQLite has pages of this many bytes.
    static func isPageSize(_ size: Int) -> Bool { size >= 512 && size <= largestPage && size & (size - 1) == 0 }

    /// Whether file or log reach as far as a page.
    public func holds(_ number: UInt32) -> Bool {
        number >= 1 && number <= pageCount && (Int64(number) <= filePages || wal.frames[number] != nil)
    }

    /// The page size that a plain database file says it has, or nil where it is encrypted or too short to say.
    static func pageSize(of file: File) throws(SystemError) -> Int? {
        let size = 24
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        defer { scratch.deallocate() }
        guard let base = scratch.baseAddress, try file.read(into: base, count: size, at: 0) == size else { return nil }
        guard scratch.starts(with: magic) else { return nil }
        let stored = Int(scratch[16]) << 8 | Int(scratch[17])
        return stored == 1 ? 65_536 : stored
    }

    /// Reads, verifies and decrypts one page.
    ///
    /// - Parameters:
    ///   - number: the page's number, from 1 to `pageCount`.
    ///   - target: room for `pageSize` bytes.
    /// - Throws: why it could not; `target` then holds nothing to rely on.
    public func read(_ number: UInt32, into target: UnsafeMutableRawPointer) throws(PageFailure) {
        try load(number, into: target)
        guard let cipher else { return }
        guard cipher.open(target, number: number) else {
            throw PageFailure(.damaged, database: database, page: number)
        }
    }

    /// Reads, verifies and decrypts several pages at once, which costs less than one by one.
    ///
    /// - Parameter pages: the pages' numbers, and for each room for `pageSize` bytes.
    /// - Returns: the positions in `pages` of those that could not be read; ``read(_:into:)`` says why.
    /// - Throws: `.moved` where the database changed under a snapshot without a lock.
    public func read(_ pages: [PageCipher.StoredPage]) throws(PageFailure) -> [Int] {
        let (places, failed) = try load(pages)
        guard let cipher else { return failed }
        let loaded = places.map { pages[$0] }
        let misfits = loaded.withUnsafeBufferPointer { cipher.open($0) }
        return failed + misfits.map { places[$0] }
    }

    /// Whether a page is stored as zeros, which pass for a page although nothing was ever written there
    /// (<doc:EncryptedPages#What-is-not-encrypted>).
    ///
    /// - Parameter number: the page's number, from 1 to `pageCount`.
    /// - Returns: true where all its bytes are zero, before anything is decrypted.
    /// - Throws: why it could not be read.
    public func isUnwritten(_ number: UInt32) throws(PageFailure) -> Bool {
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: pageSize, alignment: 16)
        defer { page.deallocate() }
        guard let base = page.baseAddress else { return false }
        try load(number, into: base)
        return page.allSatisfy { $0 == 0 }
    }

    /// Reads a page as it is stored, unverified.
    ///
    /// - Throws: why it could not be read.
    func readStored(_ number: UInt32, into target: UnsafeMutableRawPointer) throws(PageFailure) {
        try load(number, into: target)
    }

    /// Loads several pages as they are stored, those that lie together in one go.
    ///
    /// Whether anything moved is asked once, behind the last of them: what stood still until then did so before.
    ///
    /// - Returns: the positions of those that were loaded, in the order of the file, and of those that were not.
    private func load(_ pages: [PageCipher.StoredPage]) throws(PageFailure) -> (loaded: [Int], failed: [Int]) {
        var (loaded, failed, framed): ([Int], [Int], [Int]) = ([], [], [])
        loaded.reserveCapacity(pages.count)
        var run = PageRun(pageSize: pageSize)
        func end() {
            if run.places.count > 1, load(run) {
                loaded += run.places
            } else {
                for place in run.places {
                    if loadFromFile(pages[place]) { loaded.append(place) } else { failed.append(place) }
                }
            }
            run.removeAll()
        }
        for place in pages.indices.sorted(by: { pages[$0].number < pages[$1].number }) {
            if let offset = wal.frames[pages[place].number] {
                end()
                if (try? readFrame(at: offset, into: pages[place].bytes)) == true {
                    loaded.append(place)
                    framed.append(place)
                } else {
                    failed.append(place)
                }
                continue
            }
            if !run.accepts(pages[place].number) { end() }
            run.append(pages[place], place)
        }
        end()
        try check(&loaded, &failed, framed)
        // One by one, they say why they cannot be had, or are had from where they went.
        var lost: [Int] = []
        for place in failed {
            do throws(PageFailure) {
                try load(pages[place].number, into: pages[place].bytes)
                loaded.append(place)
            } catch {
                if error.reason == .moved { throw error }
                lost.append(place)
            }
        }
        return (loaded, lost)
    }

    /// Takes back what was loaded of a log that was restarted meanwhile.
    ///
    /// - Throws: `.moved` where the file changed under a snapshot without a lock.
    private func check(_ loaded: inout [Int], _ failed: inout [Int], _ framed: [Int]) throws(PageFailure) {
        var moved = false
        do throws(SystemError) {
            if !framed.isEmpty, try !logStands() {
                loaded.removeAll { framed.contains($0) }
                failed += framed
            }
            if lock == nil, loaded.count > framed.count || !failed.isEmpty {
                moved = try file.state() != fileState || logRestarted.load(ordering: .acquiring)
            }
        } catch {
            throw PageFailure(.system(error.code), database: database, page: 0)
        }
        if moved { throw PageFailure(.moved, database: database, page: 0) }
    }

    /// Loads a run of pages of the file; false where they are better loaded one by one.
    private func load(_ run: borrowing PageRun) -> Bool {
        guard run.first >= 1, run.last <= pageCount else { return false }
        return (try? file.fill(run.targets, at: Int64(run.first - 1) * Int64(pageSize))) == true
    }

    /// Loads a page of the file; false where it is not there whole.
    private func loadFromFile(_ page: PageCipher.StoredPage) -> Bool {
        guard page.number >= 1, page.number <= pageCount else { return false }
        let offset = Int64(page.number - 1) * Int64(pageSize)
        return (try? file.read(into: page.bytes, count: pageSize, at: offset)) == pageSize
    }

    private func load(_ number: UInt32, into target: UnsafeMutableRawPointer) throws(PageFailure) {
        guard number >= 1, number <= pageCount else {
            throw PageFailure(.damaged, database: database, page: number)
        }
        let got: Int
        let moved: Bool
        do throws(SystemError) {
            if let offset = wal.frames[number], try loadFrame(at: offset, into: target) { return }
            got = try file.read(into: target, count: pageSize, at: Int64(number - 1) * Int64(pageSize))
            let now = lock == nil ? try file.state() : fileState
            moved = lock == nil && (now != fileState || logRestarted.load(ordering: .acquiring))
        } catch {
            throw PageFailure(.system(error.code), database: database, page: number)
        }
        guard !moved else { throw PageFailure(.moved, database: database, page: number) }
        guard got == pageSize else { throw PageFailure(.truncated, database: database, page: number) }
    }

    /// Reads the body of a frame of the log.
    ///
    /// - Returns: false where the log was restarted since the snapshot, so that the page is in the file.
    private func loadFrame(at offset: Int64, into target: UnsafeMutableRawPointer) throws(SystemError) -> Bool {
        guard !logRestarted.load(ordering: .acquiring), try readFrame(at: offset, into: target) else {
            logRestarted.store(true, ordering: .releasing)
            return false
        }
        return try logStands()
    }

    /// Reads the body of a frame of the log, whoever wrote it; false where it is not there whole.
    private func readFrame(at offset: Int64, into target: UnsafeMutableRawPointer) throws(SystemError) -> Bool {
        guard let log else { return false }
        return try log.read(into: target, count: pageSize, at: offset + Int64(WALIndex.frameHeaderSize)) == pageSize
    }

    /// Whether the frames that were read so far are those of the snapshot: a restart writes the header before the first
    /// frame, so while the header is the old one, so were the frames.
    private func logStands() throws(SystemError) -> Bool {
        if !logRestarted.load(ordering: .acquiring), let log, try log.holds(wal.header) { return true }
        logRestarted.store(true, ordering: .releasing)
        return false
    }
}
