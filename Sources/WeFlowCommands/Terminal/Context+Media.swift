internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowServer
internal import WeFlowStore

extension Context {
    /// Lets `body` export media: with progress on the terminal, stickers from the media network, and nothing left
    /// unfinished where the run is interrupted.
    ///
    /// - Parameters:
    ///   - settings: where to, and with what.
    ///   - account: whose media.
    ///   - body: what exports.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; `.usage` for a key of pictures that is none, `.unavailable` for a host that is none.
    func exporting<Result>(
        media settings: Settings, of account: Account, _ body: (MediaExporter) async throws -> Result
    ) async throws -> Result {
        var media = try settings.media(in: self)
        return try await settings.withMediaNetwork { network in
            media.fetcher = network
            let line = ProgressLine(self)
            let exporter = MediaExporter(account, settings: media) { progress in
                line.show(
                    "media of \(progress.messages) messages, \(line.rate(progress.messages)) messages/s, "
                        + "\(progress.written) files written")
            }
            let interruption = Interruption(cleanUps) { exporter.abandon() }
            defer { withExtendedLifetime(interruption) { line.clear() } }
            return try await body(exporter)
        }
    }

    /// Where a server of this user would answer, for addresses of our own: at the remembered port.
    var serverAddress: String {
        do {
            return "http://127.0.0.1:\(try ServeSettings(from: state).port)"
        } catch {
            warn(error.sentence)
            return "http://127.0.0.1:\(ServeSettings().port)"
        }
    }
}
