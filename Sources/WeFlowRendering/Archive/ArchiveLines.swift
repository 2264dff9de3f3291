internal import WeFlowCrypto
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSystem

/// Reads the lines of an archive's file, one at a time, and compares the file with what the manifest says of it.
///
/// What was made of the lines is only to be kept when `read` has returned: damage may show at the very end.
struct ArchiveLines {
    private static let chunk = 256 << 10
    /// A line holds one message or one row; nested records go deep.
    private static let limits = JSONValue.Limits(bytes: .max, depth: 200, values: .max)

    private let path: String
    private let file: ArchiveSource.File

    init(_ file: ArchiveSource.File, in source: ArchiveSource) {
        self.file = file
        path = source.path(file.path)
    }

    /// Lends each line, parsed, in its order.
    ///
    /// - Throws: `.damaged` where the file is not what the manifest says or a line cannot be read; what `body` throws.
    func read(_ body: (JSONValue) throws -> Void) throws {
        var number = 0
        try readRaw { line in
            number += 1
            guard !line.isEmpty else { return }
            let value: JSONValue
            do throws(JSONValue.Failure) {
                value = try JSONValue(parsing: Array(line), limits: Self.limits)
            } catch {
                throw WeFlowError.damaged("\(path) is damaged: line \(number): \(error.reason)")
            }
            try body(value)
        }
    }

    /// Lends each line as it stands, without its end.
    ///
    /// - Throws: as `read`.
    func readRaw(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var digest = SHA256()
        var rest: [UInt8] = []
        var offset: Int64 = 0
        let opened = try open()
        while true {
            let bytes: [UInt8]
            do throws(SystemError) { bytes = try opened.bytes(Self.chunk, at: offset) } catch {
                throw WeFlowError(.system, "\(path) cannot be read: \(error.text)")
            }
            if bytes.isEmpty { break }
            offset += Int64(bytes.count)
            digest.update(bytes)
            var start = bytes.startIndex
            while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                if rest.isEmpty {
                    try body(bytes[start..<end])
                } else {
                    rest += bytes[start..<end]
                    try body(rest[...])
                    rest.removeAll(keepingCapacity: true)
                }
                start = end + 1
            }
            rest += bytes[start...]
        }
        if !rest.isEmpty { try body(rest[...]) }
        guard offset == file.bytes, HexDigits.text(digest.finalize()) == file.sha256.lowercased() else {
            throw WeFlowError.damaged(
                "\(path) is damaged: it is not what manifest.json says; see weflow archive verify")
        }
    }

    private func open() throws(WeFlowError) -> WeFlowSystem.File {
        do throws(SystemError) {
            return try WeFlowSystem.File(path, for: .reading)
        } catch {
            guard error.isMissing else { throw WeFlowError(.system, "\(path) cannot be read: \(error.text)") }
            throw WeFlowError.damaged("\(path) is missing, although manifest.json names it")
        }
    }
}

extension HexDigits {
    /// What texts come to: the first 16 bytes of SHA-256. No two lists of texts have the same but by intent.
    static func digest(_ parts: [String]) -> String {
        var digest = SHA256()
        for part in parts { digest.update(Array("\(part.utf8.count):\(part)".utf8)) }
        return text(digest.finalize().prefix(16))
    }
}
