import WeFlowModel
import WeFlowPages
import WeFlowStore

/// Who has which label, as the contacts of now say.
struct LabelMembers {
    private var byName: [String: Set<String>] = [:]

    /// Reads labels and contacts.
    ///
    /// - Throws: why they cannot be read.
    init(_ account: Account) throws(WeFlowError) {
        self = try WeFlowError.retrying { () throws(WeFlowError) in
            try LabelMembers(QueryDatabase(account.database(ContactTables.database), QueryInterrupt()))
        }
    }

    private init(_ contacts: QueryDatabase) throws(WeFlowError) {
        var names: [Int64: String] = [:]
        let labels = try contacts.prepare(
            "SELECT 0, name FROM sqlite_master WHERE type = 'table' AND lower(name) = 'contact_label'")
        guard try labels.step() else { return }
        let list = try contacts.prepare("SELECT label_id_, label_name_ FROM contact_label")
        while try list.step() {
            let name = list.withBytes(1) { String(decoding: $0, as: UTF8.self) }
            names[list.integer(0)] = name
            byName[name] = byName[name] ?? []
        }
        let rows = try contacts.prepare("SELECT username, extra_buffer FROM contact WHERE length(extra_buffer) > 0")
        while try rows.step() {
            let username = rows.withBytes(0) { String(decoding: $0, as: UTF8.self) }
            for label in rows.withBytes(1, { ContactExtra($0).labels }) {
                if let name = names[label] { byName[name]?.insert(username) }
            }
        }
    }

    /// The usernames of those who have a label; nil where there is no label of that name.
    func members(of label: String) -> Set<String>? { byName[label] }
}
