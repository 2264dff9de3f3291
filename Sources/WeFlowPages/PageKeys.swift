/// Page keys by the salts of their databases. An account has some twenty, so they stand in a list.
struct PageKeys: Sendable {
    /// Each salt once.
    private(set) var entries: [(salt: [UInt8], key: SecretBytes)] = []

    /// The key of the database with this salt.
    subscript(salt: [UInt8]) -> SecretBytes? {
        get {
            for entry in entries where entry.salt == salt { return entry.key }
            return nil
        }
        set {
            entries.removeAll { $0.salt == salt }
            if let newValue { entries.append((salt, newValue)) }
        }
    }

    /// Takes the keys of salts that have none here.
    mutating func add(_ other: PageKeys) {
        for (salt, key) in other.entries where self[salt] == nil { self[salt] = key }
    }
}
