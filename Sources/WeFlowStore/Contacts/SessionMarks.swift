package import WeFlowPages

/// What changes in a session's row whenever something happens in the session, as one number each; no text is kept.
package struct SessionMarks: Sendable {
    /// One session's number.
    package struct Mark: Sendable, Equatable {
        /// The session's id.
        package let username: String
        /// A number made of all values of the row.
        package let value: UInt64
        /// Unix seconds of the last message.
        package let lastTimestamp: Int64
    }

    /// In the order of the table.
    package private(set) var marks: [Mark] = []

    /// Reads `SessionTable`.
    ///
    /// - Parameters:
    ///   - snapshot: of `session.db`.
    ///   - account: the account.
    ///   - seed: goes into every number, so that two journals have none in common.
    /// - Throws: why the table cannot be read. Damaged pages cost the sessions on them.
    package init(_ snapshot: PageSnapshot, in account: Account, seed: UInt64) throws(WeFlowError) {
        guard let table = try account.tables(["sessiontable"], of: snapshot)["sessiontable"] else { return }
        let (username, last) = (try table.column("username"), try table.column("last_timestamp"))
        var reader = TableReader(snapshot)
        var marks: [Mark] = []
        try reader.rows(of: table) { _, record in
            var hash = ChecksumFNV(seed: seed)
            for column in table.columns.indices {
                switch record.value(column) {
                case .null: hash.add(0)
                case .integer(let number): hash.add(UInt64(bitPattern: number))
                case .real(let number): hash.add(number.bitPattern)
                case .text, .blob:
                    record.bytes(column).withUnsafeBytes { bytes in
                        hash.add(UInt64(bytes.count))
                        hash.add(bytes)
                    }
                }
            }
            marks.append(
                Mark(username: record.text(username), value: hash.value, lastTimestamp: record.int(last)))
        }
        self.marks = marks
    }
}

/// The 64-bit FNV-1a sum of bytes: finds accidents, protects nothing.
package struct ChecksumFNV: Sendable {
    /// The sum so far.
    package private(set) var value: UInt64

    /// Starts a sum.
    package init(seed: UInt64 = 0) { value = 0xCBF2_9CE4_8422_2325 ^ seed }

    /// Adds a byte.
    package mutating func add(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    /// Adds bytes.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { add(byte: byte) }
    }

    /// Adds a number, little end first.
    package mutating func add(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
