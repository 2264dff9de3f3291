import WeFlowPages
import WeFlowStore

/// What a check found of a list that an account has beside its messages.
public struct ListCheck: Sendable, Equatable {
    /// The command that gives the list.
    public var name: String
    /// How many rows it is made of; nil where they cannot be read.
    public var rows: Int?
    /// What these rows are.
    public var unit: String
    /// Why there are none, "" where there are some or could be.
    public var reason: String
}

/// Counts the rows of the lists that an account has beside its messages. What is missing has a word and is no error.
struct ListCensus {
    let account: Account
    let databases: [DatabaseCheck]

    /// Counts them.
    func run() -> [ListCheck] {
        [
            rows("favorites", "favourites", in: ["favorite/favorite.db"], table: "fav_db_item"),
            articles(), rows("labels", "labels", in: ["contact/contact.db"], table: "contact_label"),
            rows(
                "contacts --detail", "contacts with details", in: ["contact/contact.db"], table: "contact",
                holding: "extra_buffer"),
            rows(
                "friend-requests", "requests", in: ["general/general.db", "contact/fmessage_new.db"],
                table: "fmessagetable"),
            rows(
                "avatars", "pictures", in: ["head_image/head_image.db"], table: "head_image", holding: "image_buffer"),
            rows(
                "unread", "messages listed as unread", in: ["session/session.db"], table: "sessionunreadlisttable_1"),
        ]
    }

    /// Messages of official accounts, all of which may be pushes.
    private func articles() -> ListCheck {
        let shards = databases.filter { $0.role == .officialMessages && $0.state != .empty }
        let counts = shards.compactMap(\.messages?.count)
        let reason =
            shards.isEmpty
            ? "there is no message/biz_message_0.db" : counts.isEmpty ? "no message/biz_message database opens" : ""
        return ListCheck(
            name: "articles", rows: counts.isEmpty ? nil : Int(clamping: counts.reduce(0, +)),
            unit: "messages of official accounts", reason: reason)
    }

    /// Rows of a table in the first of these databases that is there.
    ///
    /// - Parameters:
    ///   - name: the command.
    ///   - unit: what the rows are.
    ///   - names: the databases.
    ///   - table: the table's name in lower case.
    ///   - column: where it is given, only rows in which it is not empty count.
    /// - Returns: how many there are, or why none.
    private func rows(
        _ name: String, _ unit: String, in names: [String], table: String, holding column: String? = nil
    ) -> ListCheck {
        var check = ListCheck(name: name, rows: nil, unit: unit, reason: "")
        guard let database = names.first(where: account.hasDatabase) else {
            check.reason = "there is no \(names[0])"
            return check
        }
        do throws(WeFlowError) {
            check.rows = try WeFlowError.retrying { () throws(WeFlowError) in
                try count(table, of: database, holding: column)
            }
            if check.rows == nil { check.reason = "\(database) has no table of them, as those of older clients" }
        } catch {
            check.reason = error.sentence
        }
        return check
    }

    private func count(_ table: String, of database: String, holding column: String?) throws(WeFlowError) -> Int? {
        var reader = try TableReader(account.database(database))
        guard let schema = try account.tables([table], of: reader.snapshot)[table] else { return nil }
        let place = try column.map { name throws(WeFlowError) in try schema.column(name) }
        var count = 0
        try reader.rows(of: schema) { _, record in
            if let place, record.bytes(place).isEmpty { return }
            count += 1
        }
        return count
    }
}
