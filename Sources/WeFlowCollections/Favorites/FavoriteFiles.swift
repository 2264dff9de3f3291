import WeFlowMedia
public import WeFlowPages
public import WeFlowQuery
public import WeFlowStore
import WeFlowSystem

/// What became of the file of a part.
public enum FavoriteFile: Sendable, Equatable {
    /// The part has none.
    case none
    /// It lies in the export folder.
    ///
    /// - Parameters:
    ///   - urlPath: its path on a server.
    ///   - path: its absolute path.
    case found(urlPath: String, path: String)
    /// It could not be had, and why.
    case missing(String)
}

/// Exports the files of favourites that are on this machine (<doc:Favourites#Files>): out of the folders of favourites, by
/// their MD5; voices out of the databases of voices; else out of the message that was kept.
public final class FavoriteFiles {
    private let account: Account
    private let exporter: MediaExporter
    /// Files of the folders of favourites by their size; listed when the first is asked for.
    private lazy var stored = Self.list(account)
    private var voices: [Int64: [UInt8]] = [:]
    /// Why something could not be looked into.
    public private(set) var notes: [WeFlowError] = []

    /// The folder of these files below the export folder.
    static let folder = "favorites"
    /// Larger files are not read into memory, in bytes.
    private static let largest: Int64 = 256 << 20

    private struct Stored {
        let path: String
        let size: Int64
        let modified: Int
    }

    /// Makes an exporter; nothing is looked at yet.
    ///
    /// - Parameters:
    ///   - account: whose favourites.
    ///   - exporter: exports the media of messages, and knows where to.
    public init(_ account: Account, exporter: MediaExporter) {
        self.account = account
        self.exporter = exporter
    }

    /// Exports the files of all parts, and says of each what became of it.
    ///
    /// - Throws: `.system` where the export folder cannot be written to; `CancellationError`.
    public func export(for favorites: inout [Favorite]) async throws {
        readVoices(of: favorites)
        for place in favorites.indices {
            try Task.checkCancellation()
            var files: [FavoriteFile] = []
            for part in favorites[place].content.parts { files.append(try await file(of: part, favorites[place])) }
            favorites[place].files = files
        }
    }

    private func file(of part: FavoritePart, _ favorite: Favorite) async throws -> FavoriteFile {
        guard part.kind.hasFile else { return .none }
        if part.kind == .voice, let file = try voice(part, favorite) { return file }
        let (kept, loss) = try kept(part)
        if let kept { return kept }
        if let file = try await fromMessage(part, favorite) { return file }
        return .missing(loss.rawValue)
    }

    private func put(_ bytes: ArraySlice<UInt8>, _ name: String, modified: Int) throws(WeFlowError) -> FavoriteFile {
        let place = "\(Self.folder)/\(name)"
        return .found(
            urlPath: "/api/v1/media/\(place)", path: try exporter.put(bytes, at: place, modified: modified))
    }

    // MARK: The folders of favourites

    /// The file that the client keeps for a part, or why there is none.
    private func kept(_ part: FavoritePart) throws(WeFlowError) -> (FavoriteFile?, MediaLoss) {
        guard !part.md5.isEmpty, let size = part.size, size <= Self.largest else { return (nil, .notDownloaded) }
        var loss = MediaLoss.notDownloaded
        for stored in candidates(size) {
            guard let bytes = read(stored) else { continue }
            let keys = exporter.settings.imageKeys
            if let plain = DatFile.plain(bytes, md5: part.md5, headMD5: part.headMD5, keys: keys) {
                return (try put(plain, Self.name(part, plain), modified: stored.modified), loss)
            }
            if keys.aes == nil, ImageKey.isNeeded(by: bytes.prefix(16)) { loss = .keyNeeded }
        }
        return (nil, loss)
    }

    /// Files that may hold so many bytes, those of just that size first.
    private func candidates(_ size: Int64) -> [Stored] {
        let last = size + Int64(DatFile.largestOverhead)
        var low = 0
        var high = stored.count
        while low < high {
            let middle = (low + high) / 2
            if stored[middle].size < size { low = middle + 1 } else { high = middle }
        }
        return Array(stored[low...].prefix { $0.size <= last })
    }

    private func read(_ stored: Stored) -> [UInt8]? {
        do throws(SystemError) {
            let file = try File(stored.path, for: .readingAtOnce, followingLinks: false)
            guard try file.status().kind == .file else { return nil }
            return try file.bytes(Int(stored.size), at: 0)
        } catch {
            note(.system("\(stored.path) cannot be read", error))
            return nil
        }
    }

    /// All regular files that no link leads to, by size.
    private static func list(_ account: Account) -> [Stored] {
        var stored: [Stored] = []
        let root = account.folder.path + "/business"
        for folder in [root, root + "/favorite"] where FileStatus.seen(folder, followingLinks: false)?.kind != .folder {
            return []
        }
        for name in ["data", "mid", "thumb", "temp"] {
            let folder = "\(root)/favorite/\(name)"
            guard FileStatus.seen(folder, followingLinks: false)?.kind == .folder else { continue }
            for name in ((try? Folders.names(in: folder)) ?? []).sorted() {
                let path = "\(folder)/\(name)"
                guard let status = FileStatus.seen(path, followingLinks: false), status.kind == .file, status.size > 0
                else { continue }
                stored.append(Stored(path: path, size: status.size, modified: status.modified.seconds))
            }
        }
        return stored.sorted { ($0.size, $0.path) < ($1.size, $1.path) }
    }

    /// Folder and name of an exported file: the name is made of what strangers cannot choose, but for the extension.
    private static func name(_ part: FavoritePart, _ bytes: ArraySlice<UInt8>) -> String {
        let isPlain =
            !part.format.isEmpty && part.format.utf8.count <= 10
            && part.format.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }
        let format = MediaFormat(of: bytes.prefix(MediaFormat.sniffLength), total: bytes.count)
        let told = isPlain ? part.format : "bin"
        switch part.kind {
        case .image: return "images/\(part.md5).\(format?.fileExtension ?? "jpg")"
        case .video: return "videos/\(part.md5).\(format?.fileExtension ?? "mp4")"
        case .voice: return "voices/\(part.md5).\(told)"
        default: return "files/\(part.md5).\(told)"
        }
    }

    // MARK: Voices

    /// The message that a part was.
    private static func message(of part: FavoritePart, _ favorite: Favorite) -> UInt64? {
        let isWhole = favorite.kind?.isNumberedAsRecord != true && favorite.content.parts.count == 1
        return UInt64(part.messageID) ?? (isWhole ? UInt64(favorite.sourceServerID) : nil)
    }

    private func readVoices(of favorites: [Favorite]) {
        voices = [:]
        var wanted: Set<Int64> = []
        for favorite in favorites {
            for part in favorite.content.parts where part.kind == .voice {
                if let id = Self.message(of: part, favorite) { wanted.insert(Int64(bitPattern: id)) }
            }
        }
        for name in account.voiceDatabases() where account.hasDatabase(name) {
            let missing = wanted.subtracting(voices.keys)
            guard !missing.isEmpty else { return }
            do throws(WeFlowError) {
                let found = try WeFlowError.retrying { () throws(WeFlowError) in
                    try VoiceTable(account.database(name)).voices(missing)
                }
                voices.merge(found) { first, _ in first }
            } catch {
                note(error)
            }
        }
    }

    private func voice(_ part: FavoritePart, _ favorite: Favorite) throws(WeFlowError) -> FavoriteFile? {
        guard let id = Self.message(of: part, favorite), let voice = voices[Int64(bitPattern: id)] else { return nil }
        let wav: [UInt8]
        do throws(SilkFailure) { wav = try SilkVoice.wav(voice) } catch {
            return .missing(MediaLoss.damaged.rawValue)
        }
        return try put(wav[...], "voices/voice_\(id).wav", modified: Int(clamping: favorite.time))
    }

    // MARK: The message that was kept

    private func fromMessage(_ part: FavoritePart, _ favorite: Favorite) async throws -> FavoriteFile? {
        guard let id = Self.message(of: part, favorite), !favorite.chat.id.isEmpty else { return nil }
        do {
            guard case .file(let file)? = try await exporter.media(ofMessage: id, in: favorite.chat.id),
                file.rendition != .thumb, file.exported.kind.rawValue == part.kind.name
            else { return nil }
            return .found(urlPath: file.exported.urlPath, path: file.path)
        } catch let error as WeFlowError where error.kind != .system {
            // The shards are another matter; the favourite has its own words.
            note(error)
            return nil
        }
    }

    private func note(_ error: WeFlowError) {
        if !notes.contains(error) { notes.append(error) }
    }
}

/// A page of favourites with the files of their parts, those of some favourites exported at a time. For one task.
public final class FavoritesWithFiles: ListItems {
    /// The page.
    public let list: FavoritesList
    private let files: FavoriteFiles
    private var held: ArraySlice<Favorite> = []
    /// The databases of voices are looked into once for so many.
    private static let batch = 64

    /// Adds files to a list.
    public init(_ list: FavoritesList, _ files: FavoriteFiles) { (self.list, self.files) = (list, files) }

    /// The next favourite of the page, its files exported; nil behind the last.
    ///
    /// - Throws: `.system` where the export folder cannot be written to; as ``FavoritesList/next()``.
    public func next() async throws -> Favorite? {
        if held.isEmpty {
            var batch: [Favorite] = []
            while batch.count < Self.batch, let favorite = try list.next() { batch.append(favorite) }
            try await files.export(for: &batch)
            held = batch[...]
        }
        return held.popFirst()
    }

    /// How many favourites the page has.
    ///
    /// - Throws: as ``FavoritesList/next()``.
    public func count() throws -> Int { try list.count() }
}
