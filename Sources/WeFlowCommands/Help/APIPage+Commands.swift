/// The JSON of commands that no endpoint gives, for `weflow-api(5)`.
extension APIPage {
    /// The section.
    static var commands: String {
        commandAnswers.reduce(into: ".Sh COMMANDS\nWhat commands print that have no endpoint.\n") { text, answer in
            text += ".Ss \(answer.command)\n" + Mdoc.list(answer.members, "It Fa")
        }
    }

    private typealias Members = [(term: String, text: String)]

    private static let commandAnswers: [(command: String, members: Members)] = [
        (
            "weflow archive",
            [
                ("chats", "How many chats the archive has."), ("added", "Messages that were added in this run."),
                ("changed", "Lines that were altered: recalls, edits, transcripts, media that came later."),
                ("gone", "Messages that were marked as gone at the source in this run."),
                ("files", "Files that were written."), ("missingMedia", "Messages whose media is not there."),
                ("bytes", "Bytes that were written."), ("seconds", "How long it took."),
            ]
        ),
        (
            "weflow archive status",
            [
                ("success", "Always true."), ("count", "How many chats."),
                ("lastRun", "When the last run ended that found something; Unix seconds."),
                ("chats[].id", "The chat."), ("chats[].name", "The chat's name as it is shown."),
                ("chats[].messages", "How many messages."), ("chats[].from", "The first; Unix seconds."),
                ("chats[].to", "The last; Unix seconds."), ("chats[].media", "How many files of media."),
                ("chats[].bytes", "Bytes of its messages."), ("chats[].lastRun", "The same."),
            ]
        ),
        (
            "weflow archive verify",
            [
                ("files", "Files that were looked at."), ("messages", "Messages that were looked at."),
                ("bytes", "Bytes that were looked at."), ("duplicates", "Messages that stand there twice."),
                ("missing", "Messages of the account that are not there; left out with --no-source."),
                ("problems", "Sentences that say what is wrong."),
            ]
        ),
        (
            "weflow archive render",
            [
                ("success", "Always true."), ("chats", "How many chats."), ("messages", "How many messages."),
                ("files", "Files that were written."), ("unchanged", "Files that were as they have to be."),
                ("bytes", "Bytes that were written."),
            ]
        ),
        (
            "weflow sql",
            [
                ("success", "Always true."), ("count", "How many rows."), ("columns", "The columns, by name."),
                ("rows", "The rows, objects by column; blobs are hex digits."),
            ]
        ),
        (
            "weflow config",
            [
                ("configFile", "Where settings are looked for."), ("configFileExists", "Whether they are there."),
                ("stateFolder", "Where what is remembered lies."),
                ("settings", "Each setting by name: value, where there is one, and origin; secrets are masked."),
            ]
        ),
        (
            "weflow check",
            [
                ("verdict", "whole, damaged or unreadable."), ("deep", "Whether every page was verified."),
                ("account", "The folder."), ("ownUsername", "Whose account it is."),
                ("keyForm", "What sort of key opens it."), ("layout", "Which tables it has: 4.0 or 4.1."),
                ("databases[].name", "The file."), ("databases[].role", "What it holds."),
                ("databases[].state", "whole, damaged, empty or unreadable; error says why."),
                ("databases[].fileSize", "Bytes."), ("databases[].logSize", "Bytes of its log."),
                ("databases[].pages", "How many pages."), ("databases[].encrypted", "Whether it is encrypted."),
                ("databases[].layout", "Which tables it has."),
                ("databases[].chats", "How many chats it has messages of."),
                ("databases[].messages", "How many messages."), ("databases[].firstTime", "The first; Unix seconds."),
                ("databases[].lastTime", "The last; Unix seconds."),
                (
                    "databases[].damage",
                    "firstPage, lastPage, fault, and the owner: a table or an index, with its chat where there is one."
                ),
                ("media", "By kind: referenced, present, thumbnailsOnly, transcripts."),
                ("media.encryptedPictures", "tried, opened, and imageKeyForm, the sort of key."),
                ("lists", "Lists beside messages: name, rows, unit, and the reason where one cannot be read."),
                ("losses", "What cannot be had: cause, reason, cost."),
            ]
        ),
    ]
}
