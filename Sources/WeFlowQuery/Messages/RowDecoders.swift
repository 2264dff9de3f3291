import Synchronization

/// Row decoders that are not at work, for the readers of many chats of an account. Each holds a zstd context, which takes
/// longer to make than a small chat's texts take to read: 2 % of an archive of 5,000 chats.
package final class RowDecoders: Sendable {
    /// One on its way from one thread to another.
    private struct Handle: @unchecked Sendable {
        // Unchecked: whoever takes it out has it alone.
        let value: RowDecoder
    }

    private let idle = Mutex<[Handle]>([])
    private static let most = 4

    /// None is there yet.
    package init() {}

    /// An idle one, nil where there is none.
    func take() -> RowDecoder? { idle.withLock { $0.popLast() }?.value }

    /// Takes one back that nobody uses any more.
    func putBack(_ decoder: RowDecoder) {
        let handle = Handle(value: decoder)
        idle.withLock { idle in
            if idle.count < Self.most { idle.append(handle) }
        }
    }
}
