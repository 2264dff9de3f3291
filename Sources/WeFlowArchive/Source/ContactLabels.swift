package import WeFlowPages
package import WeFlowStore

/// Who bears a label: `contact_label` has the names, each contact's `extra_buffer` in field 30 the numbers, with commas
/// between them.
package enum ContactLabels {
    /// The contacts with a label.
    ///
    /// - Parameters:
    ///   - label: its name, or its number where it has none.
    ///   - account: the account.
    /// - Returns: their usernames; nil where there is no such label.
    /// - Throws: why the contacts cannot be read.
    package static func bearers(of label: String, in account: Account) throws(WeFlowError) -> Set<String>? {
        try WeFlowError.retrying { () throws(WeFlowError) in
            var reader = try TableReader(account.database(ContactTables.database))
            let tables = try reader.schema(["contact_label", "contact"])
            var number: Int64?
            if let table = try tables["contact_label"] {
                let (id, name) = (try table.column("label_id_"), try table.column("label_name_"))
                try reader.rows(of: table) { rowID, record in
                    guard record.text(name) == label else { return }
                    number = number ?? (record.isNull(id) ? rowID : record.int(id))
                }
            }
            guard let contacts = try tables["contact"], let number = number ?? Int64(label) else { return nil }
            let (username, extra) = (try contacts.column("username"), try contacts.column("extra_buffer"))
            guard extra >= 0 else { return nil }
            var found: Set<String> = []
            try reader.rows(of: contacts) { _, record in
                let isIt = record.bytes(extra).withUnsafeBytes { Self.numbers(in: $0).contains(number) }
                if isIt { found.insert(record.text(username)) }
            }
            return found.isEmpty && Int64(label) != nil ? nil : found
        }
    }

    /// The numbers of the labels in `extra_buffer`.
    static func numbers(in column: UnsafeRawBufferPointer) -> [Int64] {
        var at = 0
        func varint() -> UInt64? {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while at < column.count, shift < 64 {
                let byte = column[at]
                at += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            return nil
        }
        while at < column.count, let tag = varint() {
            switch tag & 7 {
            case 0: guard varint() != nil else { return [] }
            case 1: at += 8
            case 5: at += 4
            case 2:
                guard let count = varint(), count <= UInt64(column.count - at) else { return [] }
                let range = at..<at + Int(count)
                at = range.upperBound
                guard tag >> 3 == 30 else { continue }
                let text = String(decoding: UnsafeRawBufferPointer(rebasing: column[range]), as: UTF8.self)
                return text.split { !$0.isASCII || !$0.isNumber }.compactMap { Int64($0) }
            default: return []
            }
        }
        return []
    }
}
