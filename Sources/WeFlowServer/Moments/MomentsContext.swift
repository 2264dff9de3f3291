internal import WeFlowMoments
internal import WeFlowPages
internal import WeFlowQuery

/// What the endpoints of the moments keep between requests: the numbers, and the way to the media network.
public struct MomentsContext: Sendable {
    let census = MomentsCensusCache()
    /// A run of the server is one run: the database is kept before its first change.
    let backups = Backups()
    let network: MediaNetwork
    let cache: MediaCache

    /// Puts it together; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - network: the media network; whoever made it ends its connections.
    ///   - cacheFolder: where fetched files are kept.
    public init(network: MediaNetwork, cacheFolder: String) {
        self.network = network
        cache = MediaCache(network: network, folder: cacheFolder)
    }
}
