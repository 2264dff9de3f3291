import WeFlowMedia
import WeFlowStore
import WeFlowSystem

/// The files below the account folder as one search sees them: nothing but regular files that are reached without a
/// symbolic link, and every folder looked at once.
struct FileShelf {
    /// A file that may be the one.
    struct Candidate: Equatable {
        let parts: [String]
        let size: Int64
        let modified: Int
    }

    private let root: String
    private var folders: [[String]: Bool] = [[]: true]
    private static let pieceLength = 1 << 20

    /// A search below a folder.
    init(_ root: String) { self.root = root }

    /// A name without its extension, and the extension with its dot.
    static func split(_ name: String) -> (stem: String, ending: String) {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return (name, "") }
        return (String(name[..<dot]), String(name[dot...]))
    }

    /// The name and the number of a file that came when there was one of its name: `a(2).pdf` beside `a.pdf`.
    static func numbered(_ name: String) -> (plain: String, number: Int)? {
        let (stem, ending) = split(name)
        guard stem.last == ")", let open = stem.lastIndex(of: "("), open > stem.startIndex else { return nil }
        let digits = stem[stem.index(after: open)...].dropLast()
        guard !digits.isEmpty, digits.utf8.count < 10, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            let number = Int(digits)
        else { return nil }
        return (String(stem[..<open]) + ending, number)
    }

    /// The regular file at a place, nil where there is none.
    mutating func candidate(_ parts: [String]) -> Candidate? {
        guard let name = parts.last, FileName.isSafeComponent(name), isFolder(Array(parts.dropLast())),
            let status = FileStatus.seen(path(parts), followingLinks: false), status.kind == .file
        else { return nil }
        return Candidate(parts: parts, size: status.size, modified: status.modified.seconds)
    }

    /// Whether there is a folder at a place, and no link in its stead or above it.
    mutating func isFolder(_ parts: [String]) -> Bool {
        if let known = folders[parts] { return known }
        guard let name = parts.last else { return true }
        let isThere =
            FileName.isSafeComponent(name) && isFolder(Array(parts.dropLast()))
            && FileStatus.seen(path(parts), followingLinks: false)?.kind == .folder
        folders[parts] = isThere
        return isThere
    }

    /// All names in a folder, by name; none where it cannot be listed.
    mutating func names(in folder: [String]) -> [String] {
        // What cannot be listed holds nothing that could be given.
        guard isFolder(folder), let names = try? Folders.names(in: path(folder)) else { return [] }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The MD5 of a file's bytes, nil where it cannot be read.
    func hash(of candidate: Candidate) -> HexName? {
        do throws(SystemError) {
            let file = try File(below: root, candidate.parts)
            var hash = ContentHash()
            var offset: Int64 = 0
            while true {
                let piece = try file.bytes(Self.pieceLength, at: offset)
                guard !piece.isEmpty else { return HexName(hash.text) }
                hash.add(piece)
                offset += Int64(piece.count)
            }
        } catch {
            return nil
        }
    }

    private func path(_ parts: [String]) -> String { "\(root)/\(parts.joined(separator: "/"))" }
}
