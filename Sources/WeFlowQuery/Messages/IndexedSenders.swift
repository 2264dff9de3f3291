import WeFlowModel
import WeFlowPages
import WeFlowStore

/// Who sends in a chat, as its indexes tell, and who of them was met on a walk in order.
struct IndexedSenders {
    /// What the indexes of a table say, and which of its rows must be read to meet those who are missing.
    private struct Table {
        let senders: ColumnIndex
        let types: ColumnIndex
        /// Each sender's id and username; without one only the message may say who sent it.
        var people: [(id: Int64, name: String?)] = []
        /// The types of notices, whose messages are from the chat itself or from a sender.
        var noticeTypes: [Int64] = []
        /// Rows of senders who are missing, and of those without a username.
        var rows = RowSet()
        var notices = RowSet()
    }

    /// More senders or types than these in a table are not looked for.
    private static let mostValues = 1 << 12

    private var tables: [Table] = []
    private let noticeID: String
    private var missing: Set<String> = []
    private var met: Set<String> = []
    /// Who was met since their rows were found.
    private var metSince: Set<String> = []
    private var hasNameless = false

    /// Asks the indexes of a chat.
    ///
    /// - Returns: nil where one is missing or damaged, or holds too much.
    /// - Throws: `.unavailable` where a database kept moving.
    static func of(_ chat: Chat) throws(WeFlowError) -> IndexedSenders? {
        try whole { () throws(PageFailure) in try IndexedSenders(chat) }
    }

    private init?(_ chat: Chat) throws(PageFailure) {
        noticeID = ChatPeople.noticeID(of: chat.talker)
        for table in chat.tables {
            guard table.isOrderedByIndex, let senders = ColumnIndex(table, on: .sender),
                let types = ColumnIndex(table, on: .type), let ids = try senders.values(atMost: Self.mostValues),
                let all = try types.values(atMost: Self.mostValues)
            else { return nil }
            var read = Table(senders: senders, types: types)
            let reader = MessageReader(table)
            for id in ids {
                let name = try reader.senderName(id)
                read.people.append((id, name))
                if let name { missing.insert(name) } else { hasNameless = true }
            }
            read.noticeTypes = all.filter { MessageType(localType: $0).isNotice }
            if !read.noticeTypes.isEmpty { missing.insert(noticeID) }
            tables.append(read)
        }
    }

    /// Whether messages that are still to come may bring somebody new.
    var areMissing: Bool { hasNameless || !missing.isEmpty }

    /// Whether a message, all before which were shown or not wanted, brings somebody new.
    mutating func meets(_ message: borrowing Message) -> Bool {
        let sender = message.isNotice ? noticeID : String(decoding: message.sender, as: UTF8.self)
        guard !sender.isEmpty else { return true }
        if missing.remove(sender) != nil { metSince.insert(sender) }
        return met.insert(sender).inserted
    }

    /// Finds the rows of all who are missing.
    ///
    /// - Returns: false where an index is damaged, or holds ids that are none of the client's.
    /// - Throws: `.unavailable` where a database kept moving.
    mutating func findRows() throws(WeFlowError) -> Bool {
        metSince = []
        for place in tables.indices {
            var (rows, notices) = (RowSet(), RowSet())
            let (table, missing, noticeID) = (tables[place], missing, noticeID)
            let isWhole = try Self.whole { () throws(PageFailure) -> Bool? in
                for person in table.people where person.name.map(missing.contains) ?? true {
                    guard try table.senders.rows(of: person.id, { rows.insert($0) }) else { return nil }
                }
                for type in table.noticeTypes where missing.contains(noticeID) {
                    guard try table.types.rows(of: type, { notices.insert($0) }) else { return nil }
                }
                return rows.isWhole && notices.isWhole
            }
            guard isWhole == true else { return false }
            (tables[place].rows, tables[place].notices) = (rows, notices)
        }
        return true
    }

    /// Those of some messages, next on the walk, that must be read to know whether they bring somebody new.
    ///
    /// - Returns: the messages; nil where an index is damaged.
    /// - Throws: `.unavailable` where a database kept moving.
    mutating func wanted(of entries: ArraySlice<MessageEntry>) throws(WeFlowError) -> ArraySlice<MessageEntry>? {
        guard try forgetRows() else { return nil }
        let seeksNotices = missing.contains(noticeID)
        return entries.filter { entry in
            tables[entry.table].rows.contains(entry.rowID)
                || seeksNotices && tables[entry.table].notices.contains(entry.rowID)
        }[...]
    }

    /// Takes out the rows of those who were met.
    private mutating func forgetRows() throws(WeFlowError) -> Bool {
        guard !metSince.isEmpty else { return true }
        for place in tables.indices {
            var rows = tables[place].rows
            tables[place].rows = RowSet()
            let (table, met) = (tables[place], metSince)
            let isWhole = try Self.whole { () throws(PageFailure) -> Bool? in
                for person in table.people where person.name.map(met.contains) ?? false {
                    guard try table.senders.rows(of: person.id, { rows.remove($0) }) else { return nil }
                }
                return true
            }
            guard isWhole == true else { return false }
            tables[place].rows = rows
        }
        metSince = []
        return true
    }

    /// What `body` gives, nil where a page cannot be read.
    ///
    /// - Throws: `.unavailable` where a database kept moving.
    private static func whole<Value>(_ body: () throws(PageFailure) -> Value?) throws(WeFlowError) -> Value? {
        do throws(PageFailure) {
            return try body()
        } catch {
            if error.reason == .moved { throw error.error }
            return nil
        }
    }
}
