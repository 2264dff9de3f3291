/// Does work on items side by side and hands the results on in the order of the items.
///
/// - Parameters:
///   - items: what is worked on.
///   - width: how many at once.
///   - work: runs on several threads.
///   - consume: takes the results in order.
/// - Throws: what one of them throws.
func inOrder<Item: Sendable, Value: Sendable>(
    _ items: [Item], width: Int, _ work: @escaping @Sendable (Item) async throws -> Value,
    consume: (Item, Value) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var (started, handedOn) = (0, 0)
        var waiting: [Int: Value] = [:]
        func start() {
            guard started < items.count else { return }
            let (place, item) = (started, items[started])
            started += 1
            group.addTask { (place, try await work(item)) }
        }
        for _ in 0..<max(width, 1) { start() }
        while let (place, value) = try await group.next() {
            waiting[place] = value
            while let value = waiting.removeValue(forKey: handedOn) {
                handedOn += 1
                try await consume(items[handedOn - 1], value)
                try Task.checkCancellation()
                // Results that wait are bounded by what is started.
                start()
            }
        }
    }
}
