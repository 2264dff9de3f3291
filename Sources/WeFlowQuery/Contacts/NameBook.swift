import Synchronization
public import WeFlowPages
public import WeFlowStore

/// Display names of people and groups (<doc:NamesOfPeople>).
///
/// People: `remark`, `nick_name`, `alias`, id, from `contact`, then from `stranger`. Groups: `remark`, `nick_name`, the
/// title that the client made, id.
public struct NameBook: Sendable {
    /// The rows of `contact`.
    let contacts: ContactRows
    private let strangers: ContactRows
    private let titles: [String: String]
    /// Which row each username has, by its hash: contacts from 0, strangers behind them, -1 for none. A power of two, at
    /// most half full.
    private var slots: [Int32] = []
    /// Places whose username another row had before, and that row; by place.
    private var repeated: [(place: Int, first: Int)] = []

    /// Makes a book of the rows of the two databases.
    public init(contacts: ContactTables?, sessions: SessionTables?) {
        self.contacts = contacts?.contacts ?? ContactRows()
        strangers = contacts?.strangers ?? ContactRows()
        titles = sessions?.titles ?? [:]
        // More rows than these have no room in memory either.
        let count = min(self.contacts.count + strangers.count, 1 << 28)
        slots = Array(repeating: -1, count: 1 << (Int.bitWidth - (2 * count + 1).leadingZeroBitCount))
        // Of two rows with one username the first counts, and a contact before a stranger.
        for place in 0..<count {
            let (rows, own) = rows(at: place)
            rows.withText { text in
                let free = slot(of: UnsafeRawBufferPointer(rebasing: text[rows.range(of: .username, at: own)]))
                if slots[free] < 0 {
                    slots[free] = Int32(place)
                } else {
                    repeated.append((place, Int(slots[free])))
                }
            }
        }
    }

    /// The rows that a place is in, and which of them it is.
    private func rows(at place: Int) -> (rows: ContactRows, place: Int) {
        place < contacts.count ? (contacts, place) : (strangers, place - contacts.count)
    }

    /// The slot that holds the row of a username, or the empty one in which it would be.
    private func slot(of username: UnsafeRawBufferPointer) -> Int {
        var slot = Int(truncatingIfNeeded: Self.hash(username)) & (slots.count - 1)
        while slots[slot] >= 0 {
            let (rows, place) = rows(at: Int(slots[slot]))
            let range = rows.range(of: .username, at: place)
            if range.count == username.count,
                rows.withText({ username.elementsEqual(UnsafeRawBufferPointer(rebasing: $0[range])) })
            {
                break
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: bytes.count)
        var at = 0
        while bytes.count - at >= 8 {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            at += 8
        }
        for byte in bytes[at...] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ hash >> 32
    }

    private func place(of username: String) -> Int? {
        var username = username
        let place = username.withUTF8 { slots[slot(of: UnsafeRawBufferPointer($0))] }
        return place < 0 ? nil : Int(place)
    }

    /// Which of the contacts a username's row is; nil where it has none there.
    func contact(_ username: String) -> Int? {
        guard let place = place(of: username), place < contacts.count else { return nil }
        return place
    }

    /// Which of the contacts the row of another contact's username is: itself, or the first with that username.
    func first(like contact: Int) -> Int {
        var (low, high) = (0, repeated.count)
        while low < high {
            let middle = (low + high) / 2
            if repeated[middle].place < contact { low = middle + 1 } else { high = middle }
        }
        return low < repeated.count && repeated[low].place == contact ? repeated[low].first : contact
    }

    /// The contact's row, or the stranger's.
    public func row(of username: String) -> ContactRow? {
        guard let place = place(of: username) else { return nil }
        let (rows, own) = rows(at: place)
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
        let place = Int(slots[slot(of: username)])
        if place >= 0 {
            let (rows, own) = rows(at: place)
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
            let (rows, own) = rows(at: place)
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
