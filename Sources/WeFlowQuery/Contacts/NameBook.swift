import Synchronization
public import WeFlowPages
public import WeFlowStore

/// Display names of people and groups (contract section 11, names).
///
/// People: `remark`, `nick_name`, `alias`, id, from `contact`, then from `stranger`. Groups: `remark`, `nick_name`, the
/// title that the client made, id.
public struct NameBook: Sendable {
    private var people: [String: ContactRow] = [:]
    private var titles: [String: String]

    /// Makes a book of the rows of the two databases.
    public init(contacts: ContactTables?, sessions: SessionTables?) {
        titles = sessions?.titles ?? [:]
        people.reserveCapacity((contacts?.strangers.count ?? 0) + (contacts?.contacts.count ?? 0))
        for row in contacts?.strangers ?? [] where people[row.username] == nil { people[row.username] = row }
        for row in (contacts?.contacts ?? []).reversed() { people[row.username] = row }
    }

    /// The contact's row, or the stranger's.
    public func row(of username: String) -> ContactRow? { people[username] }

    /// The name to show; the id where there is none.
    public func displayName(of username: String) -> String {
        known(username) ?? username
    }

    /// The name to show, nil where there is none but the id.
    public func known(_ username: String) -> String? {
        let row = people[username]
        let isGroup = Username.isGroup(username)
        let candidates = [row?.remark, row?.nickname, isGroup ? titles[username] : row?.alias]
        return candidates.lazy.compactMap { $0 }.first { !$0.isEmpty }
    }
}

/// A name book that is read when the first name is asked for, since most messages need none.
public final class LazyNames: Sendable {
    private let account: Account
    private let loaded = Mutex<(book: NameBook, notice: WeFlowError?)?>(nil)

    /// Makes an unread book.
    public init(_ account: Account) {
        self.account = account
    }

    /// The book.
    public var book: NameBook { load().book }

    /// Why names are missing from the book, once it was read: ids then stand for names.
    public var notice: WeFlowError? { loaded.withLock { $0?.notice } }

    private func load() -> (book: NameBook, notice: WeFlowError?) {
        loaded.withLock { loaded in
            if let loaded { return loaded }
            var notice: WeFlowError?
            var contacts: ContactTables?
            do throws(WeFlowError) {
                contacts = try WeFlowError.retrying { () throws(WeFlowError) in try ContactTables(account) }
            } catch {
                notice = error
            }
            // Titles are an extra: without session.db groups without a name show their id.
            let sessions = account.hasDatabase(SessionTables.database) ? try? SessionTables(account) : nil
            notice = notice ?? contacts?.damage.first?.error
            let entry = (book: NameBook(contacts: contacts, sessions: sessions), notice: notice)
            loaded = entry
            return entry
        }
    }
}
