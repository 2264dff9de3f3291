/// The items of a list, read one after another while they are written, so that a list of any length takes the memory of a
/// few of them (<doc:PeopleAndSessions#Lists-of-any-length>). For one task.
public protocol ListItems<Item>: AnyObject {
    /// What the list is of.
    associatedtype Item

    /// The next item of the page that was asked for; nil behind the last.
    ///
    /// - Throws: `.unavailable` where the database moved; why it cannot be read.
    func next() async throws -> Item?

    /// How many items the page has, those that were given already included: known without a look at them, or found by a
    /// walk of its own.
    ///
    /// - Throws: as ``next()``.
    func count() throws -> Int
}

/// The items of a list that is held as a whole.
public final class HeldItems<Items: Collection>: ListItems {
    private let items: Items
    private var place: Items.Index

    /// Gives the items of a collection in their order.
    public init(_ items: Items) { (self.items, place) = (items, items.startIndex) }

    /// The next item; nil behind the last.
    public func next() -> Items.Element? {
        guard place < items.endIndex else { return nil }
        defer { items.formIndex(after: &place) }
        return items[place]
    }

    /// How many there are.
    public func count() -> Int { items.count }
}
