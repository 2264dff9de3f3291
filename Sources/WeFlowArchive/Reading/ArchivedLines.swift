import WeFlowModel
import WeFlowOutput
package import WeFlowPages
import WeFlowQuery
import WeFlowSystem

/// The lines of an archive's chats, found and read again one by one.
struct ArchivedLines {
    /// Where a line lies: which file, where in it, how long.
    struct Place {
        let file: Int32
        let length: Int32
        let offset: Int64
    }

    private let archive: ArchiveFolder
    private var paths: [String] = []
    private var open: (place: Int, file: File)?

    init(_ archive: ArchiveFolder) { self.archive = archive }

    /// Walks the lines of a month, oldest first.
    ///
    /// - Parameters:
    ///   - name: the month's file.
    ///   - body: takes each line and where it lies.
    /// - Throws: `.invalidData` where the file is missing or a line is no message.
    mutating func walk(
        _ name: String, _ body: (ArchiveLine, UnsafeRawBufferPointer, Place) throws(WeFlowError) -> Void
    ) throws(WeFlowError) {
        let number = Int32(clamping: paths.count)
        paths.append(archive.file(name))
        let file = try LineFile(archive.file(name), sums: false)
        var offset: Int64 = 0
        while let bytes = try file.next() {
            guard let line = ArchiveLine(bytes) else { throw LineFile.damaged(archive.file(name)) }
            try body(line, bytes, Place(file: number, length: Int32(clamping: bytes.count), offset: offset))
            offset += Int64(bytes.count) + 1
        }
    }

    /// Reads a line again.
    ///
    /// - Throws: `.invalidData` where it is not there any more.
    mutating func line(at place: Place) throws(WeFlowError) -> [UInt8] {
        let path = paths[Int(place.file)]
        if open?.place != Int(place.file) { open = (Int(place.file), try LineFile.open(path)) }
        do throws(SystemError) {
            let bytes = try open?.file.bytes(Int(place.length), at: place.offset) ?? []
            if bytes.count == Int(place.length) { return bytes }
        } catch {
            throw .system("\(path) cannot be read", error)
        }
        throw LineFile.damaged(path)
    }
}

extension ArchiveLine {
    /// The displayed text.
    func text(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        JSONScan.unescaped(UnsafeRawBufferPointer(rebasing: bytes[parsedContent]))
    }

    func string(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: JSONScan.unescaped(UnsafeRawBufferPointer(rebasing: bytes[range])), as: UTF8.self)
    }

    /// The text that the client made of a voice.
    func transcript(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard isVoice, let detail else { return nil }
        return Self.text("transcript", in: detail, bytes)
    }

    /// A text within an object.
    static func text(_ name: StaticString, in object: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> String? {
        var scan = JSONScan(bytes, at: object.lowerBound)
        var found: String?
        _ = scan.members { scan, key in
            guard let value = scan.value() else { return false }
            if scan.matches(key, name), value.count >= 2 {
                found = scan.text(value.lowerBound + 1..<value.upperBound - 1)
            }
            return true
        }
        return found
    }

    /// Whom the message mentions.
    func mentions(_ bytes: UnsafeRawBufferPointer) -> [String] {
        guard let detail else { return [] }
        var scan = JSONScan(bytes, at: detail.lowerBound)
        var found: [String] = []
        _ = scan.members { scan, key in
            guard scan.matches(key, "mentions") else { return scan.value() != nil }
            return scan.elements { scan in
                guard let text = scan.string() else { return false }
                found.append(scan.text(text))
                return true
            }
        }
        return found
    }

    /// What kind of message it is, as its text tells.
    func decoded(_ bytes: UnsafeRawBufferPointer, isGroup: Bool, _ decoder: MessageDecoder) -> MessageContent {
        var raw = JSONScan.unescaped(UnsafeRawBufferPointer(rebasing: bytes[rawContent]))[...]
        let front = Array(string(sender, bytes).utf8) + Array(":\n".utf8)
        if isGroup, raw.starts(with: front) { raw = raw.dropFirst(front.count) }
        return Array(raw).withUnsafeBytes { decoder.decode(localType: localType, body: $0) { _ in nil } }
    }

    /// Whether nobody sent it.
    func isUnsent(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isNotice { return true }
        let type = MessageType(localType: localType)
        return sender.isEmpty && type.base == 49 && type.subtype == 62
    }

    /// The key by which clients tell messages apart.
    func messageKey(_ bytes: UnsafeRawBufferPointer, talker: String) -> String {
        var key = serverID != 0 ? "server:\(serverID):" : "fallback:"
        key += "\(max(0, order.createTime)):\(max(0, order.sortSeq)):\(max(0, order.localID)):"
        if sender.isEmpty, serverID == 0 {
            key += md5Hex(talker).prefix(16)
        } else {
            for byte in string(sender, bytes).utf8 {
                switch byte {
                case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: key.unicodeScalars.append(Unicode.Scalar(byte))
                case _ where "-_.!~*'()".utf8.contains(byte): key.unicodeScalars.append(Unicode.Scalar(byte))
                default:
                    let digits = String(byte, radix: 16, uppercase: true)
                    key += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
                }
            }
        }
        return key + ":\(max(0, localType))"
    }
}

extension JSONWriter {
    /// Writes the members of an archived message into an open object.
    ///
    /// - Parameters:
    ///   - line: the line.
    ///   - detail: whether `detail` is wanted.
    ///   - names: whether `senderName` is wanted.
    mutating func members(of line: UnsafeRawBufferPointer, detail: Bool, names: Bool) {
        var scan = JSONScan(line)
        var members: [(key: Range<Int>, value: Range<Int>)] = []
        _ = scan.members { scan, key in
            guard let value = scan.value() else { return false }
            let isWanted =
                (detail || !scan.matches(key, "detail")) && (names || !scan.matches(key, "senderName"))
            if isWanted { members.append((key, value)) }
            return true
        }
        for member in members {
            key(text: scan.text(member.key))
            copy(line, at: member.value)
        }
    }

    /// Writes a value as it stands, laid out as this writer does.
    private mutating func copy(_ bytes: UnsafeRawBufferPointer, at range: Range<Int>) {
        guard style == .pretty, let first = range.first, bytes[first] == 0x7B || bytes[first] == 0x5B else {
            return raw(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
        var scan = JSONScan(bytes, at: range.lowerBound)
        if bytes[first] == 0x7B {
            var members: [(key: Range<Int>, value: Range<Int>)] = []
            _ = scan.members { scan, key in
                guard let value = scan.value() else { return false }
                members.append((key, value))
                return true
            }
            beginObject()
            for member in members {
                key(text: scan.text(member.key))
                copy(bytes, at: member.value)
            }
            endObject()
        } else {
            var items: [Range<Int>] = []
            _ = scan.elements { scan in
                guard let value = scan.value() else { return false }
                items.append(value)
                return true
            }
            beginArray()
            for item in items { copy(bytes, at: item) }
            endArray()
        }
    }
}

/// An archive that is read: its chats by id and by name.
package struct ReadArchive: Sendable {
    let folder: ArchiveFolder
    package let info: ArchiveInfo
    package let manifest: Manifest
    let months: [String: [Month: FileRecord]]

    /// Opens it.
    ///
    /// - Throws: `.notFound` where there is none; `.invalidData` where it is damaged.
    package init(_ path: String) throws(WeFlowError) {
        folder = try ArchiveFolder(path)
        guard let info = try folder.info(), let manifest = try folder.manifest() else {
            throw WeFlowError(.notFound, "there is no archive in \(path)")
        }
        (self.info, self.manifest) = (info, manifest)
        months = manifest.byFolder()
    }

    /// The id of a chat that is given by its id or its exact name.
    ///
    /// - Throws: `.notFound` where there is none, `.usage` where several have the name.
    package func chat(_ given: String) throws(WeFlowError) -> String {
        if manifest.chats[given] != nil { return given }
        let named = manifest.chats.filter { $0.value.name == given }.map(\.key).sorted()
        if let only = named.first, named.count == 1 { return only }
        guard named.isEmpty else {
            throw WeFlowError(
                .usage,
                "\(given) is the name of several; give the id of one of them: \(named.joined(separator: ", "))")
        }
        throw WeFlowError(
            .notFound, "there is no chat \(given) in this archive; weflow archive status lists what there is")
    }

    /// The ids of chats that a list names.
    ///
    /// - Throws: as ``chat(_:)``.
    package func chats(_ given: [String]) throws(WeFlowError) -> [String] {
        var ids: [String] = []
        for name in given { ids.append(try chat(name)) }
        return ids
    }
}
