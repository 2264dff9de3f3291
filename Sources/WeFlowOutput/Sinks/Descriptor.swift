internal import WeFlowPages
internal import WeFlowQuery

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Writes all of `bytes` to a descriptor.
///
/// - Parameters:
///   - bytes: what to write.
///   - descriptor: an open descriptor.
///   - name: what an error calls it.
/// - Throws: `ClosedPipe` on `EPIPE`, else `WeFlowError` of kind `.system`.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, name: String) throws {
    var rest = bytes
    while !rest.isEmpty {
        // More than a pipe holds only makes the reader wait for the whole of it.
        let written = write(descriptor, rest.baseAddress, min(rest.count, 1 << 20))
        if written >= 0 {
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        } else if errno == EPIPE {
            throw ClosedPipe()
        } else if errno == EAGAIN {
            // Somebody made the descriptor non-blocking, for instance a terminal shared with a shell script.
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&wait, 1, -1)
        } else if errno != EINTR {
            throw WeFlowError.system("\(name) cannot be written", code: errno)
        }
    }
}
