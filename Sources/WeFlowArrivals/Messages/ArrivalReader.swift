import WeFlowModel
import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// Reads the messages of rows in many tables. It holds snapshots, so it is made for one answer and let go.
final class ArrivalReader {
    /// A row that is wanted.
    struct Row {
        let place: TableKey
        let localID: Int64
        /// Its position in the journal, 0 where it is not about one.
        var position: UInt64 = 0
        /// What the journal says of it, nil where it is not about an entry.
        var kind: ArrivalEntry.Kind?
        /// What tells it from another row that took its place, 0 where that is not known.
        var sum: UInt64 = 0
        /// Whether it may lie at another place by now.
        var isChecked = false
        /// Where it is in its session's tables, once that is known.
        fileprivate(set) var entry: MessageEntry?
    }

    /// What could not be read.
    private(set) var losses = MessageLosses()
    /// Whether the row that was read last is there, whether or not it was wanted.
    private(set) var isThere = false
    /// The name book that was used.
    let names: LazyNames
    private let account: Account
    private var hashes: SessionHashes
    private let sums: RowSums
    private typealias OpenShard = (ordinal: Int, shard: Shard, snapshot: PageSnapshot)
    private var shards: [UInt32: OpenShard] = [:]
    private var chats: [TableHash: OpenChat] = [:]

    /// A session's tables and what reads them.
    private struct OpenChat {
        let chat: Chat
        let worker: MessageWorker
        /// Where each shard's table stands among the chat's.
        let tables: [UInt32: Int]
    }

    /// Takes a snapshot of every shard.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - names: a name book, shared with others.
    ///   - hashes: what is known of the sessions' hashes.
    ///   - sums: what tells rows apart.
    init(_ account: Account, names: LazyNames, hashes: SessionHashes, sums: RowSums) {
        self.account = account
        self.sums = sums
        self.names = names
        self.hashes = hashes
        for (ordinal, shard) in account.messageShards().enumerated() {
            do throws(WeFlowError) {
                shards[TableKey.number(of: shard)] = (ordinal, shard, try shard.database.snapshot())
            } catch {
                losses.add(error)
            }
        }
    }

    /// The sessions of these tables, where they are known.
    func talkers(of hashes: some Sequence<TableHash>) -> [TableHash: String] {
        let wanted = Set(hashes)
        self.hashes.find(wanted, in: shards.values.map(\.snapshot), account)
        return Dictionary(
            wanted.compactMap { hash in self.hashes.session(of: hash).map { (hash, $0) } }, uniquingKeysWith: { $1 })
    }

    /// Tables by place; those that are not there are missing.
    func tables(_ places: [TableKey]) throws(WeFlowError) -> [TableKey: MessageTable] {
        var found: [TableKey: MessageTable] = [:]
        for (number, shard) in shards {
            let tables = try open(places.filter { $0.shard == number }.map(\.hash), in: shard)
            for (hash, table) in tables { found[TableKey(shard: number, hash: hash)] = table }
        }
        return found
    }

    /// Looks the tables of these sessions up in one go, which costs as much as looking up one.
    func prepare(_ hashes: some Sequence<TableHash>) throws(WeFlowError) {
        let new = Set(hashes).filter { chats[$0] == nil }
        guard !new.isEmpty else { return }
        let talkers = talkers(of: new)
        var tables: [TableHash: [MessageTable]] = [:]
        for shard in shards.values.sorted(by: { $0.ordinal < $1.ordinal }) {
            let found = try open(Array(talkers.keys), in: shard)
            for (hash, table) in found { tables[hash, default: []].append(table) }
        }
        for (hash, tables) in tables {
            guard let talker = talkers[hash] else { continue }
            let chat = try Chat(talker, tables: tables, names: names, in: account)
            let places = tables.enumerated().map { (TableKey.number(of: $1.shard), $0) }
            chats[hash] = OpenChat(
                chat: chat, worker: MessageWorker(chat, readsRecords: false),
                tables: Dictionary(places, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// The tables of these sessions in a shard; none where its schema cannot be read, which costs no other shard.
    private func open(
        _ hashes: [TableHash], in shard: OpenShard
    ) throws(WeFlowError) -> [TableHash: MessageTable] {
        do throws(WeFlowError) {
            return try MessageTable.open(
                hashes, in: shard.shard, ordinal: shard.ordinal, of: shard.snapshot, account)
        } catch {
            if error.isTransient { throw error }
            losses.add(error)
            return [:]
        }
    }

    /// A session that was prepared.
    func chat(of hash: TableHash) -> Chat? { chats[hash]?.chat }

    /// A row with its place among its session's tables, which was prepared.
    func found(_ row: Row) -> Row {
        guard row.entry == nil, let table = chats[row.place.hash]?.tables[row.place.shard] else { return row }
        var row = row
        row.entry = MessageEntry(sequence: 0, rowID: row.localID, table: table)
        return row
    }

    /// A row of a session whose tables went back once, or were made anew, wherever among them it lies now.
    ///
    /// - Returns: nil where it is in none of them.
    /// - Throws: `.unavailable` where a database kept moving.
    func placed(_ row: Row) throws(WeFlowError) -> Row? {
        guard let open = chats[row.place.hash] else { return nil }
        let own = open.tables[row.place.shard]
        let order = open.chat.tables.indices.sorted { a, b in a == own && b != own }
        for place in order {
            do throws(PageFailure) {
                guard let there = try open.chat.tables[place].row(row.localID),
                    sums.fits(row.sum, there, in: row.place.hash)
                else { continue }
                var row = row
                row.entry = MessageEntry(sequence: 0, rowID: row.localID, table: place)
                return row
            } catch {
                if error.reason == .moved { throw error.error }
                losses.add(error)
            }
        }
        return nil
    }

    /// Reads a row and hands it on; nothing where the row is gone, or is no longer what the journal found.
    ///
    /// - Returns: whether it was handed on.
    /// - Throws: `.unavailable` where a database kept moving; what `body` throws.
    func read(
        _ row: Row, filter: MessageFilter, media: MediaOutcome? = nil,
        _ body: (Arrival, borrowing Message) throws -> Bool
    ) throws -> Bool {
        guard let open = chats[row.place.hash], let entry = found(row).entry else { return false }
        var isTaken = false
        isThere = false
        let outcomes = media == nil ? [] : [media]
        _ = try open.worker.read(
            [entry][...], order: .oldestFirst, filter: filter, media: outcomes, losses: &losses
        ) { _, message in
            if row.sum != 0, !sums.fits(row.sum, ArrivedRow(message), in: row.place.hash) {
                return
            }
            isThere = true
            var isRevoke = false
            if case .revoke = message.content { isRevoke = true }
            // A message that was taken back meanwhile has an entry of its own; a notice of another kind is none.
            if row.kind == .message && isRevoke || row.kind == .turned && !isRevoke { return }
            let arrival = Arrival(
                message, talker: open.chat.talker, sessionName: names.book.displayName(of: open.chat.talker),
                owner: open.chat.ownUsername, position: row.position)
            isTaken = try body(arrival, message)
        }
        return isTaken
    }

    /// The newest messages of a session that are neither own nor notices.
    ///
    /// - Parameters:
    ///   - count: how many are looked at.
    ///   - hash: the session, which was prepared.
    ///   - filter: which of them are wanted.
    /// - Returns: the places of those that are wanted.
    /// - Throws: `.unavailable` where a database kept moving.
    func newest(_ count: Int, of hash: TableHash, filter: MessageFilter) throws -> [ArrivalPosition] {
        guard let open = chats[hash] else { return [] }
        let order: MessageEntries
        do throws(PageFailure) {
            order = try MessageEntries(open.chat.tables, direction: .backward)
        } catch {
            throw error.error
        }
        var left = count
        var places: [ArrivalPosition] = []
        while left > 0 {
            let entries: [MessageEntry]
            do throws(PageFailure) {
                entries = try order.next(64)
            } catch {
                throw error.error
            }
            if entries.isEmpty { break }
            var unread: [MessageEntry] = []
            _ = try open.worker.read(
                entries[...], order: .newestFirst, filter: MessageFilter(), losses: &losses
            ) { entry, message in
                guard left > 0, !message.isSend, !MessageType(localType: message.localType).isNotice else { return }
                left -= 1
                unread.append(entry)
            }
            _ = try open.worker.read(
                unread[...], order: .newestFirst, filter: filter, losses: &losses
            ) { entry, message in
                places.append(
                    ArrivalPosition(
                        createTime: message.createTime, sortSeq: message.sortSeq, localID: entry.rowID,
                        table: TableKey(open.chat.tables[entry.table].shard, hash)))
            }
        }
        return places
    }
}

extension ArrivedRow {
    /// What a message says of its row.
    fileprivate init(_ message: borrowing Message) {
        self.init(
            localID: message.localID, serverID: Int64(bitPattern: message.serverID), createTime: message.createTime,
            sortSeq: message.sortSeq, localType: message.localType)
    }
}
