extension Array {
    /// The elements that come first, in order; of a long list far cheaper than sorting all of it.
    ///
    /// - Parameters:
    ///   - most: how many, at most as many as there are.
    ///   - precedes: whether one comes before another; elements that are equal in it are in no certain order.
    /// - Returns: the first of them.
    func first(_ most: Int, by precedes: (Element, Element) -> Bool) -> [Element] {
        guard most > 0 else { return [] }
        if most >= count { return sorted(by: precedes) }
        // A heap with the last of those that are kept on top: only what comes before that one can be among the first.
        var heap: [Element] = []
        heap.reserveCapacity(most)
        for element in self {
            if heap.count < most {
                heap.append(element)
                var place = heap.count - 1
                while place > 0, precedes(heap[(place - 1) / 2], heap[place]) {
                    heap.swapAt(place, (place - 1) / 2)
                    place = (place - 1) / 2
                }
            } else if precedes(element, heap[0]) {
                heap[0] = element
                heap.sink(below: heap.count, by: precedes)
            }
        }
        for end in heap.indices.reversed() {
            heap.swapAt(0, end)
            heap.sink(below: end, by: precedes)
        }
        return heap
    }

    /// Moves the first element of a heap down to its place among those below `end`.
    private mutating func sink(below end: Int, by precedes: (Element, Element) -> Bool) {
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < end else { return }
            if child + 1 < end, precedes(self[child], self[child + 1]) { child += 1 }
            guard precedes(self[place], self[child]) else { return }
            swapAt(place, child)
            place = child
        }
    }
}
