public import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// A label that the owner gives to contacts.
public struct Label: Sendable, Equatable {
    /// Its number.
    public var id: Int64
    /// Its name.
    public var name: String
    /// How many friends bear it.
    public var count = 0

    /// Puts a label together.
    public init(id: Int64, name: String, count: Int = 0) { (self.id, self.name, self.count) = (id, name, count) }
}

/// All that is known of a contact beyond the names.
public struct ContactDetail: Sendable, Equatable {
    /// What the contact's own data say.
    public var extra = ContactExtra()
    /// Names of the labels as they are stored; a label without a name is its number.
    public var labels: [String] = []
    /// Whether the chat stands on top.
    public var isPinned = false
    /// Whether the owner blocked the contact.
    public var isBlocked = false

    /// Country, province and city in one text, "" where none is known.
    public var region: String {
        [extra.country, extra.province, extra.city].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// How the contact was added, where all who know these numbers agree; nil elsewhere.
    public var sourceText: String? { extra.scene.flatMap(Self.sourceText) }

    /// What a number for the way of adding means, where all who know these numbers agree.
    static func sourceText(_ scene: UInt64) -> String? {
        switch scene {
        case 1: "QQ号"
        case 3: "微信号"
        case 14: "群聊"
        case 17: "名片"
        case 30: "二维码"
        default: nil
        }
    }
}

/// What `contact.db` says of contacts beyond their names, and the labels (<doc:ContactsInDetail>).
public struct ContactDetails: Sendable {
    /// The labels that have a name, in their order.
    public private(set) var labels: [Label] = []
    /// Pages that could not be read.
    public private(set) var damage: [PageFailure] = []
    private var details: [String: ContactDetail] = [:]

    /// Bits of `contact.flag`.
    private enum Flag {
        static let blocked: Int64 = 0x8
        static let pinned: Int64 = 0x800
    }

    /// Nothing known.
    public init() {}

    /// Reads what there is.
    ///
    /// - Parameters:
    ///   - account: whose contacts.
    ///   - usernames: the only ones who are wanted; nil is all.
    /// - Throws: why the database cannot be read. Tables and columns that are not there say nothing.
    public init(_ account: Account, of usernames: Set<String>? = nil) throws(WeFlowError) {
        self = try WeFlowError.retrying { () throws(WeFlowError) in try Self(reading: account, usernames) }
    }

    private init(reading account: Account, _ usernames: Set<String>?) throws(WeFlowError) {
        var reader = try TableReader(account.database(ContactTables.database))
        let tables = try account.tables(["contact", "stranger", "contact_label"], of: reader.snapshot)
        if let table = try tables["contact_label"] { labels = try Self.labels(table, &reader) }
        let names = Dictionary(labels.map { ($0.id, $0.name) }) { first, _ in first }
        if let table = try tables["contact"] {
            let (username, extra, flag) = try Self.columns(table)
            var details: [String: ContactDetail] = [:]
            try reader.rows(of: table) { _, record in
                let name = record.text(username)
                guard usernames?.contains(name) ?? true, details[name] == nil else { return }
                var detail = ContactDetail()
                detail.extra = Self.extra(record, extra)
                detail.isPinned = record.int(flag) & Flag.pinned != 0
                detail.isBlocked = record.int(flag) & Flag.blocked != 0
                detail.labels = detail.extra.labels.map { names[$0] ?? String($0) }
                details[name] = detail
            }
            self.details = details
        }
        if let table = try tables["stranger"] {
            let (username, extra, _) = try Self.columns(table)
            var seen: Set<String> = []
            var details = details
            try reader.rows(of: table) { _, record in
                let name = record.text(username)
                guard details[name] != nil, seen.insert(name).inserted else { return }
                details[name]?.extra.fill(from: Self.extra(record, extra))
            }
            self.details = details
        }
        damage = reader.damage
    }

    private static func columns(_ table: TableSchema) throws(WeFlowError) -> (username: Int, extra: Int, flag: Int) {
        (try table.column("username"), try table.column("extra_buffer"), try table.column("flag"))
    }

    private static func extra(_ record: Record, _ column: Int) -> ContactExtra {
        record.bytes(column).withUnsafeBytes { ContactExtra($0) }
    }

    private static func labels(_ table: TableSchema, _ reader: inout TableReader) throws(WeFlowError) -> [Label] {
        let columns = (
            id: try table.column("label_id_"), name: try table.column("label_name_"),
            order: try table.column("sort_order_")
        )
        var labels: [(order: Int64, label: Label)] = []
        try reader.rows(of: table) { rowID, record in
            let id = record.isNull(columns.id) ? rowID : record.int(columns.id)
            labels.append((record.int(columns.order), Label(id: id, name: record.text(columns.name))))
        }
        return labels.sorted { ($0.order, $0.label.id) < ($1.order, $1.label.id) }.map(\.label)
    }

    /// What is known of a contact; nothing where the table has no row of it.
    public func detail(of username: String) -> ContactDetail { details[username] ?? ContactDetail() }

    /// The usernames that bear a label.
    ///
    /// - Parameter label: its name, or its number.
    /// - Returns: nil where there is no such label.
    public func usernames(bearing label: String) -> Set<String>? {
        var ids = Set(labels.filter { $0.name == label }.map(\.id))
        let isNumber = !label.isEmpty && label.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        if ids.isEmpty, isNumber, let id = Int64(label) { ids = [id] }
        let bearers = Set(details.filter { !ids.isDisjoint(with: $0.value.extra.labels) }.keys)
        let isKnown = labels.contains { ids.contains($0.id) }
        return isKnown || !bearers.isEmpty ? bearers : nil
    }

    /// The labels with how many of these usernames bear each.
    func counted(among usernames: some Sequence<String>) -> [Label] {
        var counts: [Int64: Int] = [:]
        for username in usernames {
            for label in detail(of: username).extra.labels { counts[label, default: 0] += 1 }
        }
        return labels.map { Label(id: $0.id, name: $0.name, count: counts[$0.id] ?? 0) }
    }
}
