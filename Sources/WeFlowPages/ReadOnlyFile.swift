#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file opened for reading, closed when its last owner lets go.
final class ReadOnlyFile: Sendable {
    let descriptor: Int32

    /// Opens `path`, or returns the `errno` of the attempt.
    static func open(_ path: String) -> Result<ReadOnlyFile, SystemFailure> {
        let descriptor = path.withCString { openReadOnly($0) }
        return descriptor < 0 ? .failure(SystemFailure(errno)) : .success(ReadOnlyFile(descriptor))
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int64) throws(SystemFailure) -> Int {
        var done = 0
        while done < count {
            let got = pread(descriptor, target + done, count - done, off_t(offset) + off_t(done))
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw SystemFailure(errno)
            }
            done += got
        }
        return done
    }

    /// Reads what lies at `offset` into several places, one behind the other, in one call.
    ///
    /// - Returns: whether all of it was read; where it was not, the places hold nothing to rely on.
    func fill(_ places: [iovec], at offset: Int64) throws(SystemFailure) -> Bool {
        let size = places.reduce(0) { $0 + $1.iov_len }
        while true {
            let got = places.withUnsafeBufferPointer {
                preadv(descriptor, $0.baseAddress, Int32($0.count), off_t(offset))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SystemFailure(errno) }
            return got == size
        }
    }

    /// Up to `count` bytes at `offset`; fewer only at the end of the file.
    func bytes(_ count: Int, at offset: Int64) throws(SystemFailure) -> [UInt8] {
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 8)
        defer { target.deallocate() }
        guard let base = target.baseAddress else { return [] }
        return Array(target[..<(try read(into: base, count: count, at: offset))])
    }

    /// Whether the file begins with `bytes`, of which there are at most 32.
    func begins(with bytes: [UInt8]) throws(SystemFailure) -> Bool {
        var room = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        let size = min(bytes.count, MemoryLayout.size(ofValue: room))
        while true {
            let got = withUnsafeMutableBytes(of: &room) { pread(descriptor, $0.baseAddress, size, 0) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SystemFailure(errno) }
            return withUnsafeBytes(of: room) { got == size && $0.prefix(size).elementsEqual(bytes) }
        }
    }

    /// Whether the file holds `bytes` at an offset, of which there are 1 to 128.
    func holds(_ bytes: [UInt8], at offset: Int64) throws(SystemFailure) -> Bool {
        guard 1...128 ~= bytes.count else { return false }
        return try withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 8) { room in
            Result { () throws(SystemFailure) in
                guard let base = room.baseAddress else { return false }
                return try read(into: base, count: room.count, at: offset) == room.count && room.elementsEqual(bytes)
            }
        }.get()
    }

    /// What the file system says of the file now.
    func state() throws(SystemFailure) -> FileState {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure(errno) }
        return FileState(status)
    }
}

/// `open` for reading, out of the way of `ReadOnlyFile.open`.
private func openReadOnly(_ path: UnsafePointer<CChar>) -> Int32 {
    open(path, O_RDONLY | O_CLOEXEC)
}

/// An `errno` of the system.
struct SystemFailure: Error, Equatable {
    let code: Int32

    init(_ code: Int32) {
        self.code = code
    }

    /// What the system says of it.
    var text: String { String(cString: strerror(code)) }
}

/// Size, identity and time of change of a file: what tells that somebody wrote to it.
struct FileState: Equatable {
    let size: Int64
    let inode: UInt64
    let device: UInt64
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
        size = Int64(status.st_size)
        inode = UInt64(status.st_ino)
        device = UInt64(bitPattern: Int64(truncatingIfNeeded: status.st_dev))
        #if canImport(Darwin)
            seconds = status.st_mtimespec.tv_sec
            nanoseconds = status.st_mtimespec.tv_nsec
        #else
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        #endif
    }

    /// The state of the file at `path`, or nil where there is none to be seen.
    static func of(_ path: String) -> FileState? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileState(status)
    }
}
