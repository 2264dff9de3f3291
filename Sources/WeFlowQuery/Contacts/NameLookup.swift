import WeFlowModel
public import WeFlowPages
import WeFlowParameters
public import WeFlowStore

/// Whom a command line means: an id that the store knows is one; else an exact remark, nickname or group name stands for
/// the id that has it. For one thread.
///
/// What names are given to is looked up in this order, and the first that has the name decides: people of the address
/// book, official accounts, groups and all with a session; then people who are only known from a group; then WeChat ids
/// that people chose. The names are read when the first is asked for that is no chat with messages.
public final class NameLookup {
    /// What is meant.
    public enum Subject: Sendable, Equatable {
        /// Any chat, with a person, a group or an account.
        case chat
        /// A group.
        case group
        /// Somebody, as an author of moments.
        case person
    }

    private let account: Account
    private let warn: (String) -> Void
    private let isVisible: (String) -> Bool
    private let advice: String
    private var names: Names?
    private var hasWarned = false

    /// Prepares a lookup; nothing is read yet.
    ///
    /// - Parameters:
    ///   - account: where to look.
    ///   - isVisible: whether an id may be found; one that may not is as unknown as if nobody had it.
    ///   - advice: what a sentence recommends where nothing is near what was given.
    ///   - warn: hears where names cannot be looked up; what is given is then taken as an id.
    public init(
        _ account: Account, isVisible: @escaping (String) -> Bool = { _ in true },
        advice: String = "weflow contacts and weflow sessions list what there is", warn: @escaping (String) -> Void
    ) {
        self.account = account
        self.isVisible = isVisible
        self.advice = advice
        self.warn = warn
    }

    /// The query of the chat that a request names. A chat with messages costs nothing but the query.
    ///
    /// - Parameters:
    ///   - request: what is asked for; its talker is an id or a name.
    ///   - media: as ``MessagesQuery/init(_:in:media:)`` takes it.
    /// - Returns: the query, whose talker is an id.
    /// - Throws: as ``id(of:as:)``; why no shard can be read.
    public func messages(
        _ request: MessagesRequest, media: MediaExporter? = nil
    ) throws(WeFlowError) -> MessagesQuery {
        let query = try MessagesQuery(request, in: account, media: media)
        guard query.chat.tables.isEmpty else { return query }
        var named = request
        named.talker = try id(of: request.talker, as: .chat)
        return named.talker == request.talker ? query : try MessagesQuery(named, in: account, media: media)
    }

    /// The id of what is given.
    ///
    /// - Parameters:
    ///   - given: an id or a name.
    ///   - subject: what it names.
    /// - Returns: the id.
    /// - Throws: `.usage` where several have the name, and the sentence lists them; `.notFound` where it is neither an id
    ///   of the store nor a name, with up to three names that are near.
    public func id(of given: String, as subject: Subject) throws(WeFlowError) -> String {
        let (found, failure) = try find(given, as: subject)
        if let found { return found }
        // Not found is not the same as not there where something could not be looked into.
        guard let failure else { throw unknown(given, subject) }
        // Where nothing can be read at all, the query itself says so.
        if !hasWarned, readNames().isRead {
            warn("\(given) is taken as an id, for not all ids and names can be looked up: \(failure.sentence)")
        }
        hasWarned = true
        return given
    }

    /// The ids of what a list names. A list that as a whole is an id or a name is that one; else commas divide it.
    ///
    /// - Parameters:
    ///   - list: ids and names; nil and blanks are none.
    ///   - subject: what they name.
    /// - Returns: each id once, in the order in which they were given.
    /// - Throws: as ``id(of:as:)``.
    public func ids(of list: String?, as subject: Subject) throws(WeFlowError) -> [String] {
        let whole = (list ?? "").trimmingBlanks
        var parts = whole.split(separator: ",").map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
        if whole.contains(","), let id = try find(whole, as: subject).id { parts = [id] }
        var ids: [String] = []
        for part in parts {
            let id = try id(of: part, as: subject)
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// The id of what is given; nil where the store knows neither such an id nor such a name, and why it may after all.
    private func find(
        _ given: String, as subject: Subject
    ) throws(WeFlowError) -> (id: String?, failure: WeFlowError?) {
        let mayBeID = (subject != .group || Username.isGroup(given)) && isVisible(given)
        var search = UsernameSearch(account)
        // An author of moments need not have messages, and their databases need not be there.
        if subject != .person, mayBeID, search.hasMessages(given) { return (given, nil) }
        let names = readNames()
        if mayBeID, names.hasID(given) { return (given, nil) }
        for named in names.named(given, subject) where !named.isEmpty {
            guard named.count > 1 else { return (named[0], nil) }
            let list = named.map(names.shown).joined(separator: ", ")
            throw WeFlowError(.usage, "\(given) is the name of several; give the id of one of them: \(list)")
        }
        if mayBeID, search.isMember(given) || search.hasSent(given) { return (given, nil) }
        if subject == .person, mayBeID, hasPosted(given) { return (given, nil) }
        return (nil, search.failures.first ?? names.failure)
    }

    /// Whether somebody wrote posts. Where the moments cannot be read, the query of them says so.
    private func hasPosted(_ person: String) -> Bool {
        var damage: [PageFailure] = []
        do {
            return try WeFlowError.retrying { () throws(WeFlowError) in
                let table = try MomentsTable(account)
                do throws(PageFailure) {
                    return try table.counts(&damage)[person] != nil
                } catch {
                    throw error.error
                }
            }
        } catch {
            return false
        }
    }

    private func unknown(_ given: String, _ subject: Subject) -> WeFlowError {
        let names = readNames()
        if subject == .group, isVisible(given), names.hasID(given) {
            return WeFlowError(
                .notFound, "\(names.shown(given)) is no group; give the id of a group, which ends in @chatroom")
        }
        let near = names.near(given, subject, atMost: 3)
        let what =
            switch subject {
            case .chat: "chat or person"
            case .group: "group"
            case .person: "person"
            }
        guard let last = near.last else {
            return WeFlowError(
                .notFound,
                "there is no \(what) \(given) in this account; \(advice)")
        }
        let list = near.dropLast().joined(separator: ", ") + (near.count > 1 ? " or " : "") + last
        return WeFlowError(.notFound, "there is no \(what) \(given) in this account; did you mean \(list)?")
    }

    private func readNames() -> Names {
        if let names { return names }
        let read = Names(account, isVisible)
        names = read
        return read
    }
}

/// Who there is in an account, and what they are called.
private struct Names {
    private let contacts: ContactTables?
    private let sessions: SessionTables?
    private let book: NameBook
    private let sessionIDs: Set<String>
    /// Why some are missing.
    let failure: WeFlowError?

    /// Somebody and their names.
    private struct Entry {
        let id: String
        /// Whether they are in the address book or in the list of sessions.
        let isNear: Bool
        let names: [String]
        let alias: String
    }

    private var entries: [Entry] = []

    init(_ account: Account, _ isVisible: (String) -> Bool) {
        let tables = NameTables(account, hasPictures: false)
        var failure: WeFlowError?
        var contacts: ContactTables?
        var sessions: SessionTables?
        do throws(WeFlowError) { contacts = try tables.contacts.get() } catch { failure = error }
        do throws(WeFlowError) { sessions = try tables.sessions.get() } catch { failure = failure ?? error }
        self.failure = failure ?? contacts?.damage.first?.error ?? sessions?.damage.first?.error
        (self.contacts, self.sessions) = (contacts, sessions)
        book = NameBook(contacts: contacts, sessions: sessions)
        sessionIDs = Set(sessions?.sessions.map(\.username) ?? [])
        gather()
        entries.removeAll { !isVisible($0.id) }
    }

    private mutating func gather() {
        var taken: Set<String> = []
        let rows = contacts?.contacts ?? ContactRows()
        let newest = (sessions?.sessions ?? []).sorted { $0.sortTimestamp > $1.sortTimestamp }.map(\.username)
        let titled = (sessions?.titles ?? [:]).keys.sorted()
        // Those whom the client shows come first, so that they do in lists, too.
        for id in newest + titled where taken.insert(id).inserted { add(id, isNear: true) }
        for place in rows.indices {
            let id = rows.text(.username, at: place)
            if taken.insert(id).inserted { add(id, isNear: ContactKind(rows, at: place, hasSession: false) != nil) }
        }
        for row in contacts?.strangers ?? ContactRows() where taken.insert(row.username).inserted {
            add(row.username, isNear: false)
        }
    }

    private mutating func add(_ id: String, isNear: Bool) {
        let row = book.row(of: id)
        let title = Username.isGroup(id) ? sessions?.titles[id] ?? "" : ""
        let names = [row?.remark ?? "", row?.nickname ?? "", title].filter { !$0.isEmpty }
        entries.append(Entry(id: id, isNear: isNear, names: names, alias: row?.alias ?? ""))
    }

    /// Whether some names could be read.
    var isRead: Bool { contacts != nil || sessions != nil }

    /// Whether a contact, a stranger or a session has this id.
    func hasID(_ id: String) -> Bool { book.row(of: id) != nil || sessionIDs.contains(id) }

    /// An id and the name that is shown for it.
    func shown(_ id: String) -> String { "\(id) (\(book.displayName(of: id)))" }

    /// Who has a name: those near, the others, and those who chose it as their WeChat id.
    func named(_ name: String, _ subject: NameLookup.Subject) -> [[String]] {
        let meant = entries.filter { Self.means($0.id, subject) }
        let named = meant.filter { $0.names.contains(name) }
        return [named.filter(\.isNear), named.filter { !$0.isNear }, meant.filter { $0.alias == name }].map {
            $0.map(\.id)
        }
    }

    private static func means(_ id: String, _ subject: NameLookup.Subject) -> Bool {
        switch subject {
        case .chat: true
        case .group: Username.isGroup(id)
        case .person: !Username.isGroup(id)
        }
    }

    /// Names that are near what was given, the nearest first, each with its id.
    func near(_ given: String, _ subject: NameLookup.Subject, atMost most: Int) -> [String] {
        let wanted = Self.folded(given)
        guard !wanted.isEmpty, wanted.count < 64 else { return [] }
        var found: [(distance: Int, place: Int, text: String)] = []
        for (place, entry) in entries.enumerated() where Self.means(entry.id, subject) {
            let words = entry.names + [entry.alias, entry.id].filter { !$0.isEmpty }
            let best = words.compactMap { word in
                Self.distance(Self.folded(word), wanted).map { (distance: $0, word: word) }
            }.min { $0.distance < $1.distance }
            guard let best else { continue }
            let text = best.word == entry.id ? shown(entry.id) : "\(best.word) (\(entry.id))"
            found.append((best.distance + (entry.isNear ? 0 : 1), place, text))
        }
        return found.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.prefix(most).map(\.text)
    }

    /// Without blanks and in lower case: what a slip of the hand leaves.
    private static func folded(_ text: String) -> [Character] { text.lowercased().filter { !$0.isWhitespace } }

    /// How far a word is from what was given, nil where it is not near: a letter or two are wrong, or one is a part of
    /// the other.
    private static func distance(_ word: [Character], _ given: [Character]) -> Int? {
        guard !word.isEmpty, word.count < 64 else { return nil }
        let (short, long) = word.count < given.count ? (word, given) : (given, word)
        if short == long { return 0 }
        if short.count > 1, long.starts(with: short) { return 1 + long.count - short.count }
        let allowed = given.count < 4 ? 1 : 2
        guard long.count - short.count <= allowed else { return nil }
        let distance = Nearest.distance(word, given)
        return distance <= allowed && distance < given.count ? distance : nil
    }
}
