import WeFlowModel
import WeFlowPages
import WeFlowStore

extension MessagesQuery {
    /// Finds a message and its neighbours in the chat's own order.
    ///
    /// - Throws: `.notFound` where the chat has no such message; `.unavailable` where a database kept moving.
    func page(_ around: MessagesRequest.Around) async throws -> Page {
        var losses = initialLosses
        guard let key = MessageName(around.id), let (place, entry) = try await position(of: key, &losses) else {
            if let error = losses.error { throw error }
            throw WeFlowError(
                .notFound,
                "there is no message \(around.id) in this chat; give the serverId or the messageKey of one of its "
                    + "messages")
        }
        let (older, hasMore) = try neighbours(of: place, .backward, around.context, &losses)
        let (newer, hasNewer) = try neighbours(of: place, .forward, around.context, &losses)
        let entries = older.reversed() + [entry] + newer
        var page = Page(
            entries: request.order == .oldestFirst ? entries : entries.reversed(), hasMore: hasMore, losses: losses)
        page.hasNewer = hasNewer
        return page
    }

    /// The messages next to a place, the nearest first, and whether there are more.
    private func neighbours(
        of place: MessagePosition, _ direction: IndexCursor.Direction, _ count: Int, _ losses: inout MessageLosses
    ) throws -> ([MessageEntry], hasMore: Bool) {
        do throws(PageFailure) {
            let order = try MessageEntries(chat.tables, direction: direction, after: place)
            let found = try order.next(count + 1)
            for page in order.damage { losses.add(page) }
            return (Array(found.prefix(count)), found.count > count)
        } catch {
            throw error.error
        }
    }

    /// Where the message is that a name means, the newest of several.
    private func position(
        of name: MessageName, _ losses: inout MessageLosses
    ) async throws -> (MessagePosition, MessageEntry)? {
        var rows: [MessageEntry] = []
        if try !indexed(name, &rows) {
            rows = []
            let found: [MessagePosition]? = try await scanned(name, &losses)
            rows = inOrder(found ?? [])
        }
        var best: (isExact: Bool, place: MessagePosition, entry: MessageEntry)?
        let worker = workers.take()
        defer { workers.putBack(worker) }
        for row in rows {
            // Each for itself: rows of an index come without their sequence.
            _ = try worker.value.read(
                [row][...], order: .oldestFirst, filter: MessageFilter(), losses: &losses
            ) { entry, message in
                guard name.fits(message) else { return }
                let entry = MessageEntry(sequence: message.sortSeq, rowID: entry.rowID, table: entry.table)
                let place = MessagePosition(entry, createTime: message.createTime, in: chat.tables[entry.table])
                let isExact = message.key(in: chat.talker) == name.text
                guard isExact || name.localID == nil else { return }
                if let best, best.isExact && !isExact || best.isExact == isExact && place < best.place { return }
                best = (isExact, place, entry)
            }
        }
        return best.map { ($0.place, $0.entry) }
    }

    /// Looks rows up by the indexes.
    ///
    /// - Returns: false where a table has none, a damaged one, or one that holds texts.
    private func indexed(_ name: MessageName, _ rows: inout [MessageEntry]) throws -> Bool {
        do throws(PageFailure) {
            for (place, table) in chat.tables.enumerated() {
                if let row = name.localID {
                    if try table.row(row) != nil { rows.append(MessageEntry(sequence: 0, rowID: row, table: place)) }
                    continue
                }
                guard let index = ColumnIndex(table, on: .server), try !index.holdsTexts() else { return false }
                let isWhole = try index.rows(of: Int64(bitPattern: name.serverID)) { row in
                    rows.append(MessageEntry(sequence: 0, rowID: row, table: place))
                }
                guard isWhole else { return false }
            }
        } catch {
            throw error.error
        }
        return true
    }

    /// Looks through all rows.
    private func scanned(_ name: MessageName, _ losses: inout MessageLosses) async throws -> [MessagePosition]? {
        var all: [MessagePosition] = []
        var lost = MessageLosses()
        let isDone = try await asTheyLie { worker, table, leaves in
            var losses = MessageLosses()
            let found = try worker.scan(table, leaves, server: Int64(bitPattern: name.serverID), losses: &losses)
            return (found, losses)
        } consume: { found, losses in
            lost.add(losses)
            all += found
            return true
        }
        losses.add(lost)
        return isDone ? all : nil
    }
}

/// What means a message: its server's id, or its key.
struct MessageName {
    /// As it was given.
    let text: String
    /// The server's id, 0 in a key of a message that has none.
    let serverID: UInt64
    /// The row, where there is no server's id.
    let localID: Int64?

    /// Takes a name apart; nil for what means no message.
    init?(_ text: String) {
        self.text = text
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.first {
        case "server" where parts.count == 7:
            guard let id = UInt64(parts[1]), id != 0 else { return nil }
            (serverID, localID) = (id, nil)
        case "fallback" where parts.count == 6:
            guard let row = Int64(parts[3]) else { return nil }
            (serverID, localID) = (0, row)
        default:
            guard parts.count == 1, let id = UInt64(text), id != 0 else { return nil }
            (serverID, localID) = (id, nil)
        }
    }

    /// Whether a message is meant. The key of one that was taken back since is another one by now, the server's id stays.
    func fits(_ message: borrowing Message) -> Bool { message.serverID == serverID }
}
