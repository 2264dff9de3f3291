import Foundation
import Testing

/// A block of code in a document: what a reader copies.
struct DocumentBlock: Sendable, CustomTestStringConvertible {
    /// The file below the repository.
    let file: String
    /// The line on which its code begins, from 1.
    let line: Int
    /// The language that the document gives it: `sh`, `crontab`, `json` …
    let language: String
    /// The code.
    let code: String

    var testDescription: String { "\(file):\(line)" }

    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file of the repository.
    static func path(_ file: String) -> String { repository.appendingPathComponent(file).path }

    /// The lines of a file of the repository.
    static func lines(_ file: String) throws -> [String] {
        try String(contentsOfFile: path(file), encoding: .utf8).components(separatedBy: "\n")
    }

    /// The blocks of a document, in their order: Markdown, or a manual page in mdoc.
    static func all(in file: String) throws -> [DocumentBlock] {
        file.hasSuffix(".md") ? try fences(file) : try displays(file)
    }

    private static func fences(_ file: String) throws -> [DocumentBlock] {
        var blocks: [DocumentBlock] = []
        var open: (line: Int, language: String, code: [String])?
        for (index, line) in try lines(file).enumerated() {
            if let block = open {
                if line == "```" {
                    blocks.append(
                        DocumentBlock(
                            file: file, line: block.line, language: block.language,
                            code: block.code.joined(separator: "\n")))
                    open = nil
                } else {
                    open?.code.append(line)
                }
            } else if line.hasPrefix("```") {
                open = (index + 2, String(line.dropFirst(3)), [])
            }
        }
        return blocks
    }

    /// A display is shell, unless a comment in front of it names something else: `.\" crontab`.
    private static func displays(_ file: String) throws -> [DocumentBlock] {
        var blocks: [DocumentBlock] = []
        var open: (line: Int, language: String, code: [String])?
        var before = ""
        for (index, line) in try lines(file).enumerated() {
            if let block = open {
                if line == ".Ed" {
                    blocks.append(
                        DocumentBlock(
                            file: file, line: block.line, language: block.language,
                            code: block.code.joined(separator: "\n")))
                    open = nil
                } else {
                    open?.code.append(plain(line))
                }
            } else if line.hasPrefix(".Bd -literal") {
                open = (index + 2, before.hasPrefix(".\\\" ") ? String(before.dropFirst(4)) : "sh", [])
            }
            before = line
        }
        return blocks
    }

    /// A line without the escapes of mdoc.
    static func plain(_ line: String) -> String {
        var plain = ""
        var rest = Substring(line)
        while let backslash = rest.firstIndex(of: "\\") {
            plain += rest[..<backslash]
            rest = rest[rest.index(after: backslash)...]
            if rest.hasPrefix("[u"), let end = rest.firstIndex(of: "]") {
                let digits = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
                plain += UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init).map { String($0) } ?? "?"
                rest = rest[rest.index(after: end)...]
            } else if let known = escapes.first(where: { rest.hasPrefix($0.key) }) {
                plain += known.value
                rest = rest.dropFirst(known.key.count)
            }
        }
        return plain + rest
    }

    private static let escapes = [
        "-": "-", "e": "\\", "&": "", "(ti": "~", "(ha": "^", "(aq": "'", "(dq": "\"", "(ga": "`",
    ]
}
