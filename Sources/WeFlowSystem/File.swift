internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// An open file, closed when its last owner lets go. Programs that are started do not inherit it.
public final class File: Sendable {
    /// Its descriptor, which stays the file's own.
    public let descriptor: Descriptor
    private let isClosed = Atomic<Bool>(false)

    /// How a file is opened.
    public enum Use: Sendable {
        /// For reading.
        case reading
        /// For reading, without waiting for the writer of a pipe.
        case readingAtOnce
        /// A folder, to open what is in it.
        case folder
        /// For writing into what is there.
        case writing
        /// For reading and writing what is there.
        case changing
        /// For reading and writing; it is made where it is not there.
        case changingOrMaking
        /// For writing behind what is there; it is made where it is not there.
        case appending
        /// For reading and writing; there must be none yet.
        case making

        var flags: Int32 {
            switch self {
            case .reading: O_RDONLY
            case .readingAtOnce: O_RDONLY | O_NONBLOCK
            case .folder: O_RDONLY | O_DIRECTORY
            case .writing: O_WRONLY
            case .changing: O_RDWR
            case .changingOrMaking: O_RDWR | O_CREAT
            case .appending: O_WRONLY | O_APPEND | O_CREAT
            case .making: O_RDWR | O_CREAT | O_EXCL
            }
        }
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - use: what for.
    ///   - followingLinks: whether a symbolic link of that name stands for what it points to; where not it is refused
    ///     with `isLink`.
    ///   - mode: who may do what with a file that is made.
    /// - Throws: the failure of the system.
    public init(
        _ path: String, for use: Use, followingLinks: Bool = true, mode: UInt32 = 0o600
    ) throws(SystemError) {
        let flags = use.flags | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
        let number = openFile(path, flags, mode_t(mode))
        guard number >= 0 else { throw .last }
        descriptor = Descriptor(number)
    }

    /// Takes a descriptor that was opened over.
    init(owning number: Int32) { descriptor = Descriptor(number) }
    /// Opens what lies in an open folder, whatever became of its path.
    ///
    /// - Parameters:
    ///   - name: one name, no path.
    ///   - folder: the folder.
    ///   - use: what for.
    ///   - followingLinks: whether a symbolic link of that name stands for what it points to.
    /// - Throws: the failure of the system.
    public init(_ name: String, in folder: File, for use: Use, followingLinks: Bool = true) throws(SystemError) {
        let flags = use.flags | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
        let number = openat(folder.descriptor.number, name, flags)
        guard number >= 0 else { throw .last }
        descriptor = Descriptor(number)
    }

    /// Opens a path that may be no text.
    ///
    /// - Parameters:
    ///   - path: its bytes, without a NUL at the end.
    ///   - use: what for; nothing is made.
    /// - Throws: the failure of the system.
    public init(bytes path: [UInt8], for use: Use) throws(SystemError) {
        let number = (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                bytes.baseAddress.map { openPointer($0, use.flags | O_CLOEXEC) } ?? -1
            }
        }
        guard number >= 0 else { throw .last }
        descriptor = Descriptor(number)
    }

    /// Another descriptor of what is open already; both have one place.
    ///
    /// - Throws: the failure of the system.
    public init(duplicating other: Descriptor) throws(SystemError) {
        let number = fcntl(other.number, F_DUPFD_CLOEXEC, 0)
        guard number >= 0 else { throw .last }
        descriptor = Descriptor(number)
    }

    deinit {
        // What was written was asked about before; of a file that is only read nothing can be lost.
        if !isClosed.load(ordering: .acquiring) { _ = closeFile(descriptor.number) }
    }

    /// Closes the file before its last owner lets go; nothing is to be read or written afterwards.
    ///
    /// - Throws: the failure of the system: some file systems tell only then that bytes are lost.
    public func close() throws(SystemError) {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        try descriptor.close()
    }

    /// What the file system says of it now.
    ///
    /// - Throws: the failure of the system.
    public func status() throws(SystemError) -> FileStatus { try descriptor.status() }

    // MARK: Reading

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    ///
    /// - Throws: the failure of the system.
    public func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int64) throws(SystemError) -> Int {
        var done = 0
        while done < count {
            let got = pread(descriptor.number, target + done, count - done, off_t(offset) + off_t(done))
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            done += got
        }
        return done
    }

    /// All bytes from the place on where the next one is read.
    ///
    /// - Parameter limit: the most bytes that are taken.
    /// - Returns: all bytes.
    /// - Throws: the failure of the system; `tooLarge` where there are more.
    public func readAll(limit: Int) throws(SystemError) -> [UInt8] { try descriptor.readAll(limit: limit) }

    /// Up to `count` bytes at `offset`; fewer only at the end of the file.
    ///
    /// - Throws: the failure of the system.
    public func bytes(_ count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 0)) { room, initialized in
            guard let base = room.baseAddress, count > 0 else { return }
            do throws(SystemError) { initialized = try read(into: base, count: count, at: offset) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Whether the file holds `bytes` at an offset.
    ///
    /// - Throws: the failure of the system.
    public func holds(_ bytes: [UInt8], at offset: Int64 = 0) throws(SystemError) -> Bool {
        guard !bytes.isEmpty else { return true }
        return try withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 8) { room in
            Result { () throws(SystemError) in
                guard let base = room.baseAddress else { return false }
                return try read(into: base, count: room.count, at: offset) == room.count && room.elementsEqual(bytes)
            }
        }.get()
    }

    // MARK: Writing

    /// Writes all of `bytes` at `offset`.
    ///
    /// - Throws: the failure of the system.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        var done = 0
        while let base = bytes.baseAddress, done < bytes.count {
            let written = pwrite(descriptor.number, base + done, bytes.count - done, off_t(offset) + off_t(done))
            if written > 0 {
                done += written
            } else if written == 0 {
                throw .noRoom
            } else if errno != EINTR {
                throw .last
            }
        }
    }

    /// Writes all of `bytes` at `offset`.
    ///
    /// - Throws: the failure of the system.
    public func write(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SystemError) {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try write(bytes, at: offset) }
        }.get()
    }

    /// Writes all of `bytes` at `offset`.
    ///
    /// - Throws: the failure of the system.
    public func write(_ bytes: [UInt8], at offset: Int64) throws(SystemError) {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try write(bytes, at: offset) }
        }.get()
    }

    /// Gives the file times of access and of change.
    ///
    /// - Throws: the failure of the system.
    public func setModified(to time: FileTime) throws(SystemError) {
        guard futimens(descriptor.number, [time.system, time.system]) == 0 else { throw .last }
    }

    /// Cuts the file, or fills it with zeros, to a size.
    ///
    /// - Throws: the failure of the system.
    public func truncate(to size: Int64) throws(SystemError) {
        while ftruncate(descriptor.number, off_t(size)) != 0 {
            guard errno == EINTR else { throw .last }
        }
    }

    /// Goes to a place, where the next byte is read or written.
    ///
    /// - Throws: the failure of the system.
    public func go(to offset: Int64) throws(SystemError) {
        guard lseek(descriptor.number, off_t(offset), SEEK_SET) >= 0 else { throw .last }
    }

    /// Waits until all that was written is on the disk.
    ///
    /// - Throws: the failure of the system.
    public func sync() throws(SystemError) { try syncFile(descriptor.number) }

    /// Gives a file the owner and the rights of another, as far as the system allows it: else an administrator would
    /// leave behind what its user cannot open. A file system without owners and modes needs neither.
    public func take(ownerOf other: FileStatus, mode: UInt32) {
        if geteuid() == 0 { _ = fchown(descriptor.number, other.owner, other.group) }
        _ = fchmod(descriptor.number, mode_t(mode))
    }
}

/// Waits until all that was written is on the disk.
func syncFile(_ number: Int32) throws(SystemError) {
    #if canImport(Darwin)
        // `fsync` there leaves the bytes in the drive's own memory; some file systems know nothing better.
        if fcntl(number, F_FULLFSYNC) == 0 { return }
    #endif
    while fsync(number) != 0 {
        guard errno == EINTR else { throw .last }
    }
}

private func openPointer(_ path: UnsafePointer<CChar>, _ flags: Int32) -> Int32 { open(path, flags) }

func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
