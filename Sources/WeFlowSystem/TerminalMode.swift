#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// How a terminal behaved before it was told to show nothing of what is typed.
public struct TerminalMode: Sendable {
    private let descriptor: Descriptor
    private let before: termios

    /// Lets a terminal show nothing of what is typed, the end of the line apart, until ``restore()``.
    ///
    /// - Parameter descriptor: where it is read from; nil is the answer where that is no terminal.
    public init?(hidingInputOf descriptor: Descriptor) {
        var mode = termios()
        guard tcgetattr(descriptor.number, &mode) == 0 else { return nil }
        (self.descriptor, before) = (descriptor, mode)
        mode.c_lflag &= ~tcflag_t(ECHO)
        mode.c_lflag |= tcflag_t(ECHONL | ICANON | ISIG)
        // What was typed ahead was shown already, and is no answer to a question that came after it.
        guard tcsetattr(descriptor.number, TCSAFLUSH, &mode) == 0 else { return nil }
    }

    /// Lets it behave as before.
    public func restore() {
        var mode = before
        _ = tcsetattr(descriptor.number, TCSADRAIN, &mode)
    }
}
