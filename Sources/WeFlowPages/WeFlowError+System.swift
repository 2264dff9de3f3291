public import WeFlowSystem

extension WeFlowError {
    /// A failure of the system under us: what was tried, and what the system says of it.
    ///
    /// - Parameters:
    ///   - attempt: what could not be done, without a full stop (`/x/y cannot be written`).
    ///   - failure: how the call failed.
    /// - Returns: an error of kind `.system`.
    public static func system(_ attempt: String, _ failure: SystemError) -> WeFlowError {
        WeFlowError(.system, "\(attempt): \(failure.text)")
    }

    /// The same of the `errno` of a call.
    public static func system(_ attempt: String, code: Int32) -> WeFlowError { system(attempt, SystemError(code)) }

    /// Runs `body`; where the system fails, that is said of what was tried.
    ///
    /// - Parameters:
    ///   - attempt: what could not be done, without a full stop.
    ///   - body: what is tried.
    /// - Returns: what `body` gives.
    /// - Throws: an error of kind `.system`.
    public static func trying<Value>(
        _ attempt: @autoclosure () -> String, _ body: () throws(SystemError) -> Value
    ) throws(WeFlowError) -> Value {
        do throws(SystemError) { return try body() } catch { throw .system(attempt(), error) }
    }
}
