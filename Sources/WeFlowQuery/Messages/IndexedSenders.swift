import WeFlowModel
import WeFlowPages
import WeFlowStore

/// Who sends in a chat, as its indexes tell, and who of them was met on a walk in order.
struct IndexedSenders {
    /// A sender as a table has them.
    private struct Sender {
        let table: Int
        let id: Int64
        /// Nil where the shard does not know the id; only the message may say then who sent it.
        let name: String?
    }

    /// More senders or types than these in a table are not looked for.
    private static let mostValues = 1 << 12
    /// More rows than these are not kept.
    private static let mostRows = 1 << 17
    /// Stands for whoever sent a message that must be read to know it; is never met.
    private static let nobody = ""

    private let chat: Chat
    private let senders: [ColumnIndex]
    private let types: [ColumnIndex]
    private let known: [Sender]
    /// The types of notices in each table, whose messages are from the chat itself or from a sender.
    private let notices: [[Int64]]
    private let noticeID: String
    private var missing: Set<String>
    private var met: Set<String> = []
    /// Rows of those who were missing, by table, with who sends them.
    private var rows: [[Int64: String]]

    /// Asks the indexes of a chat.
    ///
    /// - Returns: nil where one is missing or damaged, or holds too much.
    /// - Throws: `.unavailable` where a database kept moving.
    static func of(_ chat: Chat) throws(WeFlowError) -> IndexedSenders? {
        do throws(PageFailure) {
            return try IndexedSenders(chat)
        } catch {
            if error.reason == .moved { throw error.error }
            return nil
        }
    }

    private init?(_ chat: Chat) throws(PageFailure) {
        self.chat = chat
        noticeID = ChatPeople.noticeID(of: chat.talker)
        var (senders, types, known, notices): ([ColumnIndex], [ColumnIndex], [Sender], [[Int64]]) = ([], [], [], [])
        for (place, table) in chat.tables.enumerated() {
            guard table.isOrderedByIndex, let bySender = ColumnIndex(table, on: .sender),
                let byType = ColumnIndex(table, on: .type), let ids = try bySender.values(atMost: Self.mostValues),
                let all = try byType.values(atMost: Self.mostValues)
            else { return nil }
            let reader = MessageReader(table)
            for id in ids {
                let name = try reader.sender(id).map { String(decoding: $0, as: UTF8.self) }
                known.append(Sender(table: place, id: id, name: name))
            }
            notices.append(all.filter { MessageType(localType: $0).isNotice })
            senders.append(bySender)
            types.append(byType)
        }
        (self.senders, self.types, self.known, self.notices) = (senders, types, known, notices)
        missing = Set(known.map { $0.name ?? Self.nobody })
        if notices.contains(where: { !$0.isEmpty }) { missing.insert(noticeID) }
        rows = chat.tables.map { _ in [:] }
    }

    /// Whether messages that are still to come may bring somebody new.
    var areMissing: Bool { !missing.isEmpty }

    /// Whether a message, all before which were shown, brings somebody new.
    mutating func meets(_ message: borrowing Message) -> Bool {
        let sender = message.content.isNotice ? noticeID : String(decoding: message.sender, as: UTF8.self)
        guard sender != Self.nobody else { return true }
        missing.remove(sender)
        return met.insert(sender).inserted
    }

    /// Finds the rows of all who are missing.
    ///
    /// - Returns: false where they are too many, or where an index is damaged.
    /// - Throws: `.unavailable` where a database kept moving.
    mutating func findRows() throws(WeFlowError) -> Bool {
        do throws(PageFailure) {
            var left = Self.mostRows
            for sender in known where missing.contains(sender.name ?? Self.nobody) {
                guard let found = try senders[sender.table].rows(of: sender.id, atMost: left) else { return false }
                left -= found.count
                for row in found { rows[sender.table][row] = sender.name ?? Self.nobody }
            }
            guard missing.contains(noticeID) else { return true }
            for (table, notices) in notices.enumerated() {
                for type in notices {
                    guard let found = try types[table].rows(of: type, atMost: left) else { return false }
                    left -= found.count
                    for row in found {
                        let sender = rows[table][row] ?? noticeID
                        rows[table][row] = sender == noticeID ? noticeID : Self.nobody
                    }
                }
            }
            return true
        } catch {
            if error.reason == .moved { throw error.error }
            return false
        }
    }

    /// Whether a message must be read to know whether it brings somebody new.
    func wants(_ entry: MessageEntry) -> Bool {
        rows[entry.table][entry.rowID].map { !met.contains($0) } ?? false
    }
}
