extension Array {
    /// The elements that come first, in order; of a long list far cheaper than sorting all of it.
    ///
    /// - Parameters:
    ///   - most: how many, at most as many as there are.
    ///   - precedes: whether one comes before another; elements that are equal in it are in no certain order.
    /// - Returns: the first of them.
    func first(_ most: Int, by precedes: (Element, Element) -> Bool) -> [Element] {
        guard most < count / 2 else { return Array(sorted(by: precedes).prefix(most)) }
        guard most > 0 else { return [] }
        var kept: [Element] = []
        kept.reserveCapacity(2 * most)
        var isFull = false
        for element in self {
            // Once enough are kept, only what comes before the last of them can be among the first.
            if isFull, !precedes(element, kept[most - 1]) { continue }
            kept.append(element)
            guard kept.count == 2 * most else { continue }
            kept.sort(by: precedes)
            kept.removeLast(most)
            isFull = true
        }
        kept.sort(by: precedes)
        return Array(kept.prefix(most))
    }
}
