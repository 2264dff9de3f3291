/// Values by name.
///
/// A list in the order of the names: with the first dictionary that has names for keys, the runtime looks through the
/// conformances of the whole program, which takes longer than to read the schema of a database: 0.38 of the 5.9 million
/// instructions of `weflow sessions`.
struct ByName<Value: Sendable>: Sendable {
    private var entries: [(name: String, value: Value)] = []

    /// How many there are.
    var count: Int { entries.count }

    /// The value of a name, nil where there is none.
    subscript(name: String) -> Value? {
        let place = place(of: name)
        return holds(name, at: place) ? entries[place].value : nil
    }

    /// Gives a name a value, in place of the one that it had.
    mutating func set(_ value: Value, for name: String) {
        // They mostly come in order.
        if let last = entries.last, last.name >= name {
            let place = place(of: name)
            if holds(name, at: place) {
                entries[place].value = value
            } else {
                entries.insert((name, value), at: place)
            }
        } else {
            entries.append((name, value))
        }
    }

    /// Whether two have the same names and, as `areSame` says, the same values.
    func elementsEqual(_ other: ByName, _ areSame: (Value, Value) -> Bool) -> Bool {
        entries.elementsEqual(other.entries) { $0.name == $1.name && areSame($0.value, $1.value) }
    }

    /// Where a name is, or would be.
    private func place(of name: String) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func holds(_ name: String, at place: Int) -> Bool { place < entries.count && entries[place].name == name }
}
