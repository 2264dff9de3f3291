import Foundation
import Testing

/// Random histories of a store in memory: chats deleted and begun anew, shards restored, renumbered and written on,
/// copies read in turn, rows that come late, recalls, journals lost and cut.
struct ModelTests {
    /// `WEFLOW_MODEL_HISTORIES` runs so many instead.
    private static let histories =
        ProcessInfo.processInfo.environment["WEFLOW_MODEL_HISTORIES"].flatMap(UInt64.init) ?? 1000

    @Test func nothingIsLostAndNothingOldIsAnEvent() {
        for seed in 0..<Self.histories {
            var history = ModelHistory(seed: seed)
            history.run()
            #expect(history.failures.isEmpty, "seed \(seed): \(history.failures.first ?? "")")
        }
    }
}
