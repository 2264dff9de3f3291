public import WeFlowPages

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension WeFlowError {
    /// A failure of the system under us: what was tried, and what the system says of it.
    ///
    /// - Parameters:
    ///   - attempt: what could not be done, without a full stop (`/x/y cannot be written`).
    ///   - code: the `errno` of the failed call.
    /// - Returns: an error of kind `.system`.
    public static func system(_ attempt: String, code: Int32) -> WeFlowError {
        WeFlowError(.system, "\(attempt): \(String(cString: strerror(code)))")
    }
}
