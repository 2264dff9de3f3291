import WeFlowPages
public import WeFlowQuery

/// What a list looks like in every form: what an envelope calls it, the keys of its items, and what each of them says.
///
/// The same items give the same bytes, whether they are held or read one after another.
public struct ListLayout<Item>: Sendable {
    private let name: StaticString
    private let columns: [StaticString]
    private let members: @Sendable (Item, inout JSONWriter) -> Void

    /// Items are written in pieces of so many bytes.
    private static var piece: Int { 64 << 10 }
    /// So many bytes are kept before the first one is written; where the list ends before, its count is known without a
    /// walk of its own, and whatever fails leaves no trace.
    private static var mostHeld: Int { 1 << 20 }

    /// Describes a list.
    ///
    /// - Parameters:
    ///   - name: what an envelope calls it.
    ///   - columns: the keys of all items in their order, also those that only some have.
    ///   - members: writes the members of an item into an object that is open.
    init(
        _ name: StaticString, columns: [StaticString], members: @escaping @Sendable (Item, inout JSONWriter) -> Void
    ) {
        (self.name, self.columns, self.members) = (name, columns, members)
    }

    /// The answer to a query whose items are held.
    public func encoded(_ items: some Collection<Item>, form: ListForm) -> OutputBytes {
        var list = ListWriter(
            form, name, count: items.count, columns: columns, capacity: 4096 + min(1 << 20, 448 * items.count))
        for item in items { list.object { members(item, &$0) } }
        return list.finish()
    }

    /// Writes the answer to a query whose items are read while they are written. Where a database moves before the first
    /// byte left, the list is opened and read anew.
    ///
    /// - Parameters:
    ///   - form: the form.
    ///   - sink: takes the bytes.
    ///   - open: opens the list.
    /// - Returns: the list, behind its last item.
    /// - Throws: what the list and `sink` throw.
    public func write<List: ListItems<Item>>(
        in form: ListForm, to sink: any OutputSink, opening open: () async throws -> List
    ) async throws -> List {
        var attempts = 1
        while true {
            var hasWritten = false
            do {
                let list = try await open()
                try await write(list, in: form) { bytes in
                    hasWritten = true
                    try sink.write(bytes)
                }
                return list
            } catch let error as WeFlowError where error.isTransient && !hasWritten && attempts < 20 {
                attempts += 1
            }
        }
    }

    private func write(
        _ list: some ListItems<Item>, in form: ListForm, to sink: (borrowing OutputBytes) throws -> Void
    ) async throws {
        var first = ListWriter(itemsIn: form, columns: columns)
        var isOver = false
        var found = 0
        while !isOver, first.count < Self.mostHeld {
            if let item = try await list.next() {
                first.object { members(item, &$0) }
                found += 1
            } else {
                isOver = true
            }
        }
        // Only an envelope says how many there are.
        let count = isOver || !form.isDocument ? found : try list.count()
        var writer = ListWriter(form, name, count: count, columns: columns, items: first.finish())
        while !isOver {
            if writer.count >= Self.piece { try writer.flush(sink) }
            if let item = try await list.next() {
                writer.object { members(item, &$0) }
            } else {
                isOver = true
            }
        }
        try sink(writer.finish())
    }
}
