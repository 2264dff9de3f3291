import Foundation
import Testing
import WeFlowModel

@testable import WeFlowCommands

/// The files that are made by the commands and lie in the repository: what lies there is what the commands say.
struct WrittenFilesTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func file(_ path: String) throws -> String {
        try String(contentsOf: Self.repository.appendingPathComponent(path), encoding: .utf8)
    }

    @Test(arguments: Manual.Page.allCases) func theManualIsUpToDate(page: Manual.Page) throws {
        let isSame = try file("man/\(page.fileName)") == page.text
        #expect(isSame, "write it anew: .build/debug/weflow manual \(page.rawValue) > man/\(page.fileName)")
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

    @Test func theAPIHasAWordForEverything() throws {
        let text = Manual.Page.api.text
        for title in ["NAME", "ENDPOINTS", "OBJECTS", "KINDS", "STATUS", "EVENTS", "ARCHIVES", "EXAMPLES"] {
            #expect(text.contains("\n.Sh \(title)\n"))
        }
        #expect(text.utf8.allSatisfy { $0 < 0x7F })
        #expect(!text.contains("\n\n"))
        // Behind a term comes what it means.
        for (line, next) in zip(text.split(separator: "\n"), text.split(separator: "\n").dropFirst()) {
            #expect(!line.hasPrefix(".It") || !next.hasPrefix(".It") && next != ".El", "\(line)")
        }
        for name in ["messageKey", "mediaError", "sortSeq", "timeline[].media[].livePhoto.url", "includeMessageCounts"]
        {
            #expect(text.contains("\n.It Fa \(name)"), "\(name)")
        }
    }

    @Test func theKindsHaveTheirLabels() {
        let shown = HelpTopic.kinds.rows.map(\.term).joined(separator: " ")
        for kind in MessageKind.allCases {
            guard let label = kind.label else { continue }
            #expect(shown.contains("\(label)"), "\(label)")
        }
    }
}
