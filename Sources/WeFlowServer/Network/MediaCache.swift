internal import Crypto
internal import Foundation
internal import Synchronization
internal import WeFlowMedia
internal import WeFlowOutput
internal import WeFlowPages
public import WeFlowQuery
internal import WeFlowState

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
        let stem = "\(folder)/\(Self.name(of: try network.hosts.admit(url).url, key: key))"
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
        let manager = FileManager.default
        var files: [(path: String, size: Int, date: Date)] = []
        for name in try manager.contentsOfDirectory(atPath: folder) {
            let path = "\(folder)/\(name)"
            let attributes = try manager.attributesOfItem(atPath: path)
            files.append(
                (path, (attributes[.size] as? Int) ?? 0, (attributes[.modificationDate] as? Date) ?? .distantPast))
        }
        var total = files.reduce(0) { $0 + $1.size }
        for file in files.sorted(by: { $0.date < $1.date }) where total > capacity {
            try manager.removeItem(atPath: file.path)
            total -= file.size
        }
    }

    private static func name(of url: MediaURL, key: UInt64?) -> String {
        var digest = SHA256()
        digest.update(data: Array("\(url.withoutToken) \(key.map(String.init) ?? "")".utf8))
        return digest.finalize().prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The file at a stem, whatever its extension, where it still is what it is called.
    private static func cached(_ stem: String) throws -> MediaNetwork.Fetched? {
        for format in MediaFormat.allCases {
            let path = "\(stem).\(format.fileExtension)"
            guard let file = FileHandle(forReadingAtPath: path) else { continue }
            defer { file.closeFile() }
            let size = Int(try file.seekToEnd())
            try file.seek(toOffset: 0)
            let head = try file.read(upToCount: MediaFormat.sniffLength) ?? Data()
            if MediaFormat(of: head, total: size) == format {
                return MediaNetwork.Fetched(path: path, format: format, size: size)
            }
            try FileManager.default.removeItem(atPath: path)
        }
        return nil
    }
}
