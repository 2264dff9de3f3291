import Testing
import WeFlowOutput
import WeFlowPages

@testable import WeFlowCommands

/// The pages of `--help` and `weflow help`.
struct HelpTests {
    private static func pages() -> [(name: String, command: CommandTree.Command)] {
        func all(_ command: CommandTree.Command) -> [CommandTree.Command] {
            [command] + command.subcommands.flatMap(all)
        }
        return all(CommandTree().root).map { ($0.path.joined(separator: " "), $0) }
    }

    @Test(arguments: [80, 40, 200]) func everyPageFits(width: Int) throws {
        for (name, command) in Self.pages() {
            let page = HelpPage(command, width: width, style: .plain).text
            // An example is a command line to be copied, and stays in one.
            let lines = page.split(separator: "\n").dropFirst(command.examples.count)
            for line in lines {
                let isWord = !line.drop { $0 == " " }.contains(" ")
                #expect(
                    String(line).displayWidth <= min(width, 80) || isWord || line.hasPrefix("  weflow"),
                    "\(name): \(line)")
            }
            #expect(command.examples.allSatisfy { $0.displayWidth <= 78 }, "\(name)")
            #expect(!page.contains("\u{1B}"))
        }
    }

    @Test func everyPageBeginsWithAnExample() throws {
        for (name, command) in Self.pages() {
            let page = HelpPage(command, width: 80, style: .plain).text
            let first = page.prefix { $0 != "\n" }
            #expect(first.hasPrefix("  ") && first.contains("weflow"), "\(name)")
        }
    }

    @Test func aPageShowsTheOptionsOfTheSubcommandThatIsMeant() throws {
        let messages = CommandTree().root.descendant(["messages"])
        let page = HelpPage(messages, width: 80, style: .plain).text
        for words in [
            "\n  weflow messages <talker> [options]\n", "\n  weflow messages new [options]\n", "\nFilters\n",
            "  --limit <",
            "\nMedia\n", "  --[no-]voice ", "\nOutput\n", "  -o, --output <file>", "\nAccount\n",
            "\nSubcommands\n  new  ",
        ] {
            #expect(page.contains(words), "\(words)")
        }
    }

    @Test func theFirstPageListsEveryCommandAndTopic() throws {
        let root = CommandTree().root
        let page = HelpPage(root, width: 80, style: .plain).text
        for command in root.subcommands { #expect(page.contains("\n  \(command.name) ")) }
        for topic in HelpTopic.allCases { #expect(page.contains("\n  weflow help \(topic.rawValue)")) }
    }

    @Test func headingsStandOutOnATerminalOnly() throws {
        let page = HelpPage(CommandTree().root, width: 80, style: .init(hasColour: true)).text
        #expect(page.contains("\u{1B}[1mUsage\u{1B}[0m"))
    }

    @Test(arguments: HelpTopic.allCases) func aTopicFits(topic: HelpTopic) {
        for width in [40, 80, 200] {
            let lines = topic.text(width: width, style: .plain).split(separator: "\n")
            #expect(lines.allSatisfy { String($0).displayWidth <= min(width, 80) })
            #expect(lines.count > topic.rows.count)
        }
    }

    @Test func theExitCodesAreThoseOfTheErrors() {
        let known = HelpTopic.exitCodes.rows.map(\.term)
        for kind in WeFlowError.Kind.allCases { #expect(known.contains(String(kind.exitCode))) }
        #expect(known.contains("0") && known.contains("130"))
    }
}
