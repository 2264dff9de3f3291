import CSQLite
import WeFlowSystem

/// Shows the plain pages of a snapshot to SQLite as a database without a log: read only, or with the changes of a
/// transaction laid over it.
///
/// SQLite opens `file:…?snapshot=ADDRESS` with the VFS `PageVFS.name`; ADDRESS is that of a `PageSource` which the
/// connection's owner keeps alive. No other file can be opened through it: no journal, no temporary file, so nothing
/// plain ever reaches the disk.
public enum PageVFS {
    /// The VFS's name, for `sqlite3_open_v2`.
    public static let name = "weflow-pages"

    /// Registers the VFS once for the process.
    ///
    /// - Returns: SQLite's result code.
    public static func register() -> Int32 { registration }

    private static let registration: Int32 = {
        guard let base = sqlite3_vfs_find(nil) else { return SQLITE_ERROR }
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        // Clock, randomness and sleep are those of the system's own VFS.
        vfs.initialize(to: base.pointee)
        guard let stableName = persistentCopy(name) else { return SQLITE_NOMEM }
        vfs.pointee.zName = UnsafePointer(stableName)
        vfs.pointee.szOsFile = Int32(MemoryLayout<OpenFile>.size)
        vfs.pointee.mxPathname = 1024
        vfs.pointee.pNext = nil
        vfs.pointee.xOpen = { _, name, file, flags, outFlags in
            PageVFS.open(name: name, file: file, flags: flags, outFlags: outFlags)
        }
        vfs.pointee.xDelete = { _, _, _ in ExtendedCode.deleteFailed }
        vfs.pointee.xAccess = { _, _, _, result in
            result?.pointee = 0
            return SQLITE_OK
        }
        vfs.pointee.xFullPathname = { _, name, size, target in
            guard let name, let target else { return SQLITE_CANTOPEN }
            copyName(size, target, name)
            return SQLITE_OK
        }
        return sqlite3_vfs_register(vfs, 0)
    }()

    /// What SQLite keeps of an open file: its method table and our source.
    private struct OpenFile {
        var base: sqlite3_file
        var source: Unmanaged<PageSource>
    }

    private static func open(
        name: UnsafePointer<CChar>?, file: UnsafeMutablePointer<sqlite3_file>?, flags: Int32,
        outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let file else { return SQLITE_CANTOPEN }
        file.pointee.pMethods = nil
        guard flags & SQLITE_OPEN_MAIN_DB != 0, let name, let text = sqlite3_uri_parameter(name, "snapshot"),
            let address = UInt(String(cString: text)), let pointer = UnsafeRawPointer(bitPattern: address)
        else { return SQLITE_CANTOPEN }
        // The owner of the connection made the address from a source that it holds for the connection's life.
        let source = Unmanaged<PageSource>.fromOpaque(pointer).retain()
        UnsafeMutableRawPointer(file).assumingMemoryBound(to: OpenFile.self).pointee.source = source
        file.pointee.pMethods = UnsafePointer(methods.pointer)
        outFlags?.pointee = flags
        return SQLITE_OK
    }

    private static func source(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Unmanaged<PageSource>? {
        file.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: OpenFile.self).pointee.source }
    }

    /// The method table, made once and never freed.
    private struct Methods: @unchecked Sendable {
        // Unchecked: written here and only read afterwards.
        let pointer: UnsafeMutablePointer<sqlite3_io_methods>
    }

    private static let methods: Methods = {
        let pointer = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        pointer.initialize(to: sqlite3_io_methods())
        pointer.pointee.iVersion = 1
        pointer.pointee.xClose = { file in
            PageVFS.source(file)?.release()
            return SQLITE_OK
        }
        pointer.pointee.xRead = { file, target, count, offset in
            guard let target, let source = PageVFS.source(file) else { return ExtendedCode.readFailed }
            return source._withUnsafeGuaranteedRef { $0.read(into: target, count: Int(count), at: offset) }
        }
        pointer.pointee.xWrite = { file, bytes, count, offset in
            guard let bytes, let source = PageVFS.source(file) else { return SQLITE_READONLY }
            return source._withUnsafeGuaranteedRef { $0.write(bytes, count: Int(count), at: offset) }
        }
        pointer.pointee.xTruncate = { file, size in
            PageVFS.source(file)?._withUnsafeGuaranteedRef { $0.truncate(to: size) } ?? SQLITE_READONLY
        }
        pointer.pointee.xSync = { _, _ in SQLITE_OK }
        pointer.pointee.xFileSize = { file, size in
            size?.pointee = PageVFS.source(file)?._withUnsafeGuaranteedRef { $0.byteCount } ?? 0
            return SQLITE_OK
        }
        pointer.pointee.xLock = { _, _ in SQLITE_OK }
        pointer.pointee.xUnlock = { _, _ in SQLITE_OK }
        pointer.pointee.xCheckReservedLock = { _, result in
            result?.pointee = 0
            return SQLITE_OK
        }
        pointer.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        pointer.pointee.xSectorSize = { _ in 4096 }
        pointer.pointee.xDeviceCharacteristics = { _ in 0 }
        return Methods(pointer: pointer)
    }()

    private static func persistentCopy(_ text: String) -> UnsafeMutablePointer<CChar>? {
        let size = text.utf8.count + 1
        guard let copy = sqlite3_malloc(Int32(size))?.assumingMemoryBound(to: CChar.self) else { return nil }
        text.withCString { copy.update(from: $0, count: size) }
        return copy
    }

    private static func copyName(
        _ size: Int32, _ target: UnsafeMutablePointer<CChar>, _ text: UnsafePointer<CChar>
    ) {
        var at = 0
        while at < Int(size) - 1, text[at] != 0 {
            target[at] = text[at]
            at += 1
        }
        target[at] = 0
    }
}

/// SQLite's extended result codes, which are macros that Swift does not see.
private enum ExtendedCode {
    static let readFailed: Int32 = SQLITE_IOERR | 1 << 8
    static let shortRead: Int32 = SQLITE_IOERR | 2 << 8
    static let deleteFailed: Int32 = SQLITE_IOERR | 10 << 8
    static let writeFailed: Int32 = SQLITE_IOERR | 3 << 8
}

/// What one SQLite connection reads: the current snapshot, exchangeable between two statements.
///
/// Not for several threads at once, as its connection is not.
public final class PageSource {
    /// The snapshot that is read; exchange it only while no statement runs.
    public var snapshot: PageSnapshot {
        didSet { ahead = ReadAhead(pageSize: snapshot.pageSize) }
    }
    /// The failure behind the last I/O error that SQLite reported, until it is taken.
    private var failure: PageFailure?
    private let changes: PageChanges?
    private let scratch: UnsafeMutableRawPointer
    private let scratchSize: Int
    /// Of a walk through the snapshot; changes lie elsewhere and are not read ahead.
    private var ahead: ReadAhead

    /// Makes the source of a connection that reads.
    public convenience init(_ snapshot: PageSnapshot) { self.init(snapshot, nil) }

    /// Makes the source of a connection whose changes are collected.
    public convenience init(_ changes: PageChanges) { self.init(changes.snapshot, changes) }

    private init(_ snapshot: PageSnapshot, _ changes: PageChanges?) {
        self.snapshot = snapshot
        self.changes = changes
        scratchSize = snapshot.pageSize
        ahead = ReadAhead(pageSize: snapshot.pageSize)
        scratch = .allocate(byteCount: snapshot.pageSize, alignment: 16)
    }

    deinit {
        scratch.deallocate()
    }

    /// The address under which the VFS finds this source.
    public var address: UInt { UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()) }

    /// The failure behind an I/O error, once.
    public func takeFailure() -> PageFailure? {
        defer { failure = nil }
        return failure
    }

    fileprivate var byteCount: Int64 {
        Int64(changes?.pageCount ?? snapshot.pageCount) * Int64(snapshot.pageSize)
    }

    fileprivate func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int64) -> Int32 {
        let size = snapshot.pageSize
        guard offset >= 0, count > 0, size == scratchSize else { return ExtendedCode.readFailed }
        let end = offset + Int64(count)
        guard end <= byteCount else {
            target.initializeMemory(as: UInt8.self, repeating: 0, count: count)
            return ExtendedCode.shortRead
        }
        let page = UInt32(offset / Int64(size)) + 1
        let inside = Int(offset % Int64(size))
        guard inside + count <= size else { return ExtendedCode.readFailed }
        do throws(PageFailure) {
            if inside == 0 && count == size {
                try show(page, in: target)
            } else {
                try show(page, in: scratch)
                target.copyMemory(from: scratch + inside, byteCount: count)
            }
            return SQLITE_OK
        } catch {
            failure = error
            return ExtendedCode.readFailed
        }
    }

    private func show(_ page: UInt32, in target: UnsafeMutableRawPointer) throws(PageFailure) {
        if let changes { return try changes.read(page, into: target) }
        if try ahead.copy(page, of: snapshot, to: target) { return }
        try snapshot.read(page, into: target)
        if page == 1 { showAsPlainDatabase(target) }
    }

    /// Takes a whole page; SQLite writes no parts of one.
    fileprivate func write(_ bytes: UnsafeRawPointer, count: Int, at offset: Int64) -> Int32 {
        guard let changes else { return SQLITE_READONLY }
        let size = Int64(scratchSize)
        guard count == scratchSize, offset >= 0, offset % size == 0, let page = UInt32(exactly: offset / size + 1)
        else { return ExtendedCode.writeFailed }
        changes.write(bytes, to: page)
        return SQLITE_OK
    }

    fileprivate func truncate(to byteCount: Int64) -> Int32 {
        guard let changes else { return SQLITE_READONLY }
        let size = Int64(scratchSize)
        guard byteCount >= 0, byteCount % size == 0, let count = UInt32(exactly: byteCount / size) else {
            return ExtendedCode.writeFailed
        }
        changes.truncate(to: count)
        return SQLITE_OK
    }

    /// Makes the header say: no log, this many pages, and a change counter that follows the snapshot, so that SQLite
    /// drops its cache exactly when the content may have changed.
    private func showAsPlainDatabase(_ page: UnsafeMutableRawPointer) {
        page.storeBytes(of: 1, toByteOffset: 18, as: UInt8.self)
        page.storeBytes(of: 1, toByteOffset: 19, as: UInt8.self)
        page.storeBytes(of: snapshot.generation.bigEndian, toByteOffset: 24, as: UInt32.self)
        page.storeBytes(of: snapshot.pageCount.bigEndian, toByteOffset: 28, as: UInt32.self)
        page.storeBytes(of: snapshot.generation.bigEndian, toByteOffset: 92, as: UInt32.self)
    }
}
