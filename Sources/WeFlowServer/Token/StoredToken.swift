import Synchronization
public import WeFlowPages
public import WeFlowState
import WeFlowSystem

/// The stored token for one who asks for it again and again: it is read when its file has become another, so that a
/// rotated one counts at once.
public final class StoredToken: Sendable {
    /// What tells that another file has the token's name, or that this one was written to.
    private struct Mark: Equatable {
        let inode: UInt64
        let device: UInt64
        let size: Int64
        let changed: FileTime
    }

    /// File systems tell times apart by as little as a nanosecond or as much as two seconds.
    private static let coarsest = 3

    private let folder: StateFolder
    private let path: String
    private let clock: @Sendable () -> Int
    private let known = Mutex<(mark: Mark, token: AccessToken)?>(nil)

    /// Names the folder that the token is stored in; nothing is read yet.
    ///
    /// - Parameter folder: `$XDG_STATE_HOME/weflow`.
    public convenience init(in folder: StateFolder) {
        self.init(in: folder) { Int(Clock.seconds) }
    }

    /// - Parameters:
    ///   - folder: `$XDG_STATE_HOME/weflow`.
    ///   - clock: Unix seconds.
    init(in folder: StateFolder, clock: @escaping @Sendable () -> Int) {
        (self.folder, self.clock) = (folder, clock)
        path = folder.file(AccessToken.file)
    }

    /// The token as of now; a new one where there was none.
    ///
    /// - Throws: `.system` where it can be neither read nor written.
    public func current() throws(WeFlowError) -> AccessToken {
        // Before the file is read: what is written meanwhile has another mark.
        let mark = mark()
        if let mark, let known = known.withLock({ $0 }), known.mark == mark { return known.token }
        let token = try AccessToken.storedOrNew(in: folder)
        known.withLock { $0 = mark.flatMap { isSettled($0) ? ($0, token) : nil } }
        return token
    }

    /// The token as it was when it was last asked for; nil where that may be another already.
    public var last: AccessToken? { known.withLock { $0?.token } }

    private func mark() -> Mark? {
        FileStatus.seen(path).map {
            Mark(inode: $0.inode, device: $0.device, size: $0.size, changed: $0.changed)
        }
    }

    /// Whether the last change is so long ago that a further one will have another time.
    private func isSettled(_ mark: Mark) -> Bool { mark.changed.seconds + Self.coarsest < clock() }
}
