extension XMLDocument {
    /// The text of an element, trimmed: its own text and CDATA, not that of its children. "" for nil and for an
    /// element that is cut off. A start tag inside that is never ended is text: a person may be called `<Leo>`.
    public func text(of element: Element?) -> String {
        guard let element, let (index, node) = node(element), node.isClosed else { return "" }
        return storage.withUnsafeBytes { bytes in
            let content = Int(node.contentStart)..<Int(node.contentEnd)
            guard Int(node.subtreeEnd) == index + 1, bytes.firstOffset(of: UInt8(ascii: "<"), in: content) == nil
            else {
                var joined: [UInt8] = []
                appendOwnText(bytes, index, to: &joined)
                return joined.withUnsafeBytes { CleanText.string($0.slice($0.trimmed(0..<$0.count))) }
            }
            return Self.decode(bytes.slice(bytes.trimmed(content)))
        }
    }

    /// The text at the end of `path` from `parent`, as of ``text(of:)`` and ``find(_:in:)``.
    public func text(_ path: StaticString, in parent: Element?) -> String {
        text(of: find(path, in: parent))
    }

    /// The text at the end of `path` as a decimal number, nil where it is none.
    public func integer(_ path: StaticString, in parent: Element?) -> Int64? {
        Int64(text(path, in: parent))
    }

    /// All text inside an element, that of its children too, trimmed: what is left when the tags are taken away. As in
    /// ``text(of:)`` a start tag that is never ended is text.
    public func innerText(of element: Element?) -> String {
        guard let element, let (place, node) = node(element) else { return "" }
        var joined: [UInt8] = []
        storage.withUnsafeBytes { bytes in
            var scanner = XMLScanner(bytes, in: Int(node.contentStart)..<Int(node.contentEnd))
            var next = place + 1
            while let token = scanner.next() {
                switch token {
                case .open(let name, _, _):
                    if isImplied(&next, name) {
                        XMLEntities.append(bytes.slice(name.lowerBound - 1..<scanner.position), to: &joined)
                    }
                case .text(let range): XMLEntities.append(bytes.slice(range), to: &joined)
                case .cdata(let range, _): joined.append(contentsOf: bytes.slice(range))
                case .close: continue
                }
            }
        }
        return joined.withUnsafeBytes { CleanText.string($0.slice($0.trimmed(0..<$0.count))) }
    }

    /// Appends the text of an element, decoded once and otherwise as it is, for a nested document: its own text and
    /// CDATA, or, where it holds child elements, its inside as it is written. A cut-off element gives what is left.
    public func bytes(of element: Element, to output: inout [UInt8]) {
        guard let (index, node) = node(element) else { return }
        storage.withUnsafeBytes { bytes in
            let isNested = (index + 1..<max(index + 1, Int(node.subtreeEnd))).contains { !self.index[$0].isImplied }
            if isNested {
                output.append(contentsOf: bytes.slice(Int(node.contentStart)..<Int(node.contentEnd)))
            } else {
                appendOwnText(bytes, index, to: &output)
            }
        }
    }

    // MARK: Inside

    /// Appends text and CDATA of the element at `place` that lie in no element of it, entities decoded.
    private func appendOwnText(_ bytes: UnsafeRawBufferPointer, _ place: Int, to output: inout [UInt8]) {
        let node = index[place]
        var scanner = XMLScanner(bytes, in: Int(node.contentStart)..<Int(node.contentEnd))
        var depth = 0
        var next = place + 1
        while let token = scanner.next() {
            switch token {
            case .open(let name, _, let isEmpty):
                if isImplied(&next, name) {
                    guard depth == 0 else { continue }
                    XMLEntities.append(bytes.slice(name.lowerBound - 1..<scanner.position), to: &output)
                } else if !isEmpty {
                    depth += 1
                }
            case .close: if depth > 0 { depth -= 1 }
            case .text(let range) where depth == 0: XMLEntities.append(bytes.slice(range), to: &output)
            case .cdata(let range, _) where depth == 0: output.append(contentsOf: bytes.slice(range))
            case .text, .cdata: continue
            }
        }
    }

    /// Whether the start tag that was read, the name of which stands at `name`, is of an element without an end tag.
    /// `next` is the place of the element that comes next in the index; it is moved on behind the one of the tag.
    private func isImplied(_ next: inout Int, _ name: Range<Int>) -> Bool {
        // Elements that lie too deep are not in the index.
        guard next < index.count, index[next].name.lowerBound == name.lowerBound else { return false }
        next += 1
        return index[next - 1].isImplied
    }

    /// A piece of text or a value, decoded. Only a decoded entity can be unclean, since the document is not.
    static func decode(_ text: UnsafeRawBufferPointer) -> String {
        if text.isEmpty { return "" }
        guard text.firstOffset(of: UInt8(ascii: "&"), in: 0..<text.count) != nil else {
            return String(decoding: text, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        XMLEntities.append(text, to: &decoded)
        return decoded.withUnsafeBytes { CleanText.string($0) }
    }
}
