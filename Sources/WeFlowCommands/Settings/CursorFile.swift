internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowState

/// The file in which a command keeps a cursor between its runs (<doc:CommandLine#Watching>).
struct CursorFile: Sendable {
    /// What a file holds.
    enum Kind: String, Sendable {
        /// A cursor of `messages new`.
        case cursor = "c1."
        /// The id of a server's event.
        case event = "e1."
    }

    private let folder: StateFolder
    private let name: String
    private let path: String
    private let kind: Kind

    /// Names the file.
    ///
    /// - Throws: `.usage` where the path names a folder; `.system` where it is a symbolic link.
    init(_ path: String, _ kind: Kind = .cursor) throws(WeFlowError) {
        self.path = path
        self.kind = kind
        // Bytes: a slash before a combining mark is no character of its own.
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        name = String(path[(slash.map { path.utf8.index(after: $0) } ?? path.startIndex)...])
        guard !name.isEmpty else { throw WeFlowError(.usage, "--state \(path) is a folder; give the name of a file") }
        folder = StateFolder(path: slash.map { $0 == path.startIndex ? "" : String(path[..<$0]) } ?? ".")
        // Now, not when the output has been written.
        try WeFlowError.refuseLink(at: path, name: "--state \(path)")
        folder.removeLeftovers(of: name)
    }

    /// The cursor, nil where there is no file yet.
    ///
    /// - Throws: `.system` where the file cannot be read or holds no cursor.
    func read() throws(WeFlowError) -> String? {
        guard let bytes = try folder.read(name, limit: 4096) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let cursor = String(text.prefix { !$0.isNewline })
        guard cursor.hasPrefix(kind.rawValue) else {
            let other = cursor.hasPrefix(Kind.cursor.rawValue) || cursor.hasPrefix(Kind.event.rawValue)
            throw WeFlowError(
                .system,
                other
                    ? "\(path) was kept \(kind == .event ? "without" : "with") --url; give --state another name"
                    : "\(path) holds no cursor; remove it, or give --state another name")
        }
        return kind == .cursor ? cursor : String(cursor.dropFirst(kind.rawValue.count))
    }

    /// Replaces the file.
    ///
    /// - Throws: `.system` where it cannot be written; the old one is then still there.
    func write(_ cursor: String) throws(WeFlowError) {
        try folder.write(Array("\(kind == .cursor ? "" : kind.rawValue)\(cursor)\n".utf8), to: name)
    }
}
