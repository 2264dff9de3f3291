import Foundation
import TestSupport
import Testing

/// Nothing that others wrote, and nothing that was typed, rules the terminal.
struct TerminalTests {
    /// What a terminal would obey, a new line and a turned direction among it.
    private static let poison = "x\u{1B}]0;owned\u{7}\u{9B}2J\u{202E}\r\nweflow: error: forged"

    private static func isSafe(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x0A: true
            case ..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C: false
            default: true
            }
        }
    }

    @Test(arguments: [
        ["\(poison)"], ["messages", "--\(poison)"], ["messages", "a", "--limit", poison], ["help", poison],
        ["messages", "a", "--start", poison], ["messages", "a", "--format", poison], ["sessions", poison],
        ["sessions", "--output", "/nowhere/\(poison)"], ["sessions", "--account", "/nowhere/\(poison)"],
        ["sessions", "--key-file", "/nowhere/\(poison)"], ["sessions", "--key", poison],
        ["health", "--url", poison], ["health", "--url", "http://\(poison)"], ["serve", "--host", poison],
        ["serve", "--port", "0", "--push-filter", poison], ["push", "watch", "--url", poison],
        ["push", "watch", "--since-last", "--state", "/nowhere/\(poison)"], ["sns", poison],
        ["sns", "delete", poison, "--yes"],
        ["messages", "new", "--state", "/nowhere/\(poison)"], ["media", "get", poison], ["sns", "media", poison],
        ["sns", "export", "--output-dir", "/proc/\(poison)"], ["completions", poison], ["sample", "/proc/\(poison)"],
        ["token", "--output", "/nowhere/\(poison)"], ["check", "--color", poison],
    ])
    func aSentenceIsOneLineWithoutEscapes(arguments: [String]) throws {
        let outcome = try Program().run(arguments)
        #expect(outcome.status != 0)
        #expect(Self.isSafe(outcome.errors), "\(outcome.errors.debugDescription)")
        #expect(outcome.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("weflow: ") })
        #expect(!outcome.errors.contains("\nweflow: error: forged"))
    }

    @Test func whatTheEnvironmentNamesIsShownWithoutEscapes() throws {
        let program = try Program()
        let folder = program.scratch.file("a\u{1B}[2J\u{202E}b")
        try FileManager.default.createDirectory(atPath: folder + "/db_storage", withIntermediateDirectories: true)
        for arguments in [[], ["check"], ["sessions"], ["config"]] as [[String]] {
            let outcome = try program.run(
                arguments, ["WEFLOW_ACCOUNT": folder, "WEFLOW_KEY_FILE": folder + "/k\u{1B}c"])
            #expect(
                Self.isSafe(outcome.errors) && (Self.isSafe(outcome.text) || arguments == ["config"]), "\(arguments)")
            #expect(!outcome.text.contains("\u{1B}"), "\(arguments)")
        }
        try FileManager.default.removeItem(atPath: folder)
        let sample = try program.run(["sample", folder])
        #expect(sample.status == 0 && Self.isSafe(sample.errors))
        #expect(Self.isSafe(try program.run([], ["WEFLOW_ACCOUNT": folder]).text))
    }
}
