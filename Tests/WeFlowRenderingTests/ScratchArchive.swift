import Foundation
import TestSupport
import WeFlowCrypto
import WeFlowOutput
public import WeFlowParameters
import WeFlowQuery

/// A small archive in a scratch folder, put together file by file, and the folder that its readable forms go to.
final class ScratchArchive {
    let scratch: ScratchFolder
    private var files: [String: (bytes: Int, sha256: String, rows: Int)] = [:]
    private var chats: [String: (folder: String, name: String, messages: Int, first: Int64, last: Int64)] = [:]
    var account = "wxid_me"

    /// 2024-03-05 00:00:00 UTC.
    static let start: Int64 = 1_709_596_800

    init() throws { scratch = try ScratchFolder() }

    var folder: String { scratch.file("archive") }
    var output: String { scratch.file("pages") }

    /// Writes a file and names it in the manifest.
    func put(_ path: String, _ bytes: [UInt8], rows: Int = 0) throws {
        let url = URL(fileURLWithPath: folder + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        files[path] = (bytes.count, Self.digest(bytes), rows)
    }

    /// Puts a file into the archive by its content.
    func media(_ bytes: [UInt8], _ ending: String, type: String) throws -> JSONValue {
        let digest = Self.digest(bytes)
        let path = "media/\(digest.prefix(2))/\(digest).\(ending)"
        try put(path, bytes)
        return .object([
            .init(name: "path", value: .string(path)), .init(name: "sha256", value: .string(digest)),
            .init(name: "bytes", value: .number(String(bytes.count))), .init(name: "type", value: .string(type)),
        ])
    }

    /// Writes a chat, a file a month.
    func chat(_ id: String, name: String, folder: String? = nil, months: [String: [Line]]) throws {
        let folder = folder ?? "\(name)~\(Self.digest(Array(id.utf8)).prefix(8))"
        for (month, lines) in months {
            try put("chats/\(folder)/\(month).jsonl", lines.flatMap(\.bytes), rows: lines.count)
        }
        let times = months.values.flatMap { $0 }.map(\.time)
        chats[id] = (folder, name, times.count, times.min() ?? 0, times.max() ?? 0)
    }

    /// Writes rows of a list.
    func rows(_ path: String, _ rows: [JSONValue]) throws {
        try put(path, rows.flatMap { Line.json($0) + [0x0A] }, rows: rows.count)
    }

    /// Writes what the archive says of itself.
    func seal(version: Int = 1) throws {
        let head: [String: Any] = ["version": version, "account": account]
        let manifest: [String: Any] = [
            "version": 1, "account": account,
            "files": files.mapValues {
                ["bytes": $0.bytes, "sha256": $0.sha256, "rows": $0.rows, "first": 0, "last": 0]
            },
            "chats": chats.mapValues {
                [
                    "folder": $0.folder, "name": $0.name, "messages": $0.messages, "first": $0.first, "last": $0.last,
                ] as [String: Any]
            },
        ]
        for (name, value) in [("archive.json", head), ("manifest.json", manifest)] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let bytes = try JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
            try bytes.write(to: URL(fileURLWithPath: folder + "/" + name))
        }
    }

    /// The text of a file below the output folder.
    func page(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: output + "/" + name)), as: UTF8.self)
    }

    /// The files below the output folder, and when each was changed.
    var written: [String: Date] {
        get throws {
            var found: [String: Date] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: output) {
                let attributes = try FileManager.default.attributesOfItem(atPath: output + "/" + name)
                guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
                found[name] = attributes[.modificationDate] as? Date
            }
            return found
        }
    }

    static func digest(_ bytes: [UInt8]) -> String {
        HexDigits.text(SHA256.hash(bytes))
    }
}

/// A line of a month: what `messages --detail --names` prints, and what an archive adds.
struct Line {
    var time: Int64
    var members: [JSONValue.Member]

    /// A message whose members stand in their order.
    ///
    /// - Parameters:
    ///   - id: its server id and its number.
    ///   - text: what is read.
    ///   - type: its type, with the sub-type of app messages above.
    ///   - after: seconds after the start of the archive.
    ///   - isOwn: whether the owner sent it.
    ///   - sender: who sent it.
    ///   - name: what the sender is called.
    ///   - detail: what its kind carries.
    ///   - more: members behind `detail`.
    init(
        _ id: Int, _ text: String, type: Int64 = 1, after: Int64 = 0, isOwn: Bool = false, sender: String = "wxid_a",
        name: String = "小安", detail: [JSONValue.Member] = [], more: [JSONValue.Member] = []
    ) {
        time = ScratchArchive.start + after
        members =
            [
                .init(name: "localId", value: .number("\(id)")),
                .init(name: "serverId", value: .string("90000000\(id)")),
                .init(name: "localType", value: .number("\(type)")),
                .init(name: "createTime", value: .number("\(time)")),
                .init(name: "sortSeq", value: .number("\(time * 1000)")),
                .init(name: "isSend", value: .number(isOwn ? "1" : "0")),
                .init(name: "senderUsername", value: .string(isOwn ? "wxid_me" : sender)),
                .init(name: "senderName", value: .string(isOwn ? "我" : name)),
                .init(name: "content", value: .string(text)),
                .init(name: "rawContent", value: .string(text)), .init(name: "parsedContent", value: .string(text)),
                .init(name: "detail", value: .object(detail)),
            ] + more
    }

    var bytes: [UInt8] { Self.json(.object(members)) + [0x0A] }

    static func json(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.finish().array()
    }

    /// An object of texts.
    static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { .init(name: $0.key, value: $0.value) })
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
}

/// A page taken apart: the writer's HTML has tags with attributes in double quotes, text between them, and raw style and
/// script. Anything else is a failure.
struct PageScan {
    struct Tag {
        let name: String
        let attributes: [(name: String, value: String)]

        subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
    }

    struct Failure: Error {
        let reason: String
    }

    /// The tags that open something.
    private(set) var tags: [Tag] = []
    /// All text, with its references resolved.
    private(set) var text = ""
    /// What stands in `style` and `script`.
    private(set) var raw: [String: String] = [:]

    init(_ page: String) throws {
        var rest = Array(page.utf8)[...]
        func take(while condition: (UInt8) -> Bool) -> String {
            let found = rest.prefix(while: condition)
            rest = rest[found.endIndex...]
            return String(decoding: found, as: UTF8.self)
        }
        while !rest.isEmpty {
            text += Self.resolved(take { $0 != UInt8(ascii: "<") })
            guard !rest.isEmpty else { return }
            rest.removeFirst()
            if rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "!") {
                _ = take { $0 != UInt8(ascii: ">") }
                rest = rest.dropFirst()
                continue
            }
            let name = take { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 }
            guard !name.isEmpty else { throw Failure(reason: "a bare <") }
            var attributes: [(String, String)] = []
            while rest.first == UInt8(ascii: " ") {
                rest.removeFirst()
                let attribute = take { 0x61...0x7A ~= $0 || $0 == UInt8(ascii: "-") }
                guard !attribute.isEmpty else { throw Failure(reason: "a nameless attribute of \(name)") }
                guard rest.first == UInt8(ascii: "=") else {
                    attributes.append((attribute, ""))
                    continue
                }
                rest = rest.dropFirst()
                guard rest.first == UInt8(ascii: "\"") else { throw Failure(reason: "\(attribute) without quotes") }
                rest = rest.dropFirst()
                attributes.append((attribute, Self.resolved(take { $0 != UInt8(ascii: "\"") })))
                rest = rest.dropFirst()
            }
            guard rest.first == UInt8(ascii: ">") else { throw Failure(reason: "\(name) does not end") }
            rest = rest.dropFirst()
            tags.append(Tag(name: name, attributes: attributes))
            if name == "style" || name == "script" {
                let end = Array("</\(name)>".utf8)
                var inside: [UInt8] = []
                while !rest.starts(with: end), let byte = rest.first {
                    inside.append(byte)
                    rest.removeFirst()
                }
                raw[name, default: ""] += String(decoding: inside, as: UTF8.self)
            }
        }
    }

    private static func resolved(_ text: String) -> String {
        var text = text
        for (reference, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            text = text.replacingOccurrences(of: reference, with: character)
        }
        return text
    }
}
