// Public, so that what follows is taken into the loops of other modules.
#if canImport(Darwin)
    public import Darwin
#elseif canImport(Musl)
    public import Musl
#else
    public import Glibc
#endif

/// What the C library does with memory, faster than a loop.
public enum Memory {
    /// Below 0, 0 or above 0: how the first `count` bytes compare.
    @inlinable @inline(__always)
    public static func compare(_ one: UnsafeRawPointer, _ two: UnsafeRawPointer, _ count: Int) -> Int {
        Int(memcmp(one, two, count))
    }

    /// Where a byte stands first, nil where it does not.
    @inlinable @inline(__always)
    public static func find(_ byte: UInt8, in start: UnsafeRawPointer, _ count: Int) -> UnsafeRawPointer? {
        memchr(start, Int32(byte), count).map { UnsafeRawPointer($0) }
    }

    /// Copies bytes to a place that they do not overlap.
    @inlinable @inline(__always)
    public static func copy(to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, _ count: Int) {
        memcpy(target, source, count)
    }

    /// Overwrites memory in a way that the compiler may not leave out.
    public static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        guard let base = memory.baseAddress, memory.count > 0 else { return }
        #if canImport(Darwin)
            memset_s(base, memory.count, 0, memory.count)
        #else
            explicit_bzero(base, memory.count)
        #endif
    }
}
