import WeFlowMedia
import WeFlowModel
import WeFlowParameters
import WeFlowStore

/// One search for files, step by step (<doc:FilesOfMessages#The-search>).
struct FileSearch {
    private let zone: LocalZone
    private let rows: [HexName: [HardlinkRow]]
    private var shelf: FileShelf
    private var guesses: [String: [Guess]]?

    /// A file that has a name, or had it but for a number.
    private struct Guess {
        /// The month in whose folder it lies, "" beside the months.
        let month: String
        let name: String
        /// The number behind the stem, 0 for none.
        let number: Int
    }

    /// More places than these are not looked at for one record whose folder nobody names.
    private static let mostLooks = 100_000
    private static let files = ["msg", "file"]
    private static let attachments = ["msg", "attach"]

    /// Begins a search.
    ///
    /// - Parameters:
    ///   - root: the account folder.
    ///   - zone: the clock by whose months folders are named.
    ///   - rows: what `hardlink.db` says of the MD5s.
    init(root: String, zone: LocalZone, rows: [HexName: [HardlinkRow]]) {
        (self.zone, self.rows) = (zone, rows)
        shelf = FileShelf(root)
    }

    private func links(of file: WantedFile) -> [HardlinkRow] { file.md5.flatMap { rows[$0] } ?? [] }

    /// The size that a file must have, nil where nobody says it.
    private func size(of file: WantedFile) -> Int64? { file.size ?? links(of: file).first.map { max(0, $0.size) } }

    /// What is known of a file before it is looked for.
    func described(_ file: WantedFile) -> FoundFile {
        FoundFile(size: size(of: file) ?? 0, nameOnDisk: links(of: file).first?.fileName ?? "")
    }

    /// Looks where `hardlink.db` says that a file is.
    mutating func told(_ file: WantedFile) -> FoundFile {
        var candidates: [FileShelf.Candidate] = []
        for row in links(of: file) {
            let stem = FileShelf.split(row.fileName).stem
            let month = Self.files + [row.first]
            for parts in [month + [row.fileName], month + [stem, row.fileName]] {
                if let found = shelf.candidate(parts), !candidates.contains(found) { candidates.append(found) }
            }
        }
        let isSure = candidates.count(where: { fits($0, file) }) < 2
        return judged(file, candidates, isSure: isSure) ?? described(file)
    }

    /// Looks for a file by its name: in its month, in the other months, beside these.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - storedName: its name on the disk as the client noted it, "" for none.
    ///   - before: what was found so far.
    /// - Returns: what was found now; `before` where that is nothing better.
    mutating func guessed(_ file: WantedFile, storedName: String, _ before: FoundFile) -> FoundFile {
        // What a row leads to and does not fit is given up only for what is proved to be the file.
        guard before.state == .absent || file.md5 != nil else { return before }
        let names = (storedName == file.name ? [file.name] : [storedName, file.name])
            .filter(FileName.isSafeComponent)
        let all = allGuesses()
        let own = MediaFolders.month(of: file.createTime, in: zone)
        let likely = names.flatMap { all[$0] ?? [] }.enumerated().sorted { a, b in
            let (one, two) = (Self.rank(a.element.month, own), Self.rank(b.element.month, own))
            if one != two { return one < two }
            guard a.element.month == b.element.month else {
                return (a.element.month < b.element.month) == (one == Self.later)
            }
            return a.offset < b.offset
        }
        var first: FileShelf.Candidate?
        for (_, guess) in likely {
            let folder = Self.files + (guess.month.isEmpty ? [] : [guess.month])
            guard let candidate = shelf.candidate(folder + [guess.name]) else { continue }
            if let found = judged(file, [candidate], isSure: false), found.state == .present { return found }
            first = first ?? candidate
        }
        guard before.state == .absent, let first else { return before }
        return found(file, first, .mismatch)
    }

    private static let later = 1

    /// In which order months are looked into: the message's own, later ones, as a file may be fetched later, earlier ones,
    /// and what lies beside the months.
    private static func rank(_ month: String, _ own: String) -> Int {
        if month.isEmpty { return 3 }
        return month == own ? 0 : month > own ? later : 2
    }

    /// All files of messages by their names, and those with a number by their names without it, too.
    private mutating func allGuesses() -> [String: [Guess]] {
        if let guesses { return guesses }
        var found: [String: [Guess]] = [:]
        for month in shelf.names(in: Self.files) + [""] {
            for name in shelf.names(in: Self.files + (month.isEmpty ? [] : [month])) {
                found[name, default: []].append(Guess(month: month, name: name, number: 0))
                if let (plain, number) = FileShelf.numbered(name) {
                    found[plain, default: []].append(Guess(month: month, name: name, number: number))
                }
            }
        }
        found = found.mapValues { $0.sorted { $0.number < $1.number } }
        guesses = found
        return found
    }

    // MARK: Records

    /// Looks for the files of one record.
    mutating func find(_ files: ArraySlice<WantedFile>, _ found: inout ArraySlice<FoundFile>) {
        guard let first = files.first, let place = first.place else { return }
        let chat = Self.attachments + [String(first.chat.tableName.dropFirst(4))]
        let month = MediaFolders.month(of: first.createTime, in: zone)
        let named =
            [place.folder]
            + files.flatMap { links(of: $0) }.map { row in
                row.extra.withUnsafeBytes { StoredName.recordFolder(in: $0) }
            }
        if let name = named.first(where: FileName.isSafeComponent) {
            let months = [month] + files.flatMap { links(of: $0) }.map(\.second) + shelf.names(in: chat)
            for month in months where shelf.isFolder(chat + [month, "Rec", name]) {
                for at in files.indices { judge(files[at], in: chat + [month, "Rec", name], &found[at]) }
                return
            }
            return
        }
        // Without a name only place and size tell, and only where they leave no choice.
        let all = chat + [month, "Rec"]
        let folders = shelf.names(in: all).map { all + [$0] }
        guard folders.count * files.count <= Self.mostLooks else { return }
        let whole = folders.filter { folder in files.allSatisfy { !fitting($0, in: folder).isEmpty } }
        for at in files.indices {
            let choice = whole.count == 1 ? whole : folders.filter { !fitting(files[at], in: $0).isEmpty }
            if choice.count == 1 { judge(files[at], in: choice[0], &found[at]) }
        }
    }

    /// Judges what lies at an item's place in the folder of its record.
    private mutating func judge(_ file: WantedFile, in folder: [String], _ found: inout FoundFile) {
        let candidates = items(file, in: folder)
        if let judged = judged(file, candidates, isSure: candidates.count < 2) { found = judged }
    }

    /// The files at an item's place in the folder of a record.
    private mutating func items(_ file: WantedFile, in folder: [String]) -> [FileShelf.Candidate] {
        guard let path = file.place?.path else { return [] }
        var candidates: [FileShelf.Candidate] = []
        for name in [file.name] + links(of: file).map(\.fileName) where FileName.isSafeComponent(name) {
            guard let candidate = shelf.candidate(folder + ["F", path, name]), !candidates.contains(candidate) else {
                continue
            }
            candidates.append(candidate)
        }
        return candidates
    }

    /// Those of them that have the item's size, which has to be known.
    private mutating func fitting(_ file: WantedFile, in folder: [String]) -> [FileShelf.Candidate] {
        guard size(of: file) != nil else { return [] }
        return items(file, in: folder).filter { fits($0, file) }
    }

    // MARK: Judging

    private func fits(_ candidate: FileShelf.Candidate, _ file: WantedFile) -> Bool {
        size(of: file).map { candidate.size == $0 } ?? true
    }

    /// Chooses among candidates, the likeliest first.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - candidates: what may be it.
    ///   - isSure: whether nothing but the size can be wrong; else the MD5 decides, where it is known.
    /// - Returns: nil where there is no candidate.
    private func judged(_ file: WantedFile, _ candidates: [FileShelf.Candidate], isSure: Bool) -> FoundFile? {
        guard let first = candidates.first else { return nil }
        let fitting = candidates.filter { fits($0, file) }
        let isMeant = { (candidate: FileShelf.Candidate) in shelf.hash(of: candidate) == file.md5 }
        let chosen = isSure || file.md5 == nil ? fitting.first : fitting.first(where: isMeant)
        guard let chosen else { return found(file, fitting.first ?? first, .mismatch) }
        return found(file, chosen, .present)
    }

    private func found(_ file: WantedFile, _ candidate: FileShelf.Candidate, _ state: FileState) -> FoundFile {
        FoundFile(
            state: state, parts: candidate.parts, size: size(of: file) ?? 0, sizeOnDisk: candidate.size,
            modified: candidate.modified, nameOnDisk: candidate.parts.last ?? "")
    }
}
