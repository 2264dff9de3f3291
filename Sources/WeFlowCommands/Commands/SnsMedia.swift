internal import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow sns media`: one picture or video, decrypted.
enum SnsMedia: Command {
    static let name = "media"
    static let abstract = "Fetch a picture or video of the moments, decrypted."
    static let examples = ["weflow sns media 'https://shmmsns.qpic.cn/mmsns/…/0' --key 1472051 -o a.jpg"]
    static let discussion = """
        Address and key stand in the timeline as rawUrl and key. Only hosts of WeChat's media network are asked, and \
        those of mediaHosts in the configuration.
        """

    // The account's own --key is another one, so the account is not asked for here.
    @ParameterList static var parameters: [ParameterDeclaration] {
        MomentsMediaRequest.parameters
        OutputOptions.bytes
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try MomentsMediaRequest(values)
        let output = try values[OutputOptions.bytes]
        guard output != nil || !context.terminal.showsOutput else {
            throw WeFlowError(.usage, "the media are no text; name a file with --output, or send them on")
        }
        let settings = try Settings(AccountOptions(), in: context)
        try await settings.withMediaNetwork { network in
            let cache = MediaCache(network: network, folder: settings.networkCache)
            let file = try await cache.file(request.url, key: request.key)
            try await context.writing(to: output) { sink in
                try await file.read { bytes in try bytes.withUnsafeBytes { try sink.write($0) } }
            }
        }
    }
}
