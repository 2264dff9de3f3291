import ArgumentParser
import Foundation
import Testing

@testable import WeFlowCommands

struct SwitchesTests {
    @Test(arguments: [
        (["--media"], ["--media"]),
        (["--no-image"], ["--no-image"]),
        (["--media=1", "--image=0"], ["--media", "--no-image"]),
        (
            ["--media=TRUE", "--voice=off", "--detail=Yes", "--chatlab=no"],
            ["--media", "--no-voice", "--detail", "--no-chatlab"]
        ),
        (["--meiti=on", "--with-counts=false"], ["--meiti", "--no-with-counts"]),
        (["--media="], []),
        (["--media=maybe"], ["--media=maybe"]),
        (["--limit=1", "--keyword=--media=1"], ["--limit=1", "--keyword=--media=1"]),
        (["--", "--media=1"], ["--", "--media=1"]),
        (["messages", "media=1", "-o", "x"], ["messages", "media=1", "-o", "x"]),
    ])
    func switchesComeInAllForms(arguments: [String], expanded: [String]) {
        #expect(Switches.expanded(arguments) == expanded)
    }

    /// The list must hold every flag that has a negation, and no option's name.
    @Test func everySwitchOfEveryCommandIsKnown() throws {
        let dump = Data(Weflow._dumpHelp().utf8)
        let tool = try JSONDecoder().decode(HelpDump.self, from: dump)
        var flags: Set<String> = []
        var options: Set<String> = []
        for argument in tool.command.allArguments {
            let names = (argument.names ?? []).filter { $0.kind == "long" }.map(\.name)
            if argument.kind == "flag" { flags.formUnion(names) } else { options.formUnion(names) }
        }
        let switches = flags.filter { flags.contains("no-\($0)") }
        #expect(switches == Switches.names)
        #expect(options.isDisjoint(with: Switches.names))
    }
}

/// What `--experimental-dump-help` says, as far as it is needed here.
private struct HelpDump: Decodable {
    struct Command: Decodable {
        var arguments: [Argument]?
        var subcommands: [Command]?

        var allArguments: [Argument] { (arguments ?? []) + (subcommands ?? []).flatMap(\.allArguments) }
    }

    struct Argument: Decodable {
        var kind: String
        var names: [Name]?
    }

    struct Name: Decodable {
        var kind: String
        var name: String
    }

    var command: Command
}
