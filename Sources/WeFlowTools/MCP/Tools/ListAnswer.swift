import WeFlowOutput
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

extension ToolCall {
    /// The part of a list that a call is for: behind its cursor, without what is hidden, within limit and budget.
    ///
    /// - Parameters:
    ///   - key: what the list is called in the body.
    ///   - limit: how many at most.
    ///   - isShown: whether an item is there.
    ///   - read: reads the API's answer from an offset on, so many items.
    /// - Returns: the body.
    /// - Throws: `.usage` for a cursor that is none of this list; what `read` throws.
    func list(
        _ key: String, limit: Int = Parameters.all, isShown: (JSONValue) -> Bool,
        read: (_ offset: Int, _ limit: Int) throws -> JSONValue
    ) throws -> JSONValue {
        let start = try ListCursor(of: self, counts: [1])?.count(0) ?? 0
        let isOpen = visibility.isOpen
        // Offsets count what is there, so that the list is the same as if the rest were not in the store.
        let whole = try read(isOpen ? start : 0, isOpen ? min(limit + 1, Parameters.all) : Parameters.all)
            .withoutPrivateMembers
        var items = whole[key]?.elements ?? []
        if !isOpen { items = Array(items.filter(isShown).dropFirst(start).prefix(limit + 1)) }
        return page(of: whole, key, items, start: start, limit: limit)
    }

    /// The same of a list that was read to its end, and holds only what is there.
    ///
    /// - Throws: `.usage` for a cursor that is none of this list.
    func list(_ key: String, limit: Int, of whole: JSONValue) throws -> JSONValue {
        let start = try ListCursor(of: self, counts: [1])?.count(0) ?? 0
        let items = Array((whole[key]?.elements ?? []).dropFirst(start).prefix(min(limit + 1, Parameters.all)))
        return page(of: whole.withoutPrivateMembers, key, items, start: start, limit: limit)
    }

    private func page(of whole: JSONValue, _ key: String, _ items: [JSONValue], start: Int, limit: Int) -> JSONValue {
        let page = items.prefix(limit)
        var budget = Budget(most: mostBytes, envelope: whole.with([key: []]), cursor: 40)
        for item in page where !budget.add(item) { break }
        let isCut = budget.items.count < page.count
        let goesOn = isCut || items.count > limit
        let next = goesOn ? ListCursor([Int64(start + budget.items.count)]).text(self) : nil
        return whole.page(key, budget.items, isCut: isCut, next: next)
    }
}

extension JSONValue {
    /// The body of a page: the API's envelope around other items, what was cut, and where it goes on.
    func page(_ key: String, _ items: [JSONValue], isCut: Bool, next: String?) -> JSONValue {
        var body = self
        if self["count"] != nil { body = body.with(["count": .integer(items.count)]) }
        if self["hasMore"] != nil { body = body.with(["hasMore": .bool(next != nil)]) }
        body = body.with([key: .array(items), "truncated": .bool(isCut)])
        return next.map { body.with(["nextCursor": .string($0)]) } ?? body
    }

    /// Reads an answer that an encoder wrote.
    ///
    /// - Throws: never for one of ours; `.system` else.
    init(answer bytes: [UInt8]) throws(WeFlowError) {
        do throws(Failure) {
            self = try JSONValue(parsing: bytes, limits: Limits(bytes: .max, depth: 1000, values: .max))
        } catch {
            throw WeFlowError(.system, "an answer of the program's own is no JSON: \(error.reason)")
        }
    }
}
