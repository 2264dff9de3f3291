internal import ArgumentParser
internal import WeFlowQuery

/// Which media are exported along with messages, and where to.
struct MediaOptions: ParsableArguments {
    @Flag(
        name: [.customLong("media"), .customLong("meiti")], inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Export media and name the files.")
    var media: Bool?

    @Flag(
        name: [.customLong("image"), .customLong("tupian")], inversion: .prefixedNo, exclusivity: .exclusive,
        help: "With --media: pictures.")
    var image: Bool?

    @Flag(
        name: [.customLong("voice"), .customLong("vioce")], inversion: .prefixedNo, exclusivity: .exclusive,
        help: "With --media: voice messages.")
    var voice: Bool?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "With --media: videos.")
    var video: Bool?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "With --media: stickers.")
    var emoji: Bool?

    @Option(
        help: ArgumentHelp("The folder of exported media. [WEFLOW_EXPORT_PATH]", valueName: "dir"),
        completion: .directory)
    var exportPath: String?

    /// Adds the switches to a request's parameters.
    func add(to parameters: inout Parameters) {
        for (name, value) in [("media", media), ("image", image), ("voice", voice), ("video", video), ("emoji", emoji)]
        {
            parameters.set(name, to: value?.parameterText)
        }
    }
}
