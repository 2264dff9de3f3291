/// A document that is nearly XML, indexed once and then asked for elements, attributes and text.
///
/// It is built for what chat programs write (<doc:MessageXML>) and never fails: cut-off documents, unescaped `&`,
/// attributes without quotes, declarations anywhere, stray bytes in front, documents that are entity-escaped as a
/// whole. External or declared entities do not exist here. Names compare exactly, or, where no exact one is there,
/// without regard to ASCII case. Text is decoded once, without control characters, as valid UTF-8.
///
/// ```swift
/// var document = XMLDocument()
/// document.parse(bytes)
/// if let post = document.first("TimelineObject") {
///     let place = document.attribute("poiName", of: document.find("location", in: post))
///     for media in document.children(of: document.find("ContentObject/mediaList", in: post)) { … }
/// }
/// ```
///
/// The document owns a clean copy of its bytes; ``parse(_:)`` again reuses its storage. A nested document (in CDATA or
/// entity-escaped text) is parsed as a document of its own: hand ``bytes(of:to:)`` to another one.
public struct XMLDocument: Sendable {
    /// An element of the document that made it; with another document it means another element or none.
    public struct Element: Sendable, Hashable {
        let index: Int
    }

    /// Elements nested deeper than this are left out.
    public static let maximumDepth = 64
    /// A document with more elements than this ends there.
    public static let maximumElements = 1_000_000
    /// A document longer than this, in bytes, ends there.
    public static let maximumSize = 64 << 20

    /// Storage above this is given back before the next document.
    private static let retainedSize = 1 << 20

    private var isTooLong = false
    private(set) var storage: [UInt8] = []
    private(set) var index = XMLIndex()

    /// An empty document.
    public init() {}

    /// The virtual parent of the outermost elements.
    public var root: Element { Element(index: 0) }

    /// Whether the document was longer than what is taken in of one, or had more elements.
    public var isCut: Bool { isTooLong || index.isCut }

    /// True where there is no element at all.
    public var isEmpty: Bool { index.count < 2 }

    // MARK: Reading a document

    /// Indexes `bytes`, in place of what was there before. Control characters are taken out first, so that they do not
    /// break tags either (<doc:StoredText#Clean-text>).
    public mutating func parse(_ bytes: UnsafeRawBufferPointer) {
        if storage.capacity > Self.retainedSize { storage = [] }
        storage.removeAll(keepingCapacity: true)
        isTooLong = bytes.count > Self.maximumSize
        CleanText.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.maximumSize)), to: &storage)
        storage.withUnsafeBytes { index.build($0) }
        // A document that was escaped once more (or twice), or put into CDATA, has no element until it is taken out.
        for _ in 0..<2 where isEmpty {
            var decoded: [UInt8] = []
            if let inside = storage.withUnsafeBytes(Self.wholeCDATA) {
                decoded.append(contentsOf: storage[inside])
            } else if storage.withUnsafeBytes(Self.isEscaped) {
                storage.withUnsafeBytes { XMLEntities.append($0, to: &decoded) }
            } else {
                return
            }
            storage.removeAll(keepingCapacity: true)
            decoded.withUnsafeBytes { CleanText.append($0, to: &storage) }
            storage.withUnsafeBytes { index.build($0) }
        }
    }

    /// The inside of the CDATA section that is all of the text, nil where the text is something else.
    static func wholeCDATA(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        let text = bytes.trimmed(0..<bytes.count)
        guard bytes.matches("<![CDATA[", at: text.lowerBound) else { return nil }
        let start = text.lowerBound + 9
        // A second section in it, or none that ends, is no whole.
        guard let end = bytes.firstOffset(of: "]]>", from: start), end + 3 == text.upperBound else { return nil }
        return start..<end
    }

    /// True where the text begins like markup whose `<` is written as an entity.
    private static func isEscaped(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var start = 0
        while start < bytes.count,
            bytes[start].isXMLBlank || bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'")
        {
            start += 1
        }
        return bytes.matches("&lt;", at: start) || bytes.matches("&amp;lt;", at: start)
    }

    // MARK: Elements

    /// The first element of that name anywhere inside `parent`, in document order.
    public func first(_ name: StaticString, in parent: Element? = nil) -> Element? {
        guard let parent = node(parent ?? root) else { return nil }
        return storage.withUnsafeBytes { bytes in
            var near: Element?
            for place in parent.index + 1..<max(parent.index + 1, Int(parent.node.subtreeEnd)) {
                switch compare(bytes, index[place], name) {
                case .exact: return Element(index: place)
                case .near where near == nil: near = Element(index: place)
                default: continue
                }
            }
            return near
        }
    }

    /// The element that `path`, names with `/` between them, leads to from `parent`: at each step the first child of
    /// that name. Nil where a step or `parent` is missing; from the top of the document `parent` is ``root``.
    public func find(_ path: StaticString, in parent: Element?) -> Element? {
        guard let parent else { return nil }
        let path = UnsafeRawBufferPointer(start: path.utf8Start, count: path.utf8CodeUnitCount)
        return storage.withUnsafeBytes { bytes in
            var element = parent
            var start = 0
            while start < path.count {
                let end = path.firstOffset(of: UInt8(ascii: "/"), in: start..<path.count) ?? path.count
                guard let next = child(bytes, element, path.slice(start..<end)) else { return nil }
                element = next
                start = end + 1
            }
            return element
        }
    }

    /// The child elements of `parent` in order, all or those of one name.
    public func children(of parent: Element?, named name: StaticString? = nil) -> [Element] {
        guard let parent, let found = node(parent) else { return [] }
        return storage.withUnsafeBytes { bytes in
            var all: [Element] = []
            var place = found.index + 1
            while place < Int(found.node.subtreeEnd) {
                if let name {
                    if compare(bytes, index[place], name) != .other { all.append(Element(index: place)) }
                } else {
                    all.append(Element(index: place))
                }
                place = Int(index[place].subtreeEnd)
            }
            return all
        }
    }

    /// The name of an element as it is written.
    public func name(of element: Element) -> String {
        guard let (_, node) = node(element) else { return "" }
        return storage.withUnsafeBytes {
            String(decoding: $0[node.name], as: UTF8.self)
        }
    }

    /// True where the element lies anywhere inside `parent`.
    public func isElement(_ element: Element, in parent: Element) -> Bool {
        guard let (place, node) = node(parent) else { return false }
        return place < element.index && element.index < Int(node.subtreeEnd)
    }

    /// True where any element has an end tag of its own, or needs none.
    public var hasWholeElement: Bool { (1..<max(1, index.count)).contains { isWhole(Element(index: $0)) } }

    /// True where the element has an end tag of its own, or needs none.
    public func isWhole(_ element: Element) -> Bool {
        guard let (_, node) = node(element) else { return false }
        return node.isClosed && !node.isImplied
    }

    /// True where the end of the document cut the element off.
    public func isCutOff(_ element: Element) -> Bool {
        guard let (_, node) = node(element) else { return true }
        return !node.isClosed
    }

    // MARK: Attributes

    /// The value of an attribute, decoded and trimmed, nil where the element (or nil) has none of that whole name.
    public func attribute(_ name: StaticString, of element: Element?) -> String? {
        guard let element, let (_, node) = node(element) else { return nil }
        return storage.withUnsafeBytes { bytes in
            var near: Range<Int>?
            for (found, value) in XMLAttributes(bytes, in: Int(node.nameEnd)..<Int(node.attributesEnd)) {
                switch Self.compare(bytes, found, Self.buffer(name)) {
                case .exact: return Self.decode(bytes.slice(bytes.trimmed(value)))
                case .near where near == nil: near = value
                default: continue
                }
            }
            return near.map { Self.decode(bytes.slice(bytes.trimmed($0))) }
        }
    }

    /// The value of an attribute as a decimal number, nil where it is none.
    public func integerAttribute(_ name: StaticString, of element: Element?) -> Int64? {
        attribute(name, of: element).flatMap { Int64($0) }
    }

    // MARK: Inside

    private enum Comparison { case exact, near, other }

    func node(_ element: Element) -> (index: Int, node: XMLIndex.Node)? {
        element.index < index.count ? (element.index, index[element.index]) : nil
    }

    @inline(__always)
    private static func buffer(_ name: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }

    @inline(__always)
    private func compare(_ bytes: UnsafeRawBufferPointer, _ node: XMLIndex.Node, _ name: StaticString) -> Comparison {
        Self.compare(bytes, node.name, Self.buffer(name))
    }

    @inline(__always)
    private static func compare(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ name: UnsafeRawBufferPointer
    ) -> Comparison {
        guard range.count == name.count, !name.isEmpty, (bytes[range.lowerBound] ^ name[0]) & ~0x20 == 0 else {
            return .other
        }
        var result = Comparison.exact
        for offset in 0..<name.count {
            let difference = bytes[range.lowerBound + offset] ^ name[offset]
            if difference == 0 { continue }
            guard difference == 0x20, name[offset].isASCIILetter else { return .other }
            result = .near
        }
        return result
    }

    private func child(_ bytes: UnsafeRawBufferPointer, _ parent: Element, _ name: UnsafeRawBufferPointer) -> Element? {
        guard let (place, node) = node(parent) else { return nil }
        var near: Element?
        var at = place + 1
        while at < Int(node.subtreeEnd) {
            let candidate = index[at]
            switch Self.compare(bytes, candidate.name, name) {
            case .exact: return Element(index: at)
            case .near where near == nil: near = Element(index: at)
            default: break
            }
            at = Int(candidate.subtreeEnd)
        }
        return near
    }
}
