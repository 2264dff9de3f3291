#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Places in memory that one read fills.
public struct ReadTargets {
    var vectors: [iovec] = []
    var size = 0

    /// No place yet.
    public init() {}

    /// How many places there are.
    public var count: Int { vectors.count }

    /// Adds one behind the last.
    public mutating func append(_ base: UnsafeMutableRawPointer, count: Int) {
        vectors.append(iovec(iov_base: base, iov_len: count))
        size += count
    }

    /// Forgets all, and keeps the room for as many.
    public mutating func removeAll() {
        vectors.removeAll(keepingCapacity: true)
        size = 0
    }
}

extension File {
    /// Reads what lies at `offset` into several places, one behind the other, in one call of the system.
    ///
    /// - Returns: whether all of it was read; where it was not, the places hold nothing to rely on.
    /// - Throws: the failure of the system.
    public func fill(_ places: ReadTargets, at offset: Int64) throws(SystemError) -> Bool {
        while true {
            let got = places.vectors.withUnsafeBufferPointer {
                preadv(descriptor.number, $0.baseAddress, Int32($0.count), off_t(offset))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .last }
            return got == places.size
        }
    }
}
