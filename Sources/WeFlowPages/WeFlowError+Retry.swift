internal import WeFlowSystem

extension WeFlowError {
    /// Runs `body` again while it fails because a database moved, at most five times.
    ///
    /// - Parameter body: reads one thing of the store.
    /// - Returns: what `body` gives.
    /// - Throws: what `body` throws in the end.
    public static func retrying<Value>(_ body: () throws(WeFlowError) -> Value) throws(WeFlowError) -> Value {
        try Retry.atOnce.run(while: \.isTransient, body)
    }
}

/// Runs `body` again while it fails because a database moved. It makes a whole answer, which takes longer than a look at
/// one thing, so more may happen meanwhile: it is run at most 21 times.
///
/// - Parameter body: makes an answer, from an empty output.
/// - Returns: what `body` gives.
/// - Throws: what `body` throws in the end.
public func retryingTransient<Value>(_ body: () throws -> Value) throws -> Value {
    try Retry(attempts: 21).run(while: { ($0 as? WeFlowError)?.isTransient == true }, body)
}
