internal import WeFlowMoments
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowServer
internal import WeFlowState

extension Settings {
    /// The hosts of the media network, with those of the configuration.
    ///
    /// - Throws: `.unavailable` where an entry of the configuration is none.
    func networkHosts() throws(WeFlowError) -> MediaHosts {
        do throws(WeFlowError) {
            return try MediaHosts(additional: mediaHosts?.value ?? [])
        } catch {
            throw WeFlowError(.unavailable, "\(configPath): \(error.sentence)")
        }
    }

    /// Lets `body` ask the media network, and ends all connections when it returns.
    ///
    /// - Parameter body: what asks.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; where the configuration names no host.
    func withMediaNetwork<Result>(_ body: (MediaNetwork) async throws -> Result) async throws -> Result {
        let network = MediaNetwork(hosts: try networkHosts(), mirror: mirror)
        defer { network.shutdown() }
        return try await body(network)
    }

    /// What stands for the media network beside the account; its sample has one.
    private var mirror: MediaMirror? {
        account.flatMap { AccountKeys.root(of: $0.value) }
            .map { MediaMirror(folder: "\($0)/\(MediaMirror.folderName)") }
    }

    /// Where files of the media network are kept.
    var networkCache: String { state.file("sns-media") }
}
