internal import WeFlowOutput

/// What `weflow help` tells besides the commands; the manual has the same tables.
enum HelpTopic: String, CaseIterable {
    case exitCodes = "exit-codes"
    case environment
    case formats
    case kinds

    /// What it is about, a sentence.
    var abstract: String {
        switch self {
        case .exitCodes: "What the exit status says."
        case .environment: "Variables and files that are read."
        case .formats: "What --format takes, and what comes out."
        case .kinds: "What parsedContent is for each kind of message."
        }
    }

    /// The table.
    var rows: [(term: String, text: String)] {
        switch self {
        case .exitCodes: Self.exitCodeRows
        case .environment: Self.variableRows + Self.fileRows
        case .formats: Self.formatRows
        case .kinds: Self.kindRows
        }
    }

    /// The page.
    func text(width: Int, style: TerminalStyle) -> String {
        let width = min(max(width, 40), 80)
        var text = abstract.wrapped(to: width, indent: 0) + "\n\n"
        if self == .environment {
            text += style.paint("Variables", .heading) + "\n" + TermList.text(Self.variableRows, width: width)
            return text + "\n" + style.paint("Files", .heading) + "\n" + TermList.text(Self.fileRows, width: width)
        }
        return text + TermList.text(rows, width: width)
    }

    /// The exit codes.
    private static let exitCodeRows: [(term: String, text: String)] = [
        ("0", "All is there. A reader that closes the pipe early is no failure."),
        ("64", "An option or a value is wrong, or something that is required is missing."),
        ("65", "What an archive holds is wrong: damaged, of another account, or of a newer version."),
        ("66", "There is no such thing: no such chat or person, no such post or file of exported media."),
        ("69", "The network or another server failed, or the port is taken."),
        ("70", "The store failed: the sentence names the database and what is the matter."),
        ("73", "The database, or the archive, is in use by another process."),
        ("74", "The output could not be written, or the system failed otherwise."),
        (
            "75",
            "Delivered in part: a damaged page or database is named on the standard error, the rest is on the "
                + "standard output. For check: part of the account is damaged or missing."
        ),
        ("77", "Not allowed: a wrong token, a path outside the folder of exported media."),
        ("78", "The store cannot be read now: no key, a wrong key, a missing database."),
        ("130", "Stopped by Ctrl-C."),
    ]

    /// The environment variables.
    static let variableRows: [(term: String, text: String)] = [
        ("WEFLOW_ACCOUNT", "The account folder, as --account."),
        ("WEFLOW_KEY", "The database key, as --key."),
        ("WEFLOW_KEY_FILE", "A file that holds the database key, as --key-file."),
        ("WEFLOW_IMAGE_KEY", "The AES key of pictures, as --image-key."),
        ("WEFLOW_IMAGE_XOR_KEY", "The XOR key of pictures, as --image-xor-key."),
        ("WEFLOW_EXPORT_PATH", "The folder of exported media, as --export-path."),
        ("WEFLOW_FFMPEG", "The program that converts wxgf pictures; else ffmpeg of the PATH."),
        (
            "WEFLOW_TOKEN",
            "The token of the server that push watch --url follows. Programs that are started get neither this nor keys."
        ),
        ("NO_COLOR", "Where it is set to anything, no colours; --color goes before it."),
        ("TERM", "dumb: neither colours nor lines of progress."),
        ("TZ", "The zone of local times."),
        ("XDG_CONFIG_HOME", "The folder of settings, else ~/.config."),
        ("XDG_STATE_HOME", "The folder of what is remembered, else ~/.local/state."),
        ("XDG_DATA_HOME", "The folder of exported media, else ~/.local/share."),
    ]

    /// The files.
    static let fileRows: [(term: String, text: String)] = [
        (
            "~/.config/weflow/config.json",
            "Settings, a JSON object of account, key, keyFile, imageKey, imageXorKey, exportPath, mediaHosts (hosts that "
                + "media may come from besides WeChat's), ffmpeg. Relative paths are relative to it. An option goes before "
                + "a variable, a variable before this file."
        ),
        ("~/.local/state/weflow/<wxid>/keys", "Page keys that were derived, sealed under your own key."),
        ("~/.local/state/weflow/<wxid>/", "The journal of what arrived: places, neither texts nor names."),
        ("~/.local/state/weflow/token", "The server's access token."),
        ("~/.local/state/weflow/serve.json", "What weflow serve remembers."),
        ("~/.local/share/weflow/api-media/", "Exported media."),
    ]

    /// The formats.
    private static let formatRows: [(term: String, text: String)] = [
        (
            "json",
            "One JSON object, the answer of the HTTP API to the byte. Compact in a pipe; indented on a terminal or "
                + "with --pretty. weflow-api(5) says what each member is."
        ),
        ("jsonl", "messages, messages new, search, push watch and every list: one JSON object a line."),
        (
            "csv",
            "messages, messages new, search and every list: RFC 4180; --bom for Excel, --raw leaves texts as they are that a "
                + "spreadsheet would run."
        ),
        ("vcf", "contacts: vCard 4.0."), ("markdown", "favorites: whole texts and notes for reading."),
        ("chatlab", "messages, pull: a ChatLab 0.0.2 document. sessions: ChatLab's list."),
        ("chatlab-jsonl", "messages, pull: the same, one object a line."),
        (
            "text",
            "messages, search, push watch: for reading, also in a pager: a line for each day, then time, name and text."
        ),
        ("table", "every list, and check: aligned columns for reading."),
        ("sse", "push watch: the frames that a server sends."),
        ("html, arkmejson", "sns export: a page for reading; the JSON that Arkme reads."),
    ]

    /// What is shown of messages.
    private static let kindRows: [(term: String, text: String)] = [
        ("the text as it is", "Text."),
        ("[图片] [语音] [视频] [表情]", "Picture, voice, video, sticker."),
        ("[名片] NAME", "A card of a person."),
        ("[位置] ADDRESS", "A place."),
        ("[链接] TITLE", "A link or an article; other links are their title alone."),
        ("[文件] NAME", "A file."),
        ("[音乐] TITLE", "Music."),
        ("[小程序] TITLE", "A mini program."),
        ("[聊天记录] TITLE", "Messages that were forwarded together."),
        ("[笔记] TITLE", "A note."),
        ("[视频号] NAME or TEXT", "A profile or a post of Channels."),
        ("[视频号直播] TEXT", "A livestream of Channels."),
        ("[接龙] TEXT", "A list that everybody adds to."),
        ("[群公告] TEXT", "An announcement in a group."),
        ("the reply", "A reply; what it answers stands in quote."),
        ("[转账] AMOUNT MEMO", "A transfer of money."),
        ("[红包] GREETING", "A red packet."),
        ("[红包封面] TITLE", "A cover for red packets."),
        ("[群收款] TITLE", "Money that is collected in a group."),
        ("[礼物] TITLE", "A gift."),
        ("[语音通话] [视频通话] [通话] TEXT", "A call, with the client's own words."),
        ("[好友请求] NAME: GREETING", "A request for friendship."),
        ("the sentence", "A pat, a notice, a message that was taken back."),
        ("[消息]", "What has no label of its own and nothing to be read."),
    ]
}
