internal import WeFlowArchive
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore
internal import WeFlowSystem

/// `weflow archive`: a copy of the account that is brought up to date by the same command again.
enum Archive: Command {
    static let name = "archive"
    static let abstract = "Keep a copy of the account that the same command brings up to date, and that never forgets."
    static let examples = [
        "weflow archive ~/wechat-archive", "weflow archive ~/wechat-archive --full",
        "weflow archive nas/wechat --in label:家人 --no-video", "weflow archive verify ~/wechat-archive",
        "weflow archive read ~/wechat-archive 蛋糕会 --format text",
    ]
    static let discussion = """
        The first run copies everything, each later one only what is new; run it every night. What is recalled or deleted \
        at the source stays, and is marked. What the first run is told to take is kept; later runs need no options. \
        Ctrl-C and a crash leave the archive whole.
        """
    static let subcommands: [any Command.Type] = [
        ArchiveStatusCommand.self, ArchiveVerifyCommand.self, ArchiveReadCommand.self, ArchiveSearchCommand.self,
        ArchiveRender.self,
    ]

    /// The archive's folder.
    static let folder = Parameter.required(
        "folder", .folder, "The archive's folder.",
        missing: .init("name a folder for the archive"), .argument, .value("dir"))
    private static let full = Parameter.mark(
        "full", "Read everything again, and mark what is gone at the source.")
    private static let dryRun = Parameter.mark("dryRun", "Say what would be done, and do nothing.")

    @ParameterList static var parameters: [ParameterDeclaration] {
        folder
        full
        dryRun
        ArchiveOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let folder = try values[folder]
        let (isFull, isRehearsal) = (try values[full], try values[dryRun])
        let output = try OutputOptions(values)
        let settings = try Settings(AccountOptions(values), in: context)
        let account = try context.openAccount(settings)
        let archive = try ArchiveFolder(folder)
        let info = try archive.admit(account: account.owner.username)
        let wanted = try ArchiveOptions.settings(values, of: account, kept: info?.settings, in: context)
        let zone = try Self.zone(kept: info?.zone, in: context)
        let line = ProgressLine(context)
        defer { line.clear() }
        let media = try settings.media(in: context)
        let run = ArchiveRun(
            folder, of: account, settings: wanted, media: media, zone: (zone, .system), isFull: isFull,
            isRehearsal: isRehearsal, labels: { try ArchiveOptions.bearers(of: $0, in: account) },
            warn: { context.warn($0) }
        ) { progress in
            line.show(
                Double(progress.messages), of: Double(max(progress.allMessages, progress.messages)),
                rate: { "\(Int($0.rounded())) messages/s" }, "chat \(progress.chats) of \(progress.allChats)")
        }
        let work = Task { try await run.run() }
        let signals = await StopSignals.watch { work.cancel() }
        defer { signals.cancel() }
        let summary: ArchiveSummary
        do {
            summary = try await work.value
        } catch is CancellationError {
            line.clear()
            context.report("stopped; the archive is as it was, and the same command goes on")
            throw ExitCode(130)
        }
        line.clear()
        try await context.deliver(encodeArchiveSummary(summary, style: context.style(output)), output)
        context.warnOfOwner(account)
        // A run of every night says nothing where there is nothing to be done about it.
        for note in summary.notes where note.kind == .partial || context.terminal.showsErrors {
            context.warn(note.sentence)
        }
        try context.report(summary.losses)
    }

    /// The name of the zone by whose months the lines are filed: that of the first run, else the local one.
    ///
    /// - Throws: `.unavailable` where this machine does not know it.
    private static func zone(kept: String?, in context: Context) throws(WeFlowError) -> String {
        let local = localZone(context)
        guard let kept else { return local }
        if kept != local {
            if LocalZone.doubt({ $0 == "TZ" ? kept : context.environment[$0] }) != nil {
                throw WeFlowError(
                    .unavailable,
                    "the archive files its lines by the months of \(kept), a time zone that this machine does not know; "
                        + "install the time zones (tzdata)")
            }
            System.setZone(kept)
        }
        return kept
    }

    private static func localZone(_ context: Context) -> String {
        if let name = context.environment["TZ"], !name.isEmpty {
            // One that nobody knows is taken for UTC.
            guard LocalZone.doubt({ context.environment[$0] }) == nil else { return "UTC" }
            return name.hasPrefix(":") ? String(name.dropFirst()) : name
        }
        guard let path = Paths.resolved("/etc/localtime"), let range = path.range(ofBytes: "zoneinfo/") else {
            return "UTC"
        }
        return String(path[range.upperBound...])
    }
}

extension String {
    /// Where bytes occur first.
    fileprivate func range(ofBytes text: String) -> Range<String.Index>? {
        let wanted = Array(text.utf8)
        var start = utf8.startIndex
        while start < utf8.endIndex {
            if utf8[start...].starts(with: wanted) {
                return start..<utf8.index(start, offsetBy: wanted.count)
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}
