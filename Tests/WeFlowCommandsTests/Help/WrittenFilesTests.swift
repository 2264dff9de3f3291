import Foundation
import Testing

@testable import WeFlowCommands

/// The files that are made by the commands and lie in the repository: what lies there is what the commands say.
struct WrittenFilesTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func file(_ path: String) throws -> String {
        try String(contentsOf: Self.repository.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func theManualIsUpToDate() throws {
        let isSame = try file("man/weflow.1") == ManualPage(CommandTree().root).text
        #expect(isSame, "write it anew: .build/debug/weflow manual > man/weflow.1")
    }

    @Test(arguments: CompletionScript.allCases) func theCompletionsAreUpToDate(script: CompletionScript) throws {
        let isSame = try file("completions/\(script.fileName)") == script.text
        #expect(
            isSame,
            "write it anew: .build/debug/weflow completions \(script.rawValue) > completions/\(script.fileName)")
    }

    @Test func theManualHasTheSectionsThatOneLooksFor() throws {
        let text = ManualPage(CommandTree().root).text
        for title in [
            "NAME", "SYNOPSIS", "COMMANDS", "OPTIONS", "FORMATS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES",
            "SECURITY",
        ] {
            #expect(text.contains("\n.Sh \(title)\n"))
        }
        // The formatter takes a line that begins with one of these for its own, and nothing but ASCII everywhere.
        #expect(text.utf8.allSatisfy { $0 < 0x7F })
        #expect(!text.contains("\n\n"))
    }
}
