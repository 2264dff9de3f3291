#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What happens in folders, as far as the system tells: on Linux by inotify, elsewhere nothing.
public final class FolderEvents: Sendable {
    /// What is waited for beside other descriptors; nil where the system tells nothing.
    public let descriptor: Descriptor?

    /// What lay ready.
    public struct Taken: Sendable, Equatable {
        /// The names of files that were made, written to, moved here or removed; an empty one where too much happened.
        public var names: [[UInt8]] = []
        /// Whether a folder is gone, and so no longer watched.
        public var isFolderGone = false
    }

    /// Watches nothing yet.
    public init() {
        #if os(Linux)
            let number = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            descriptor = number >= 0 ? Descriptor(number) : nil
        #else
            descriptor = nil
        #endif
    }

    deinit { descriptor?.letGo() }

    /// Watches a folder.
    ///
    /// - Returns: whether it is watched now, or nothing can be.
    public func watch(_ folder: String) -> Bool {
        #if os(Linux)
            guard let descriptor else { return true }
            let events =
                UInt32(IN_MODIFY) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF)
            return inotify_add_watch(descriptor.number, folder, events) >= 0
        #else
            return true
        #endif
    }

    /// Takes the events that lie ready.
    public func take() -> Taken {
        var taken = Taken()
        #if os(Linux)
            guard let descriptor else { return taken }
            let headSize = 16
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while let count = try? buffer.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
                var at = 0
                while at + headSize <= count {
                    let (mask, length) = buffer.withUnsafeBytes { bytes in
                        (
                            bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self),
                            Int(bytes.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
                        )
                    }
                    guard at + headSize + length <= count else { break }
                    taken.names.append(
                        Array(buffer[(at + headSize)..<(at + headSize + length)].prefix { $0 != 0 }))
                    if mask & (UInt32(IN_IGNORED) | UInt32(IN_DELETE_SELF)) != 0 { taken.isFolderGone = true }
                    at += headSize + length
                }
            }
        #endif
        return taken
    }
}
