#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A signal that the system or a person sends to the process.
public struct Signal: Sendable, Hashable {
    /// Its number.
    public let number: Int32

    /// Ctrl-C.
    public static let interrupt = Signal(number: SIGINT)
    /// A wish that the process ends.
    public static let terminate = Signal(number: SIGTERM)
    /// The terminal is gone.
    public static let hangUp = Signal(number: SIGHUP)
    /// Somebody wrote to a pipe that nobody reads.
    public static let brokenPipe = Signal(number: SIGPIPE)
    /// A file grew beyond what is allowed.
    public static let fileTooLarge = Signal(number: SIGXFSZ)

    /// Lets it have no effect.
    public func ignore() { _ = signal(number, SIG_IGN) }

    /// Gives it its own effect back.
    public func reset() { _ = signal(number, SIG_DFL) }

    /// Sends it to this process.
    public func send() { _ = kill(getpid(), number) }
}
