import Foundation

/// Waits for what another thread or program does, with an end.
public enum Wait {
    /// What did not come about in time.
    public struct TooLong: Error, CustomStringConvertible {
        /// What was waited for.
        public let description: String

        /// Says what was waited for.
        public init(description: String) { self.description = description }
    }

    private static let pause: Duration = .milliseconds(5)

    /// Waits until something holds, and keeps the thread.
    ///
    /// - Parameters:
    ///   - what: what is waited for, for the failure.
    ///   - limit: how long at most.
    ///   - holds: asked again and again.
    /// - Throws: ``TooLong``; what `holds` throws.
    public static func blocking(
        _ what: String, atMost limit: Duration = .seconds(60), _ holds: () throws -> Bool
    ) throws {
        let end = ContinuousClock.now + limit
        while try !holds() {
            guard ContinuousClock.now < end else { throw TooLong(description: "not in \(limit): \(what)") }
            Thread.sleep(forTimeInterval: 0.005)
        }
    }

    /// The same as ``blocking(_:atMost:_:)`` for a task, which gives its thread back meanwhile.
    public static func until(
        _ what: String, atMost limit: Duration = .seconds(60), _ holds: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !holds() {
            guard ContinuousClock.now < end else { throw TooLong(description: "not in \(limit): \(what)") }
            try await Task.sleep(for: pause)
        }
    }
}
