import Synchronization

/// Usernames of a shard that the readers of many chats have in common, as of one snapshot. A reader that looks up its own
/// verifies pages one by one for the same people in every chat: 4 % of an archive of 5,000 chats.
final class SharedSenders: Sendable {
    /// A username that lies where it is for as long as the object does.
    private struct Name: @unchecked Sendable {
        // Unchecked: nobody writes to it any more.
        let bytes: UnsafeRawBufferPointer?
    }

    /// Names one behind the other: small pieces of memory between large ones that come and go keep those from the system.
    private struct State: @unchecked Sendable {
        // Unchecked: what is written here is written under the lock, and what was handed out is not written to any more.
        var known: [Int64: Name] = [:]
        var slabs: [UnsafeMutableRawBufferPointer] = []
        var used = 0

        mutating func keep(_ name: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
            guard !name.isEmpty else { return nil }
            if slabs.last.map({ $0.count - used < name.count }) ?? true {
                slabs.append(.allocate(byteCount: max(name.count, SharedSenders.slabSize), alignment: 1))
                used = 0
            }
            guard let slab = slabs.last else { return nil }
            let copy = UnsafeMutableRawBufferPointer(rebasing: slab[used..<used + name.count])
            copy.copyMemory(from: name)
            used += name.count
            return UnsafeRawBufferPointer(copy)
        }
    }

    private static let slabSize = 16 << 10
    private let state = Mutex(State())

    /// None is known yet.
    init() {}

    deinit {
        state.withLock { state in
            for slab in state.slabs { slab.deallocate() }
        }
    }

    /// The username with a row id, valid as long as this object; nil where it is not known yet, and a nil in it where there
    /// is none.
    func known(_ id: Int64) -> UnsafeRawBufferPointer?? { state.withLock { $0.known[id] }.map(\.bytes) }

    /// Keeps a username.
    ///
    /// - Parameters:
    ///   - name: the username, which is copied; empty where there is none.
    ///   - id: its row id.
    /// - Returns: the username, valid as long as this object; nil where there is none.
    func keep(_ name: UnsafeRawBufferPointer, of id: Int64) -> UnsafeRawBufferPointer? {
        // What is lent for this call only is copied before the lock is let go of.
        let lent = Name(bytes: name)
        return state.withLock { state in
            // Another thread may have read it meanwhile: what was handed out stays.
            if let found = state.known[id] { return found }
            let kept = Name(bytes: lent.bytes.flatMap { state.keep($0) })
            state.known[id] = kept
            return kept
        }.bytes
    }
}
