#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

extension File {
    /// More than a disk reads at once only costs memory, in bytes.
    private static let pieceSize = 1 << 20

    /// Copies the file into a new, empty one: as a clone that shares its blocks where the file system can, else within
    /// the kernel, else through memory. A later change of either leaves the other alone.
    ///
    /// - Parameters:
    ///   - target: the new file.
    ///   - path: its path, where another may take its place.
    ///   - size: the bytes of this file when it was opened.
    /// - Throws: the failure of the system.
    public func copy(to target: File, at path: String, size: Int64) throws(SystemError) {
        #if canImport(Darwin)
            // A clone is always a new file.
            let clone = path + "c"
            if fclonefileat(descriptor.number, AT_FDCWD, clone, 0) == 0 {
                if chmod(clone, 0o600) == 0, rename(clone, path) == 0 { return }
                Paths.discard(clone)
            }
        #else
            // FICLONE, _IOW(0x94, 9, int); the header that has it is not imported.
            if ioctl(target.descriptor.number, 0x4004_9409, descriptor.number) == 0 { return }
            if copyInKernel(to: target, size: size) { return }
        #endif
        try copyThroughMemory(to: target)
    }

    #if !canImport(Darwin)
        private typealias CopyFileRange =
            @convention(c) (
                Int32, UnsafeMutablePointer<Int64>?, Int32, UnsafeMutablePointer<Int64>?, Int, UInt32
            ) -> Int

        /// Whether `copy_file_range` copied all; it refuses some pairs of file systems at the start.
        private func copyInKernel(to target: File, size: Int64) -> Bool {
            // Declared for GNU sources only, so it is looked up by its name.
            guard let symbol = dlsym(nil, "copy_file_range") else { return false }
            let copyFileRange = unsafeBitCast(symbol, to: CopyFileRange.self)
            var offset: Int64 = 0
            while offset < size {
                let got = copyFileRange(
                    descriptor.number, &offset, target.descriptor.number, nil, Int(size - offset), 0)
                if got == 0 || (got < 0 && errno != EINTR) { return false }
            }
            return true
        }
    #endif

    private func copyThroughMemory(to target: File) throws(SystemError) {
        try target.truncate(to: 0)
        var offset: Int64 = 0
        while true {
            let piece = try bytes(Self.pieceSize, at: offset)
            if piece.isEmpty { return }
            try target.write(piece, at: offset)
            offset += Int64(piece.count)
        }
    }

    /// Whether another file holds the same bytes.
    ///
    /// - Parameters:
    ///   - other: the other one.
    ///   - size: how many there are in both.
    /// - Returns: false also where one of them ends before that.
    /// - Throws: the failure of the system.
    public func holdsSame(as other: File, size: Int64) throws(SystemError) -> Bool {
        var offset: Int64 = 0
        while offset < size {
            let (one, two) = (try bytes(Self.pieceSize, at: offset), try other.bytes(Self.pieceSize, at: offset))
            guard !one.isEmpty, one == two else { return false }
            offset += Int64(one.count)
        }
        return true
    }
}
