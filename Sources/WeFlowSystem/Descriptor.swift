#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// An open descriptor that somebody else owns: a standard stream, the end of a pipe, a socket.
public struct Descriptor: Sendable, Equatable {
    /// Its number.
    public let number: Int32

    /// Names a descriptor; nothing is opened.
    public init(_ number: Int32) { self.number = number }

    /// Where a program reads.
    public static let standardInput = Descriptor(0)
    /// Where a program writes what it was asked for.
    public static let standardOutput = Descriptor(1)
    /// Where a program says what a person should know.
    public static let standardError = Descriptor(2)

    /// More than a pipe holds only makes the reader wait for the whole of it, in bytes.
    private static let largestWrite = 1 << 20

    /// Writes all of `bytes`, waiting where the descriptor takes none now.
    ///
    /// - Throws: the failure of the system, `isClosedPipe` where the reader is gone.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = writeSome(number, rest.baseAddress, min(rest.count, Self.largestWrite))
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } else if written == 0 {
                throw .noRoom
            } else if errno == EAGAIN {
                // Somebody made the descriptor non-blocking, for instance a terminal shared with a shell script.
                _ = Poll.wait(for: [.writable(self)], milliseconds: -1)
            } else if errno != EINTR {
                throw .last
            }
        }
    }

    /// Writes all of `bytes`.
    ///
    /// - Throws: as the other form.
    public func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
        let array = Array(bytes)
        try array.withUnsafeBytes { bytes in Result { () throws(SystemError) in try write(bytes) } }.get()
    }

    /// Reads what is there, up to the size of `room`; 0 at the end.
    ///
    /// - Throws: the failure of the system.
    public func read(into room: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        while true {
            let got = readSome(number, room.baseAddress, room.count)
            if got >= 0 { return got }
            guard errno == EINTR else { throw .last }
        }
    }

    /// Reads to the end.
    ///
    /// - Parameter limit: the most bytes that are taken.
    /// - Returns: all bytes.
    /// - Throws: the failure of the system; `tooLarge` where there are more.
    public func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count = 0
        while true {
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: count) }
            let got = try bytes.withUnsafeMutableBytes { room in
                Result { () throws(SystemError) in
                    try read(into: UnsafeMutableRawBufferPointer(rebasing: room[count...]))
                }
            }.get()
            if got == 0 { break }
            count += got
            guard count <= limit else { throw .tooLarge }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// What the file system says of what is open.
    ///
    /// - Throws: the failure of the system.
    public func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .last }
        return FileStatus(status)
    }

    /// Whether a person looks at it.
    public var isTerminal: Bool { isatty(number) == 1 }

    /// Whether a write goes to the end of the file, whatever the place.
    public var appends: Bool { fcntl(number, F_GETFL) & O_APPEND != 0 }

    /// Where the next byte is read or written, nil where it has no place.
    public var place: Int64? {
        let place = lseek(number, 0, SEEK_CUR)
        return place < 0 ? nil : Int64(place)
    }

    /// Columns of the screen that it leads to, nil where it leads to none.
    public var columns: Int? {
        var size = winsize()
        return ioctl(number, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// Gives a pipe more room, which means fewer changes between writer and reader; where it is no pipe or not allowed,
    /// it stays as it is.
    public func widen(to size: Int32) {
        #if os(Linux)
            // `F_SETPIPE_SZ`, which the C library shows only to programs that ask for GNU extensions.
            _ = fcntl(number, 1031, size)
        #endif
    }

    /// A path that leads to what is open, as long as it is open; nil where it has none.
    public var path: String? {
        #if canImport(Darwin)
            var name = [CChar](repeating: 0, count: Int(MAXPATHLEN))
            guard fcntl(number, F_GETPATH, &name) == 0 else { return nil }
            return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #else
            return "/proc/self/fd/\(number)"
        #endif
    }

    /// Whether it is open at all.
    public var isOpen: Bool { fcntl(number, F_GETFD) >= 0 }

    /// Keeps it from the programs that this one starts.
    func closeInChildren() { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }

    /// Closes what only was read, or what nobody misses.
    public func letGo() { _ = closeFile(number) }

    /// Closes it.
    ///
    /// - Throws: the failure of the system: some file systems tell only then that bytes are lost.
    public func close() throws(SystemError) {
        guard closeFile(number) == 0 || errno == EINTR else { throw .last }
    }
}

/// Waiting for descriptors.
public enum Poll {
    /// What is waited for.
    public struct Interest: Sendable {
        let descriptor: Int32
        let events: Int16

        /// Until it can be read, or its writer is gone.
        public static func readable(_ descriptor: Descriptor) -> Interest {
            Interest(descriptor: descriptor.number, events: Int16(POLLIN))
        }

        /// Until it can be written, or its reader is gone.
        public static func writable(_ descriptor: Descriptor) -> Interest {
            Interest(descriptor: descriptor.number, events: Int16(POLLOUT))
        }

        /// Until the other end is gone; nil is never gone.
        public static func gone(_ descriptor: Descriptor?) -> Interest {
            Interest(descriptor: descriptor?.number ?? -1, events: 0)
        }
    }

    /// What came of one.
    public struct Answer: Sendable, Equatable {
        /// Whether it can be read.
        public let isReadable: Bool
        /// Whether it can be written.
        public let isWritable: Bool
        /// Whether the other end is gone, or the descriptor is none.
        public let isGone: Bool
        /// Whether anything was said of it.
        public var isAny: Bool { isReadable || isWritable || isGone }
    }

    /// Waits until something can be said of one of them.
    ///
    /// - Parameters:
    ///   - interests: what is waited for.
    ///   - milliseconds: how long at most; below 0: as long as it takes.
    /// - Returns: what can be said of each, in their order; nothing of any where the time is over or a signal came.
    public static func wait(for interests: [Interest], milliseconds: Int) -> [Answer] {
        var files = interests.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        let count = poll(&files, nfds_t(files.count), Int32(clamping: milliseconds))
        return files.map { file in
            let said = count > 0 ? file.revents : 0
            return Answer(
                isReadable: said & Int16(POLLIN) != 0, isWritable: said & Int16(POLLOUT) != 0,
                isGone: said & Int16(POLLERR | POLLNVAL | POLLHUP) != 0)
        }
    }
}

// The methods above hide the functions of the C library that have their names.
private func writeSome(_ number: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(number, bytes, count) }
private func readSome(_ number: Int32, _ room: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(number, room, count)
}
func closeFile(_ number: Int32) -> Int32 { close(number) }
