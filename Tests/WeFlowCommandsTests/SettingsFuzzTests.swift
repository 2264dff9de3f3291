import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowCommands

/// Configuration files and command lines as nobody means them.
struct SettingsFuzzTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func anyBytesAreAConfigurationOrARefusal(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try ScratchFolder()
        let json = #"""
            {"account": "~/x", "key": "0123456789abcdef", "keyFile": "k", "imageXorKey": 165, "mediaHosts": ["a.b", "c"],
             "exportPath": "media", "ffmpeg": "ffmpeg", "nothing": {"a": [1, 2, null]}}
            """#
        for _ in 0..<200 {
            try folder.write(random.damaged(Array(json.utf8)), to: "config.json")
            do {
                let file = try ConfigFile(folder: folder.path, home: "/home/me")
                #expect(file.exists && file.warnings.allSatisfy { !$0.contains("\n") })
                #expect((file.texts["keyFile"] ?? "/").hasPrefix("/"))
            } catch {
                #expect(error.kind == .unavailable && !error.sentence.contains("0123456789abcdef"))
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func anyWordsAreACommandLineOrNot(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let root = CommandTree().root
        let words = [
            "messages", "of", "new", "sns", "help", "--", "-", "--limit", "--limit=", "--media=1", "-o", "", "=", "--=",
            "wxid_a", "\u{1B}[2J", "家", "exit-codes", "--talker=", "--format", "j", "__complete", "--no-media", ",",
        ]
        for _ in 0..<500 {
            let line = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in words.randomElement(using: &random)
            }
            _ = Invocation(line)
            if case .words(let found) = Completion.answer(to: line, in: root, sessions: { _ in [] }) {
                #expect(found.allSatisfy { !$0.word.isEmpty })
            }
        }
    }
}
