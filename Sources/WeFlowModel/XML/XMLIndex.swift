#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the elements of a document lie in its bytes. Elements stand in document order, so that a subtree is a range.
struct XMLIndex: Sendable {
    /// One element; offsets into the bytes, but for `subtreeEnd`, which is an index.
    struct Node: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var attributesEnd: UInt32
        var contentStart: UInt32
        var contentEnd: UInt32
        var subtreeEnd: UInt32
        var isClosed: Bool
    }

    /// An index with more elements is given back before the next document.
    private static let retainedElements = 40_000

    /// The elements; the first is the virtual parent of the outermost ones.
    private(set) var nodes: [Node] = []
    /// The elements that are open, innermost last.
    private var open: [Int] = []

    /// Indexes `bytes`, in place of what was there before.
    mutating func build(_ bytes: UnsafeRawBufferPointer) {
        if nodes.capacity > Self.retainedElements { nodes = [] }
        nodes.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        nodes.append(
            Node(
                nameStart: 0, nameEnd: 0, attributesEnd: 0, contentStart: 0, contentEnd: UInt32(bytes.count),
                subtreeEnd: 0, isClosed: true))
        scan(bytes)
        for index in open {
            nodes[index].contentEnd = UInt32(bytes.count)
            nodes[index].subtreeEnd = UInt32(nodes.count)
        }
        nodes[0].subtreeEnd = UInt32(nodes.count)
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) {
        var scanner = XMLScanner(bytes)
        var depthBeyond = 0
        while let token = scanner.next() {
            switch token {
            case .open(let name, let attributes, let isEmpty):
                if open.count == XMLDocument.maximumDepth {
                    if !isEmpty { depthBeyond += 1 }
                    continue
                }
                guard nodes.count <= XMLDocument.maximumElements else { return }
                let start = UInt32(scanner.position)
                nodes.append(
                    Node(
                        nameStart: UInt32(name.lowerBound), nameEnd: UInt32(name.upperBound),
                        attributesEnd: UInt32(attributes.upperBound), contentStart: start, contentEnd: start,
                        subtreeEnd: UInt32(nodes.count + 1), isClosed: isEmpty))
                if !isEmpty { open.append(nodes.count - 1) }
            case .close(let name, let tag):
                if depthBeyond > 0 {
                    depthBeyond -= 1
                } else {
                    close(bytes, name, tag.lowerBound)
                }
            case .text, .cdata:
                continue
            }
        }
    }

    /// Ends the innermost open element of that name and all in it; an end tag that fits none is passed over.
    @inline(__always)
    private mutating func close(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>, _ offset: Int) {
        guard let last = open.last else { return }
        if isNamed(bytes, last, name) {
            end(last, at: offset)
            open.removeLast()
        } else {
            closeOuter(bytes, name, offset)
        }
    }

    @inline(never)
    private mutating func closeOuter(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>, _ offset: Int) {
        guard let depth = open.lastIndex(where: { isNamed(bytes, $0, name) }) else { return }
        for index in open[depth...] { end(index, at: offset) }
        open.removeLast(open.count - depth)
    }

    @inline(__always)
    private mutating func end(_ index: Int, at offset: Int) {
        let subtreeEnd = UInt32(nodes.count)
        nodes.withUnsafeMutableBufferPointer { nodes in
            nodes[index].contentEnd = UInt32(offset)
            nodes[index].subtreeEnd = subtreeEnd
            nodes[index].isClosed = true
        }
    }

    @inline(__always)
    private func isNamed(_ bytes: UnsafeRawBufferPointer, _ index: Int, _ name: Range<Int>) -> Bool {
        let start = Int(nodes[index].nameStart)
        guard Int(nodes[index].nameEnd) - start == name.count else { return false }
        guard let base = bytes.baseAddress else { return true }
        return memcmp(base + start, base + name.lowerBound, name.count) == 0
    }
}
