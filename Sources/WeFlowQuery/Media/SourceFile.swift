import WeFlowPages
import WeFlowSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of the account opened for reading, closed when its last owner lets go.
final class SourceFile: Sendable {
    /// Its size when it was opened, in bytes.
    let size: Int
    private let descriptor: Int32
    /// Who closes it, where that is not this.
    private let owner: File?
    /// More than any picture or voice has; what is larger is not read into memory, in bytes.
    static let largestRead = 256 << 20
    private static let pieceLength = 1 << 20

    /// A file that cannot be read, with its `errno`.
    struct Failure: Error {
        let code: Int32
    }

    /// Opens a regular file.
    init(path: String) throws(Failure) {
        owner = nil
        descriptor = openForReading(path)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Failure(code: EISDIR)
        }
        size = Int(status.st_size)
    }

    /// Takes a regular file that is open.
    init(_ file: File) throws(Failure) {
        (owner, descriptor) = (file, file.descriptor.number)
        do throws(SystemError) {
            size = Int(clamping: try file.status().size)
        } catch {
            throw Failure(code: error.code)
        }
    }

    deinit {
        if owner == nil { close(descriptor) }
    }

    /// Reads the whole file.
    func readAll() throws(Failure) -> [UInt8] {
        guard size <= Self.largestRead else { throw Failure(code: EFBIG) }
        return try read(size, at: 0)
    }

    /// Reads up to `count` bytes; fewer at the end of the file.
    func read(_ count: Int, at offset: Int) throws(Failure) -> [UInt8] {
        var code: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let room = UnsafeMutableRawBufferPointer(buffer)
            while initialized < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: room[initialized...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + initialized))
                if got > 0 {
                    initialized += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    code = errno
                    return
                }
            }
        }
        if let code { throw Failure(code: code) }
        return bytes
    }

    /// Whether another file has the same bytes.
    func holdsSame(as other: SourceFile) -> Bool {
        guard size == other.size else { return false }
        var at = 0
        while at < size {
            guard let a = try? read(Self.pieceLength, at: at), let b = try? other.read(Self.pieceLength, at: at),
                !a.isEmpty, a == b
            else { return false }
            at += a.count
        }
        return true
    }

    /// Copies the file into a new, empty one: as a clone that shares its blocks where the file system can, else within
    /// the kernel, else through memory. A later change of either leaves the other alone.
    ///
    /// - Parameters:
    ///   - target: the new file.
    ///   - path: its path, where another may take its place.
    /// - Returns: the `errno` of a failure, nil where there was none.
    func copy(to target: Int32, at path: String) -> Int32? {
        #if canImport(Darwin)
            // A clone is always a new file.
            let clone = path + "c"
            if fclonefileat(descriptor, AT_FDCWD, clone, 0) == 0 {
                if chmod(clone, 0o600) == 0, rename(clone, path) == 0 { return nil }
                unlink(clone)
            }
            return copyThroughMemory(to: target)
        #else
            // FICLONE, _IOW(0x94, 9, int); the header that has it is not imported.
            if ioctl(target, 0x4004_9409, descriptor) == 0 { return nil }
            return copyInKernel(to: target) ? nil : copyThroughMemory(to: target)
        #endif
    }

    #if !canImport(Darwin)
        private typealias CopyFileRange =
            @convention(c) (
                Int32, UnsafeMutablePointer<Int64>?, Int32, UnsafeMutablePointer<Int64>?, Int, UInt32
            ) -> Int

        /// Whether `copy_file_range` copied all; it refuses some pairs of file systems at the start.
        private func copyInKernel(to target: Int32) -> Bool {
            // Declared for GNU sources only, so it is looked up by its name.
            guard let symbol = dlsym(nil, "copy_file_range") else { return false }
            let copyFileRange = unsafeBitCast(symbol, to: CopyFileRange.self)
            var offset: Int64 = 0
            while offset < Int64(size) {
                let got = copyFileRange(descriptor, &offset, target, nil, size - Int(offset), 0)
                if got == 0 || (got < 0 && errno != EINTR) { return false }
            }
            return true
        }
    #endif

    private func copyThroughMemory(to target: Int32) -> Int32? {
        guard ftruncate(target, 0) == 0, lseek(target, 0, SEEK_SET) == 0 else { return errno }
        var at = 0
        while true {
            do throws(Failure) {
                let piece = try read(Self.pieceLength, at: at)
                if piece.isEmpty { return nil }
                if let code = piece.withUnsafeBytes({ target.writeAll($0) }) { return code }
                at += piece.count
            } catch {
                return error.code
            }
        }
    }
}

private func openForReading(_ path: String) -> Int32 {
    open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
}
