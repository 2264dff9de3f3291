/// The time that something may take is over.
struct DeadlineExceeded: Error {}

/// Runs `work`, but not longer than `limit`.
///
/// - Throws: what `work` throws; `DeadlineExceeded`, after `work` was cancelled.
func withDeadline<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw DeadlineExceeded() }
        return value
    }
}
