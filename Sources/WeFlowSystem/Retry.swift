/// How often something is tried again that may succeed at once, and how long it is waited between: a file that moves
/// under its reader, a lock that is held for a moment.
public struct Retry: Sendable {
    /// How often in all, at least once.
    public let attempts: Int
    /// How long it is waited between two attempts, in milliseconds.
    public let pause: Int

    /// Sets limits.
    public init(attempts: Int, pause: Int = 0) { (self.attempts, self.pause) = (max(1, attempts), pause) }

    /// Five times, at once.
    public static let atOnce = Retry(attempts: 5)

    /// Runs `body` until it succeeds, fails for good, or the attempts are used up.
    ///
    /// - Parameters:
    ///   - isTransient: whether a failure may be gone at the next attempt.
    ///   - body: what is tried.
    /// - Returns: what `body` gives.
    /// - Throws: what `body` throws in the end.
    public func run<Value, Failure: Error>(
        while isTransient: (Failure) -> Bool, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        for _ in 1..<attempts {
            do throws(Failure) {
                return try body()
            } catch {
                guard isTransient(error) else { throw error }
            }
            if pause > 0 { Clock.pause(milliseconds: pause) }
        }
        return try body()
    }
}
