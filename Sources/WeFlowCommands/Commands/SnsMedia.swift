internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowServer

/// `weflow sns media`: one picture or video, decrypted.
struct SnsMedia: ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "media",
        abstract: "Fetch a picture or video of the moments, decrypted.",
        discussion: """
            weflow sns media 'https://shmmsns.qpic.cn/mmsns/…/0' --key 1472051 -o a.jpg

            Address and key stand in the timeline as rawUrl and key. Only hosts of WeChat's media network are asked, \
            and those of mediaHosts in the configuration.
            """)

    @Argument(help: ArgumentHelp("The address in the media network.", valueName: "url"))
    var address: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The address, as the argument.", valueName: "url"))
    var url: String?

    // The account's own --key is another one, so the account is not asked for here.
    @Option(parsing: .unconditional, help: ArgumentHelp("The decimal key of the post's media.", valueName: "number"))
    var key: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to a file, whole or not at all.", valueName: "file"), completion: .file())
    var output: String?

    func run(in context: Context) async throws {
        let request = try MomentsMediaRequest(
            Parameters(commandLine: ["url": try Talker.given(address, url, option: "--url"), "key": key]))
        guard output != nil || !context.terminal.showsOutput else {
            throw WeFlowError(.usage, "the media are no text; name a file with --output, or send them on")
        }
        let settings = try Settings(AccountOptions.parse([]), in: context)
        try await settings.withMediaNetwork { network in
            let cache = MediaCache(network: network, folder: settings.networkCache)
            let file = try await cache.file(request.url, key: request.key)
            try await context.writing(to: output) { sink in
                try await file.read { bytes in try bytes.withUnsafeBytes { try sink.write($0) } }
            }
        }
    }
}
