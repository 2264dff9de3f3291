import ArgumentParser
import Testing

@testable import WeFlowCommands

/// Lines that are read without the parser mean what the parser makes of them.
struct PlainLineTests {
    private static let lists = [
        ["sessions"], ["sessions", "--limit", "5", "--keyword", "家"], ["sessions", "--format", "chatlab", "--pretty"],
        ["contacts", "--offset", "7", "-o", "a.json.gz", "--account", "dir"],
        ["contacts", "--key-file", "f", "--no-key-cache", "--color", "never", "--format", "table"],
        ["contacts", "--key", "00", "--image-key", "k", "--image-xor-key", "9", "--output", "x"],
    ]

    @Test(arguments: lists) func aLineOfAListMeansWhatTheParserMakesOfIt(line: [String]) throws {
        let plain = try #require(PlainCommand.read(line))
        let parsed = try Weflow.parseAsRoot(line)
        let (list, format, output, account): (ListOptions, String?, OutputOptions, AccountOptions)
        switch plain.command {
        case .sessions:
            let command = try #require(parsed as? Sessions)
            (list, format, output, account) = (command.list, command.format, command.output, command.account)
        case .contacts:
            let command = try #require(parsed as? Contacts)
            (list, format, output, account) = (command.list, command.format, command.output, command.account)
        case .messages:
            Issue.record("\(line) is no list")
            return
        }
        #expect(PlainCommand.list(plain.line) == list.parameters && plain.line["format"] == format)
        expectSame(plain.line, output, account)
    }

    @Test(arguments: [
        ["messages", "wxid_a"], ["messages", "--talker", "家人群", "--limit", "0", "--format", "jsonl"],
        ["messages", "a", "--talker", "a", "--order", "asc", "--offset", "3", "--keyword", "x y", "--detail"],
        ["messages", "--media", "--no-tupian", "--vioce", "--emoji", "a"],
        ["messages", "a", "--meiti", "--no-video", "--no-chatlab", "--no-detail", "--export-path", "p"],
        ["messages", "a", "--start", "2026-01-01", "--end", "1760000121", "--chatlab", "-o", "f", "--account", "d"],
    ]) func aLineOfMessagesMeansWhatTheParserMakesOfIt(line: [String]) throws {
        let plain = try #require(PlainCommand.read(line))
        let parsed = try #require(try Weflow.parseAsRoot(line) as? SessionMessages)
        #expect(try PlainCommand.messages(plain.line) == parsed.selection.parameters(parsed.media))
        #expect(plain.line["export-path"] == parsed.media.exportPath)
        expectSame(plain.line, parsed.output, parsed.account)
    }

    private func expectSame(_ line: PlainLine, _ output: some OutputChoice, _ account: some AccountChoice) {
        #expect(line.output == output.output && line.pretty == output.pretty && line.color == output.color)
        #expect(line.account == account.account && line.keyFile == account.keyFile && line.key == account.key)
        #expect(line.imageKey == account.imageKey && line.imageXorKey == account.imageXorKey)
        #expect(line.noKeyCache == account.noKeyCache)
    }

    @Test(arguments: [
        [], ["sns"], ["messages", "new"], ["messages", "of", "a"], ["messages", "a", "b"], ["messages", "--talker"],
        ["messages", "a", "--limit=5"], ["messages", "a", "--limit", "-5"], ["messages", "a", "--limit", ""],
        ["messages", "a", "--limit", "5", "--limit", "6"], ["messages", "a", "--image", "--no-tupian"],
        ["messages", "a", "--", "b"], ["messages", "-h"], ["messages", "a", "--help"], ["messages", ""],
        ["sessions", "a"], ["sessions", "--version"], ["sessions", "--talker", "a"], ["sessions", "--no-pretty"],
        ["contacts", "--color", "blue"], ["contacts", "-of"], ["contacts", "--no-no-key-cache"],
    ]) func anythingElseIsLeftToTheParser(line: [String]) {
        #expect(PlainCommand.read(line) == nil)
    }

    @Test(arguments: PlainCommand.allCases) func everyWordIsOneOfTheCommand(command: PlainCommand) throws {
        let tree = try CommandTree().root.descendant([command.rawValue])
        let words = command.words
        func names(_ kind: CommandTree.Argument.Kind, hasNegation: Bool) -> Set<String> {
            Set(tree.arguments.filter { $0.kind == kind && $0.hasNegation == hasNegation }.flatMap(\.names))
        }
        let values = (PlainLine.Words.commonValues + words.values).map { "--\($0)" } + ["-o"]
        #expect(Set(values) == names(.option, hasNegation: false))
        #expect(Set(PlainLine.Words.commonFlags.map { "--\($0)" }).isSubset(of: names(.flag, hasNegation: false)))
        let switches = words.switches.flatMap { [$0.name, $0.other].compactMap { $0 } }.map { "--\($0)" }
        #expect(Set(switches) == names(.flag, hasNegation: true))
        #expect(words.hasArgument == tree.arguments.contains { $0.kind == .positional })
        #expect(Set(tree.subcommands.map(\.name)).isSubset(of: words.subcommands))
    }
}
