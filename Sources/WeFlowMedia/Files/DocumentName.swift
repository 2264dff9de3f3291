/// The name that a copy of somebody's file gets: strangers chose it, so it is one component of a path that no system takes
/// for anything else (<doc:ExportedFiles#Names-of-files>).
public struct DocumentName: Sendable, Hashable {
    /// The name.
    public let text: String
    /// The most bytes that a name has.
    public static let lengthLimit = 200
    /// What follows the last dot is an extension up to this many bytes.
    private static let longestExtension = 32

    /// Makes a name out of any text: forbidden characters become `_`, as does a dot in front that would hide the file;
    /// dots and blanks at the end go; what Windows takes for a device gets a `_` behind it; at most ``lengthLimit`` bytes with the extension kept; `file` where nothing is left.
    public init(_ text: String) { self.init(text, mark: "") }

    /// The same name with a mark behind its stem, for another file of that name.
    public func marked(_ mark: String) -> DocumentName { DocumentName(text, mark: "_\(mark)") }

    /// The same for names that differ in nothing but the case of letters, which some file systems take for one.
    public var folded: String { text.lowercased() }

    private init(_ text: String, mark: String) {
        var kept: [Unicode.Scalar] = text.unicodeScalars.map { Self.isForbidden($0) ? "_" : $0 }
        Self.trim(&kept)
        // Programs read settings from files with one dot in front.
        if kept.first == ".", kept.dropFirst().first != "." { kept[0] = "_" }
        if kept.isEmpty { kept = Array("file".unicodeScalars) }
        if let end = Self.endOfDevice(kept) { kept.insert("_", at: end) }
        var (stem, ending) = Self.split(kept)
        let room = Self.lengthLimit - mark.utf8.count - Self.length(ending)
        while Self.length(stem) > room { stem.removeLast() }
        // What was cut may have been all but a dot or a blank at the end.
        if ending.isEmpty { Self.trim(&stem) }
        if stem.isEmpty { stem = ["_"] }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: stem)
        name.append(contentsOf: mark.unicodeScalars)
        name.append(contentsOf: ending)
        self.text = String(name)
    }

    /// What stands before the extension, and the extension with its dot.
    private static func split(_ name: [Unicode.Scalar]) -> ([Unicode.Scalar], [Unicode.Scalar]) {
        guard let dot = name.lastIndex(of: "."), dot > 0, length(name[dot...]) <= longestExtension else {
            return (name, [])
        }
        return (Array(name[..<dot]), Array(name[dot...]))
    }

    /// Where the name of a device ends that Windows sees in front of the first dot, whatever follows; nil where it sees none.
    private static func endOfDevice(_ name: [Unicode.Scalar]) -> Int? {
        var front = Array(name.prefix { $0 != "." })
        trim(&front)
        guard front.count <= longestDevice else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: front)
        return devices.contains(String(text).uppercased()) ? front.count : nil
    }

    /// Letters of the longest name of a device.
    private static let longestDevice = 7

    private static let devices: Set<String> = {
        let numbers = (1...9).map(String.init) + ["¹", "²", "³"]
        return Set(["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"] + numbers.flatMap { ["COM\($0)", "LPT\($0)"] })
    }()

    private static func trim(_ name: inout [Unicode.Scalar]) {
        while let last = name.last, last == "." || last.properties.isWhitespace { name.removeLast() }
    }

    private static func length(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
        scalars.reduce(0) { $0 + UTF8.width($1) }
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "/", "\\", ":", "*", "?", "\"", "<", ">", "|": true
        // The control characters of Unicode.
        default: scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value
        }
    }
}

/// Gives names to files that lie in one folder: the same file the same name each time, another file another name. To be
/// asked in the order of the files' messages, so that the oldest has the plain name in every run.
public struct DocumentNames: Sendable {
    /// Whose each name is, by the name in one case.
    private var owners: [String: String] = [:]

    /// No name is taken.
    public init() {}

    /// The name of a file.
    ///
    /// - Parameters:
    ///   - text: how the file is called.
    ///   - identity: what tells its bytes from others, 32 hex digits.
    /// - Returns: the plain name where no other file has it, else the first of its marked forms that is free.
    public mutating func name(_ text: String, identity: String) -> String {
        let plain = DocumentName(text)
        if takes(plain, identity) { return plain.text }
        for mark in Self.marks(of: identity) {
            let candidate = plain.marked(mark)
            if takes(candidate, identity) { return candidate.text }
        }
        return plain.marked(identity).text
    }

    /// Gives a name to a file, where no other has it.
    private mutating func takes(_ name: DocumentName, _ identity: String) -> Bool {
        let folded = name.folded
        if let owner = owners[folded] { return owner == identity }
        owners[folded] = identity
        return true
    }

    /// Whether a name is free for a file: nobody has it, or the file itself.
    public func isFree(_ name: String, for identity: String) -> Bool {
        owners[DocumentName(name).folded].map { $0 == identity } ?? true
    }

    /// Marks by which a file is told from others of its name, the shortest first.
    public static func marks(of identity: String) -> [String] {
        [8, 16, 32].map { String(identity.prefix($0)) }
    }
}
