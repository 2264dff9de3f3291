internal import ArgumentParser
internal import WeFlowPages
internal import WeFlowQuery

/// Which messages of which session, and in which form.
struct MessageOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The session: its id, or a remark, nickname or group name that fits only one.", valueName: "talker"),
        completion: .talkers)
    var id: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The session, as the argument.", valueName: "talker"),
        completion: .talkers)
    var talker: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("How many, at most 10000; 0 is all of them. (default: 100)"))
    var limit: String?

    @Option(parsing: .unconditional, help: "How many to skip after the filters.")
    var offset: String?

    @Option(
        parsing: .unconditional, help: "desc: the newest first; asc: the oldest first. (default: desc)",
        completion: .list(["desc", "asc"]))
    var order: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Only from this time on.", valueName: "time"))
    var start: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only up to this time; a bare date means the whole day.", valueName: "time"))
    var end: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only what shows this text, in any case.", valueName: "text"))
    var keyword: String?

    @Option(
        help: "json, jsonl, chatlab, chatlab-jsonl or text. (default: json)",
        completion: .list(MessageFormat.allCases.map(\.rawValue)))
    var format: String?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "The same as --format chatlab.")
    var chatlab: Bool?

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Add what a message carries besides its text: address, file, place, card, transfer, record.")
    var detail: Bool?

    /// The parameters as the endpoint knows them.
    ///
    /// - Throws: `.usage` where the talker is given twice and differently.
    func parameters(_ media: MediaOptions) throws(WeFlowError) -> Parameters {
        var parameters = Parameters(commandLine: [
            "talker": try Talker.given(id, talker, option: "--talker"), "limit": limit, "offset": offset,
            "order": order,
            "start": start, "end": end, "keyword": keyword, "format": format, "chatlab": chatlab?.parameterText,
            "detail": detail?.parameterText,
        ])
        media.add(to: &parameters)
        return parameters
    }
}
