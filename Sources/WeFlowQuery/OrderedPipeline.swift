/// Runs `work` on inputs side by side and hands the results on in the order of the inputs.
///
/// At most `width` inputs are under way or waiting, so memory does not grow with their number.
///
/// - Parameters:
///   - width: how many inputs are under way at once.
///   - next: gives the next input, nil behind the last.
///   - work: makes a result of an input; runs on several threads at once.
///   - consume: takes the results in order; false ends the run early.
/// - Throws: what one of them throws; what was under way is then cancelled.
package func orderedPipeline<Input: Sendable, Output: Sendable>(
    width: Int,
    next: () throws -> Input?,
    work: @escaping @Sendable (Input) async throws -> Output,
    consume: (Output) async throws -> Bool
) async throws {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        var started = 0
        var handedOn = 0
        var waiting: [Int: Output] = [:]
        func start() throws {
            guard let input = try next() else { return }
            let place = started
            started += 1
            group.addTask { (place, try await work(input)) }
        }
        for _ in 0..<width { try start() }
        while let (place, output) = try await group.next() {
            waiting[place] = output
            while let output = waiting.removeValue(forKey: handedOn) {
                handedOn += 1
                guard try await consume(output) else {
                    group.cancelAll()
                    return
                }
                try Task.checkCancellation()
                try start()
            }
        }
    }
}
