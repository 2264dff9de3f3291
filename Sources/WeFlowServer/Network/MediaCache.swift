internal import Synchronization
internal import WeFlowCrypto
internal import WeFlowMedia
public import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowQuery
internal import WeFlowState
internal import WeFlowSystem

/// Media of the network kept on disk, so that a picture is fetched once (<doc:MediaNetworkAccess#The-cache>).
///
/// A file is named after its address without the token, which changes while the picture does not, and after its key.
/// What failed its check never gets here; what does not look like media any more is removed.
public final class MediaCache: Sendable {
    private let network: MediaNetwork
    private let folder: String
    private let capacity: Int
    private let fetches = Atomic<Int>(0)
    /// After so many files the folder is looked through.
    private static let pruneInterval = 64

    /// A cache in a folder.
    ///
    /// - Parameters:
    ///   - network: where files come from.
    ///   - folder: where they are kept; made with mode 0700 when the first one comes.
    ///   - capacity: bytes of files that are kept; above it the oldest go.
    public init(network: MediaNetwork, folder: String, capacity: Int = 1 << 30) {
        self.network = network
        self.folder = folder
        self.capacity = capacity
    }

    /// A file, from the folder or from the network.
    ///
    /// - Parameters:
    ///   - url: the address, as a client or a post gives it.
    ///   - key: the key of the stream over it; nil where there is none.
    /// - Returns: the file, which stays where it is until the cache is pruned.
    /// - Throws: as ``MediaNetwork/fetch(_:key:to:)``; the guard is asked for kept files too.
    public func file(_ url: MediaURL, key: UInt64?) async throws -> MediaNetwork.Fetched {
        let stem = "\(folder)/\(Self.name(of: try network.admitted(url), key: key))"
        if let cached = try Self.cached(stem) { return cached }
        try StateFolder.makeFolder(folder)
        if fetches.add(1, ordering: .relaxed).oldValue.isMultiple(of: Self.pruneInterval) { try prune() }
        return try await network.fetch(url, key: key, to: stem)
    }

    /// Removes the oldest files until the rest is within the capacity.
    ///
    /// - Throws: where a file cannot be removed.
    func prune() throws {
        OutputFile.removeLeftovers(in: folder)
        var files: [(path: String, size: Int64, age: FileTime)] = []
        for name in try Self.named(folder, { () throws(SystemError) in try Folders.names(in: folder) }) {
            let path = "\(folder)/\(name)"
            // Another process may have removed it meanwhile.
            guard let status = FileStatus.seen(path, followingLinks: false) else { continue }
            files.append((path, status.size, status.modified))
        }
        files.sort { ($0.age.seconds, $0.age.nanoseconds) < ($1.age.seconds, $1.age.nanoseconds) }
        var total = files.reduce(0) { $0 + $1.size }
        for file in files where total > capacity {
            try Self.named(file.path) { () throws(SystemError) in try Paths.remove(file.path) }
            total -= file.size
        }
    }

    private static func name(of url: MediaURL, key: UInt64?) -> String {
        url.fingerprint(" \(key.map(String.init) ?? "")")
    }

    /// The file at a stem, whatever its extension, where it still is what it is called.
    private static func cached(_ stem: String) throws -> MediaNetwork.Fetched? {
        for format in MediaFormat.allCases {
            let path = "\(stem).\(format.fileExtension)"
            guard FileStatus.seen(path) != nil else { continue }
            let (head, size) = try named(path) { () throws(SystemError) in
                let file = try File(path, for: .reading)
                return (try file.bytes(MediaFormat.sniffLength, at: 0), Int(try file.status().size))
            }
            if MediaFormat(of: head, total: size) == format {
                return MediaNetwork.Fetched(path: path, format: format, size: size)
            }
            try named(path) { () throws(SystemError) in try Paths.remove(path) }
        }
        return nil
    }

    /// Names the file with which something failed.
    private static func named<Value>(_ path: String, _ body: () throws(SystemError) -> Value) throws(WeFlowError)
        -> Value
    {
        do {
            return try body()
        } catch {
            throw .system("\(path) cannot be used", error)
        }
    }
}
