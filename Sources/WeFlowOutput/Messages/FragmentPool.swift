internal import Synchronization

/// A batch's worth of encoded messages, which can be emptied and filled again.
protocol Fragment: AnyObject, Sendable {
    /// How many messages it holds.
    var count: Int { get }
    /// Forgets what was written and keeps the memory.
    func reset()
}

/// Fragments whose bytes have been handed on, kept for the next batch: memory that was written to once is there, new
/// memory costs a page fault for every 4 KiB of it.
final class FragmentPool<Element: Fragment>: Sendable {
    private let make: @Sendable () -> Element
    private let idle = Mutex<[Element]>([])

    /// Makes an empty pool; `make` makes a fragment where none is idle.
    init(_ make: @escaping @Sendable () -> Element) {
        self.make = make
    }

    /// An empty fragment.
    func take() -> Element {
        idle.withLock { $0.popLast() } ?? make()
    }

    /// Takes a fragment back, whose bytes nobody needs any more.
    func putBack(_ fragment: Element) {
        fragment.reset()
        idle.withLock { $0.append(fragment) }
    }
}
