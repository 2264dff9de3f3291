internal import WeFlowMedia
internal import WeFlowModel
public import WeFlowMoments
internal import WeFlowPages
import WeFlowQuery
internal import WeFlowSystem

/// Turns the pictures of a timeline into `data:` addresses, for `inline=1` (<doc:MediaNetworkAccess#Inlining>).
///
/// Videos are never inlined. A picture that cannot be had keeps its proxy address.
public struct TimelineInliner: Sendable {
    private struct Source: Hashable {
        let url: String
        let key: UInt64?
    }

    private static let width = 8
    /// Bytes of pictures in one answer; what comes after them keeps its proxy address.
    private static let budget = 64 << 20

    private let cache: MediaCache

    /// An inliner over a cache.
    public init(cache: MediaCache) {
        self.cache = cache
    }

    /// Fetches the pictures and puts them in.
    ///
    /// - Parameter items: a page of the timeline.
    /// - Returns: the page with what could be had.
    /// - Throws: `CancellationError`; where a file cannot be written or read.
    public func inlining(_ items: [TimelineItem]) async throws -> [TimelineItem] {
        var seen: Set<Source> = []
        let sources = items.flatMap(Self.sources).filter { seen.insert($0).inserted }
        let found = try await fetch(sources)
        return items.map { Self.filled($0, from: found) }
    }

    private static func sources(_ item: TimelineItem) -> [Source] {
        zip(item.moment.media, item.media).flatMap { media, addresses -> [Source] in
            var found = [Source(url: addresses.item.thumb, key: addresses.item.thumbKey)]
            if !item.moment.isVideoPost, !media.isVideo {
                found.insert(Source(url: addresses.item.url, key: addresses.item.key), at: 0)
            }
            if let live = addresses.live { found.append(Source(url: live.thumb, key: live.thumbKey)) }
            return found.filter { !$0.url.isEmpty }
        }
    }

    private func fetch(_ sources: [Source]) async throws -> [Source: String] {
        var found: [Source: String] = [:]
        var left = Self.budget
        try await withThrowingTaskGroup(of: (Source, String?).self) { group in
            var next = sources.makeIterator()
            func start() {
                guard left > 0, let source = next.next() else { return }
                group.addTask { (source, try await self.address(source)) }
            }
            for _ in 0..<Self.width { start() }
            while let (source, address) = try await group.next() {
                if let address, address.utf8.count <= left {
                    found[source] = address
                    left -= address.utf8.count
                }
                start()
            }
        }
        return found
    }

    /// A picture as a `data:` address; nil where it cannot be had or is none.
    private func address(_ source: Source) async throws -> String? {
        try Task.checkCancellation()
        do {
            let file = try await cache.file(MediaURL(parsing: source.url), key: source.key)
            guard file.format.isDisplayable, file.size <= Self.budget else { return nil }
            var bytes: [UInt8] = []
            try await file.read { bytes += $0 }
            return "data:\(file.format.contentType);base64,\(Base64.encoded(bytes))"
        } catch let error as WeFlowError where [.network, .gone, .usage].contains(error.kind) {
            return nil
        }
    }

    private static func filled(_ item: TimelineItem, from found: [Source: String]) -> TimelineItem {
        var item = item
        item.media = zip(item.moment.media, item.media).map { media, addresses in
            var addresses = addresses
            if item.moment.isVideoPost || media.isVideo {
                addresses.item.inlineThumb = found[Source(url: addresses.item.thumb, key: addresses.item.thumbKey)]
            } else {
                fill(&addresses.item, from: found)
            }
            if let live = addresses.live {
                addresses.live?.inlineThumb = found[Source(url: live.thumb, key: live.thumbKey)]
            }
            return addresses
        }
        return item
    }

    private static func fill(_ addresses: inout MomentMediaAddresses, from found: [Source: String]) {
        addresses.inlineURL = found[Source(url: addresses.url, key: addresses.key)]
        addresses.inlineThumb = found[Source(url: addresses.thumb, key: addresses.thumbKey)]
    }
}
