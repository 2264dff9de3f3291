/// Where the elements of a document lie in its bytes. Elements stand in document order, so that a subtree is a range.
struct XMLIndex: Sendable {
    /// One element; offsets into the bytes, but for `subtreeEnd` and `parent`, which are places in the index.
    struct Node: Sendable {
        var nameStart: UInt32 = 0
        var nameEnd: UInt32 = 0
        var attributesEnd: UInt32 = 0
        var contentStart: UInt32 = 0
        var contentEnd: UInt32 = 0
        var subtreeEnd: UInt32 = 0
        var parent: UInt32 = 0
        var isClosed = false
        /// Whether it has no end tag of its own and ended with an element around it: a tag that is none, mostly.
        var isImplied = false

        /// Where the name stands.
        @inline(__always)
        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    }

    /// An index with room for more elements is given back before the next document.
    private static let retainedElements = 40_000
    /// Room for elements at first.
    private static let firstElements = 64

    /// How many elements there are; the first is the virtual parent of the outermost ones.
    private(set) var count = 0
    /// Whether the document has more elements than are taken in.
    private(set) var isCut = false
    /// Room for elements, of which the first `count` are there.
    private var nodes: [Node] = []

    /// An element, by its place below `count`.
    @inline(__always)
    subscript(_ place: Int) -> Node { nodes[place] }

    /// Indexes `bytes`, in place of what was there before.
    mutating func build(_ bytes: UnsafeRawBufferPointer) {
        if nodes.count > Self.retainedElements { nodes = [] }
        if nodes.isEmpty { nodes = Array(repeating: Node(), count: Self.firstElements) }
        let end = UInt32(bytes.count)
        nodes[0] = Node(contentEnd: end, isClosed: true)
        var indexing = Indexing(bytes)
        while !nodes.withUnsafeMutableBufferPointer({ indexing.run(in: $0) }) {
            nodes.append(contentsOf: repeatElement(Node(), count: nodes.count))
        }
        count = indexing.count
        isCut = indexing.isCut
        var open = indexing.innermost
        while open > 0 {
            nodes[open].contentEnd = end
            nodes[open].subtreeEnd = UInt32(count)
            open = Int(nodes[open].parent)
        }
        nodes[0].subtreeEnd = UInt32(count)
    }
}

/// The work of indexing a document, as far as it has come.
private struct Indexing {
    /// Elements so far.
    private(set) var count = 1
    /// Whether it ended before the document.
    private(set) var isCut = false
    /// The open element in which all others are closed; 0 where none is open.
    private(set) var innermost = 0
    private let bytes: UnsafeRawBufferPointer
    private var scanner: XMLScanner
    /// How many elements are open.
    private var depth = 0
    /// How many more are open that lie too deep to be kept.
    private var depthBeyond = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        scanner = XMLScanner(bytes)
    }

    /// Goes on to the end of the document, or until there is no room left.
    ///
    /// - Parameter nodes: room, with the elements so far at its beginning.
    /// - Returns: whether the end was reached.
    mutating func run(in nodes: UnsafeMutableBufferPointer<XMLIndex.Node>) -> Bool {
        // A copy, which stays in registers.
        var scanner = scanner
        defer { self.scanner = scanner }
        while count < nodes.count {
            // Most tags end the element that was opened last.
            if depthBeyond == 0, innermost > 0 {
                let start = scanner.position
                if scanner.passEndTag(named: nodes[innermost].name) {
                    end(innermost, at: start, nodes)
                    continue
                }
            }
            guard let token = scanner.next() else { return true }
            switch token {
            case .open(let name, let attributes, let isEmpty):
                if depth == XMLDocument.maximumDepth {
                    if !isEmpty { depthBeyond += 1 }
                    continue
                }
                guard count <= XMLDocument.maximumElements else {
                    isCut = true
                    return true
                }
                let start = UInt32(truncatingIfNeeded: scanner.position)
                nodes[count] = XMLIndex.Node(
                    nameStart: UInt32(truncatingIfNeeded: name.lowerBound),
                    nameEnd: UInt32(truncatingIfNeeded: name.upperBound),
                    attributesEnd: UInt32(truncatingIfNeeded: attributes.upperBound), contentStart: start,
                    contentEnd: start, subtreeEnd: UInt32(truncatingIfNeeded: count + 1),
                    parent: UInt32(truncatingIfNeeded: innermost), isClosed: isEmpty)
                if !isEmpty {
                    innermost = count
                    depth += 1
                }
                count += 1
            case .close(let name, let tag):
                if depthBeyond > 0 {
                    depthBeyond -= 1
                } else {
                    close(name, tag.lowerBound, nodes)
                }
            case .text, .cdata:
                continue
            }
        }
        return false
    }

    /// Ends the innermost open element of that name and all in it; an end tag that fits none is passed over.
    @inline(never)
    private mutating func close(
        _ name: Range<Int>, _ offset: Int, _ nodes: UnsafeMutableBufferPointer<XMLIndex.Node>
    ) {
        var named = innermost
        while named > 0 {
            let start = nodes[named].name
            if start.count == name.count, bytes.areSame(start.lowerBound, name.lowerBound, name.count) { break }
            named = Int(nodes[named].parent)
        }
        // Where none is found, `named` is the virtual parent, which is never ended.
        guard named > 0 else { return }
        while innermost >= named {
            nodes[innermost].isImplied = innermost > named
            end(innermost, at: offset, nodes)
        }
    }

    /// Ends the innermost open element.
    @inline(__always)
    private mutating func end(
        _ place: Int, at offset: Int, _ nodes: UnsafeMutableBufferPointer<XMLIndex.Node>
    ) {
        nodes[place].contentEnd = UInt32(truncatingIfNeeded: offset)
        nodes[place].subtreeEnd = UInt32(truncatingIfNeeded: count)
        nodes[place].isClosed = true
        innermost = Int(nodes[place].parent)
        depth -= 1
    }
}
