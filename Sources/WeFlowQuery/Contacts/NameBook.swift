import Synchronization
public import WeFlowPages
public import WeFlowStore

/// Display names of people and groups (<doc:NamesOfPeople>).
///
/// People: `remark`, `nick_name`, `alias`, id, from `contact`, then from `stranger`. Groups: `remark`, `nick_name`, the
/// title that the client made, id.
public struct NameBook: Sendable {
    private let places: UsernamePlaces
    private let titles: [String: String]

    /// Makes a book of the rows of the two databases.
    public init(contacts: ContactTables?, sessions: SessionTables?) {
        places = UsernamePlaces(
            contacts: contacts?.contacts ?? ContactRows(), strangers: contacts?.strangers ?? ContactRows())
        titles = sessions?.titles ?? [:]
    }

    /// The rows of `contact`.
    var contacts: ContactRows { places.contacts }

    private func place(of username: String) -> Int? {
        var username = username
        return username.withUTF8 { places.place(of: UnsafeRawBufferPointer($0)) }
    }

    /// Which of the contacts a username's row is; nil where it has none there.
    func contact(_ username: String) -> Int? {
        guard let place = place(of: username), place < contacts.count else { return nil }
        return place
    }

    /// Which of the contacts the row of another contact's username is: itself, or the first with that username.
    func first(like contact: Int) -> Int { places.first(like: contact) }

    /// The contact's row, or the stranger's.
    public func row(of username: String) -> ContactRow? {
        guard let place = place(of: username) else { return nil }
        let (rows, own) = places.rows(at: place)
        return rows[own]
    }

    /// The name to show; the id where there is none.
    public func displayName(of username: String) -> String {
        known(username) ?? username
    }

    /// Whether a contact is an official account that was verified.
    func isVerified(_ username: String) -> Bool { contact(username).map(contacts.isVerified) ?? false }

    /// Lends the name to show, UTF-8; the id where there is none, and nothing for nobody.
    ///
    /// - Parameters:
    ///   - username: whose name it is, UTF-8.
    ///   - body: is lent the name.
    /// - Returns: what `body` returns.
    public func withDisplayName<Result>(
        of username: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        guard !username.isEmpty else { return body(username) }
        let isGroup = username.isGroup
        if let place = places.place(of: username) {
            let (rows, own) = places.rows(at: place)
            if let field = Self.field(of: rows, at: own, isGroup: isGroup) {
                let range = rows.range(of: field, at: own)
                return rows.withText { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
            }
        }
        if isGroup, var title = title(String(decoding: username, as: UTF8.self)) {
            return title.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        }
        return body(username)
    }

    /// The name to show, nil where there is none but the id.
    public func known(_ username: String) -> String? {
        let isGroup = Username.isGroup(username)
        if let place = place(of: username) {
            let (rows, own) = places.rows(at: place)
            if let field = Self.field(of: rows, at: own, isGroup: isGroup) { return rows.text(field, at: own) }
        }
        return isGroup ? title(username) : nil
    }

    /// Lends the name to show of a contact, UTF-8.
    ///
    /// - Parameters:
    ///   - contact: which of the contacts it is.
    ///   - isGroup: whether it is a group.
    ///   - body: is lent the name.
    /// - Returns: what `body` returns.
    func withName<Result>(
        ofContact contact: Int, isGroup: Bool, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let first = first(like: contact)
        let field = Self.field(of: contacts, at: first, isGroup: isGroup)
        if field == nil, isGroup, var title = title(contacts.text(.username, at: contact)) {
            return title.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        }
        let range = contacts.range(of: field ?? .username, at: first)
        return contacts.withText { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Which text of a row is the name to show, nil where none is.
    private static func field(of rows: ContactRows, at place: Int, isGroup: Bool) -> ContactRows.Field? {
        if !rows.range(of: .remark, at: place).isEmpty { return .remark }
        if !rows.range(of: .nickname, at: place).isEmpty { return .nickname }
        return isGroup || rows.range(of: .alias, at: place).isEmpty ? nil : .alias
    }

    /// The title that the client made for a group.
    private func title(_ username: String) -> String? {
        guard let title = titles[username], !title.isEmpty else { return nil }
        return title
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
            let tables = NameTables(account)
            var notice: WeFlowError?
            var contacts: ContactTables?
            do throws(WeFlowError) { contacts = try tables.contacts.get() } catch { notice = error }
            // Titles are an extra: without session.db groups without a name show their id. One that is there is to be read.
            var sessions: SessionTables?
            do throws(WeFlowError) {
                sessions = try tables.sessions.get()
            } catch {
                if account.hasDatabase(SessionTables.database) { notice = notice ?? error }
            }
            notice = notice ?? contacts?.damage.first?.error ?? sessions?.damage.first?.error
            let entry = (book: NameBook(contacts: contacts, sessions: sessions), notice: notice)
            loaded = entry
            return entry
        }
    }
}
