/// What one client may take from the server before it is refused or cut (<doc:HTTPInterface#Limits>).
///
/// The defaults are those of `weflow serve`; tests shorten them.
public struct Limits: Sendable {
    /// Largest request body in bytes; above it the answer is 413.
    public var body = 10 << 20
    /// Largest header field, and largest request target, in bytes; above it the answer is 431.
    public var headerField = 32 << 10
    /// Largest sum of all header fields in bytes.
    public var headerList = 64 << 10
    /// Largest number of header fields.
    public var headerCount = 100
    /// Time between the first byte of a request and the end of its head.
    public var headTime = Duration.seconds(10)
    /// Time between the end of a request's head and the end of its body.
    public var bodyTime = Duration.seconds(30)
    /// Time a connection may wait for its next request.
    public var idleTime = Duration.seconds(75)
    /// Time a client may leave an answer unread before the connection is cut.
    public var stallTime = Duration.seconds(30)
    /// Time that an answer may take to go on after the client closed its sending side.
    public var halfClosedTime = Duration.seconds(2)
    /// Time that open answers have to finish in once the server is told to stop.
    public var stopTime = Duration.seconds(5)
    /// Most connections at once; one more closes the one that has been idle longest.
    public var connections = 2048
    /// The limits of `weflow serve`.
    public init() {}
}

extension Limits {
    /// The time that a client has for what it is waited for.
    func time(for wait: ConnectionMachine.Wait) -> Duration {
        switch wait {
        case .head: headTime
        case .body: bodyTime
        case .request: idleTime
        case .reading: stallTime
        case .ending: halfClosedTime
        }
    }
}
