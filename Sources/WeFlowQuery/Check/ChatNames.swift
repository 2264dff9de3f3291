import WeFlowPages
import WeFlowStore

/// Which chat a table of messages belongs to. The table's name is a hash, so every username that the account knows has
/// to be tried.
struct ChatNames {
    private var chats: [String: String] = [:]

    /// Reads the usernames; what cannot be read gives none.
    init(_ account: Account) {
        for session in (try? SessionTables(account))?.sessions ?? [] { add(session.username) }
        for contact in (try? ContactTables(account))?.contacts ?? ContactRows() { add(contact.username) }
        for shard in account.messageShards() {
            for name in (try? account.usernames(in: shard)) ?? [] { add(name) }
        }
    }

    /// Names the chats of the damaged pages.
    func name(_ damage: inout [DatabaseCheck.PageDamage]) {
        for place in damage.indices {
            switch damage[place].owner {
            case .table(let table, _): damage[place].owner = .table(table, chat: chats[table.lowercased()])
            case .index(let table, _): damage[place].owner = .index(ofTable: table, chat: chats[table.lowercased()])
            case .free, .unknown, nil: break
            }
        }
    }

    private mutating func add(_ username: String) {
        chats["msg_" + md5Hex(username)] = username
    }
}
