import WeFlowPages
import WeFlowStore

/// How far the source was read, in `state/source` (<doc:ArchiveFiles#What-is-new>). It is of use with the manifest that it
/// was written for only; without it everything is read again, and nothing else is lost.
struct SourceState: Sendable {
    /// A message table: which shard, which session.
    struct Table: Hashable, Comparable, Sendable {
        var shard: UInt32
        var hash: TableHash

        static func < (a: Table, b: Table) -> Bool { (a.shard, a.hash) < (b.shard, b.hash) }
    }

    /// How far a table was read.
    struct Counter: Hashable, Sendable {
        /// What `sqlite_sequence` said, and where.
        var sequence: Int64
        var slot: Int64
        /// The rows behind `start` up to the last have this sum.
        var start: Int64
        var sum: UInt64
    }

    /// What was seen of a shard.
    struct Shard: Hashable, Sendable {
        /// Changes when anything is written.
        var stamp: UInt64
        /// Tells it from another file.
        var file: UInt64
        /// Grows whenever a table comes or goes.
        var cookie: UInt32
        var uncounted: [TableHash]
    }

    /// A message that is looked at again.
    struct Revisit: Hashable, Sendable {
        var key: UInt64
        var localID: Int64
        var month: Month
        /// Which kind of file it lacks; nil for a voice that may get a text.
        var kind: UInt8
        /// When it was sent, Unix seconds.
        var createTime: Int64
    }

    /// What is remembered of a chat.
    struct Chat: Hashable, Sendable {
        /// What the folders looked like in which its missing files may appear.
        var mediaStamp: UInt64 = 0
        var missing: [Revisit] = []
        var untold: [Revisit] = []
    }

    /// The SHA-256 of the manifest that it belongs to.
    var manifest = Digest256([])
    /// Unix seconds of the run.
    var time: Int64 = 0
    var shards: [UInt32: Shard] = [:]
    var tables: [Table: Counter] = [:]
    /// What the rows of the session list came to.
    var sessions: [TableHash: UInt64] = [:]
    /// By what the lists are made of.
    var lists: [String: UInt64] = [:]
    var chats: [String: Chat] = [:]

    /// Its name, below the archive's folder.
    static let name = "state/source"
    /// The second of its kind. The first may belong to an archive that lost months of chats whose names begin with a mark:
    /// where it is found all is read again once, which brings them back.
    private static let mark: UInt64 = 0x3230_4352_5346_5757

    /// Forgets a session, so that the next run reads all of it.
    mutating func forget(_ hash: TableHash) {
        for number in Array(shards.keys) {
            tables[Table(shard: number, hash: hash)] = nil
            // Else the shard would be passed over.
            shards[number]?.stamp = 0
        }
    }

    // MARK: Its bytes

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.mark)
        writer.put(raw: manifest.bytes)
        writer.put(time)
        func put(_ hash: TableHash, _ writer: inout ByteWriter) {
            writer.put(hash.high)
            writer.put(hash.low)
        }
        writer.list(shards.sorted { $0.key < $1.key }) { entry, writer in
            writer.put(entry.key)
            writer.put(entry.value.stamp)
            writer.put(entry.value.file)
            writer.put(entry.value.cookie)
            writer.list(entry.value.uncounted) { put($0, &$1) }
        }
        writer.list(tables.sorted { $0.key < $1.key }) { entry, writer in
            writer.put(entry.key.shard)
            put(entry.key.hash, &writer)
            writer.put(entry.value.sequence)
            writer.put(entry.value.slot)
            writer.put(entry.value.start)
            writer.put(entry.value.sum)
        }
        writer.list(sessions.sorted { $0.key < $1.key }) { entry, writer in
            put(entry.key, &writer)
            writer.put(entry.value)
        }
        writer.list(lists.sorted { $0.key < $1.key }) { entry, writer in
            writer.put(entry.key)
            writer.put(entry.value)
        }
        writer.list(chats.sorted { $0.key < $1.key }) { entry, writer in
            writer.put(entry.key)
            writer.put(entry.value.mediaStamp)
            for revisits in [entry.value.missing, entry.value.untold] {
                writer.list(revisits) { revisit, writer in
                    writer.put(revisit.key)
                    writer.put(revisit.localID)
                    writer.put(Int32(truncatingIfNeeded: revisit.month.number))
                    writer.put(revisit.kind)
                    writer.put(revisit.createTime)
                }
            }
        }
        writer.put(Self.sum(writer.bytes))
        return writer.bytes
    }

    private static func sum(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { MessageIdentity.hash($0, mark) }
    }

    init() {}

    /// Reads it; nil where it is none, or damaged.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 56 else { return nil }
        var end = ByteReader(bytes, at: bytes.count - 8)
        guard end.take(UInt64.self) == Self.sum(Array(bytes.dropLast(8))) else { return nil }
        var reader = ByteReader(bytes)
        func hash(_ reader: inout ByteReader) -> TableHash? {
            guard let high = reader.take(UInt64.self), let low = reader.take(UInt64.self) else { return nil }
            return TableHash(high: high, low: low)
        }
        guard reader.take(UInt64.self) == Self.mark, let manifest = reader.raw(32), let time = reader.take(Int64.self)
        else { return nil }
        (self.manifest, self.time) = (Digest256(manifest), time)
        let shards: [(UInt32, Shard)]? = reader.list { reader in
            guard let number = reader.take(UInt32.self), let stamp = reader.take(UInt64.self),
                let file = reader.take(UInt64.self), let cookie = reader.take(UInt32.self),
                let uncounted = reader.list(hash)
            else { return nil }
            return (number, Shard(stamp: stamp, file: file, cookie: cookie, uncounted: uncounted))
        }
        let tables: [(Table, Counter)]? = reader.list { reader in
            guard let shard = reader.take(UInt32.self), let hash = hash(&reader),
                let sequence = reader.take(Int64.self), let slot = reader.take(Int64.self),
                let start = reader.take(Int64.self), let sum = reader.take(UInt64.self)
            else { return nil }
            return (
                Table(shard: shard, hash: hash), Counter(sequence: sequence, slot: slot, start: start, sum: sum)
            )
        }
        let sessions: [(TableHash, UInt64)]? = reader.list { reader in
            guard let hash = hash(&reader), let mark = reader.take(UInt64.self) else { return nil }
            return (hash, mark)
        }
        let lists: [(String, UInt64)]? = reader.list { reader in
            guard let name = reader.text(), let stamp = reader.take(UInt64.self) else { return nil }
            return (name, stamp)
        }
        let chats: [(String, Chat)]? = reader.list { reader in
            guard let id = reader.text(), let stamp = reader.take(UInt64.self),
                let missing = reader.list(Self.revisit), let untold = reader.list(Self.revisit)
            else { return nil }
            return (id, Chat(mediaStamp: stamp, missing: missing, untold: untold))
        }
        guard let shards, let tables, let sessions, let lists, let chats else { return nil }
        self.shards = Dictionary(shards, uniquingKeysWith: { $1 })
        self.tables = Dictionary(tables, uniquingKeysWith: { $1 })
        self.sessions = Dictionary(sessions, uniquingKeysWith: { $1 })
        self.lists = Dictionary(lists, uniquingKeysWith: { $1 })
        self.chats = Dictionary(chats, uniquingKeysWith: { $1 })
    }

    private static func revisit(_ reader: inout ByteReader) -> Revisit? {
        guard let key = reader.take(UInt64.self), let localID = reader.take(Int64.self),
            let month = reader.take(Int32.self), let kind = reader.take(UInt8.self),
            let time = reader.take(Int64.self)
        else { return nil }
        return Revisit(key: key, localID: localID, month: Month(number: Int(month)), kind: kind, createTime: time)
    }
}
