#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A pipe to oneself: what one thread writes ends the wait of another. Once called, every later wait ends at once too.
public final class WakePipe: Sendable {
    private let writeEnd: Descriptor
    /// What a thread waits for, beside other descriptors.
    public let readEnd: Descriptor

    /// Makes one.
    ///
    /// - Throws: the failure of the system: no descriptors are left.
    public init() throws(SystemError) {
        (readEnd, writeEnd) = try Descriptor.pipe()
    }

    deinit {
        _ = closeFile(readEnd.number)
        _ = closeFile(writeEnd.number)
    }

    /// Ends all waits. Safe within a handler of a signal.
    public func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd.number, &byte, 1)
    }
}

extension Descriptor {
    /// Makes a pipe that no program inherits.
    ///
    /// - Returns: where it is read, and where it is written; both are the caller's to close.
    /// - Throws: the failure of the system.
    public static func pipe() throws(SystemError) -> (readEnd: Descriptor, writeEnd: Descriptor) {
        var ends: [Int32] = [-1, -1]
        guard makePipe(&ends) == 0 else { throw .last }
        let (readEnd, writeEnd) = (Descriptor(ends[0]), Descriptor(ends[1]))
        readEnd.closeInChildren()
        writeEnd.closeInChildren()
        return (readEnd, writeEnd)
    }
}

private func makePipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
