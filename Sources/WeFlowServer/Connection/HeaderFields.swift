import NIOHTTP1

/// The header fields of a request or an answer, in their order; names compare in any case.
///
/// There are few of them, so they are searched one by one: an index would cost more than all that is asked of it.
struct HeaderFields: Sendable, ExpressibleByDictionaryLiteral {
    private(set) var all: HTTPHeaders

    /// Takes what the HTTP parser found, without the blanks and tabs around values, which are no part of them (RFC 9110
    /// section 5.5).
    init(_ all: HTTPHeaders) {
        let isPlain = all.allSatisfy { !Self.isBlank($0.value.utf8.first) && !Self.isBlank($0.value.utf8.last) }
        self.all = isPlain ? all : HTTPHeaders(all.map { ($0.name, Self.trimmed($0.value)) })
    }

    private static func isBlank(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func trimmed(_ value: String) -> String {
        var bytes = Substring(value).utf8.drop(while: isBlank)
        while isBlank(bytes.last) { bytes.removeLast() }
        return String(Substring(bytes))
    }

    /// Puts fields together.
    init(dictionaryLiteral elements: (HTTPField.Name, String)...) {
        all = HTTPHeaders(elements.map { ($0.0.rawName, $0.1) })
    }

    /// A field's value, those of several of the name joined by commas; nil where there is none.
    subscript(_ name: HTTPField.Name) -> String? {
        get {
            guard let first = all.first(name: name.canonicalName) else { return nil }
            let values = values(name)
            return values.count == 1 ? first : values.joined(separator: ", ")
        }
        set {
            all.remove(name: name.canonicalName)
            // What would break the head off is left out.
            if let newValue, HTTPField.isValidValue(newValue) { all.add(name: name.rawName, value: newValue) }
        }
    }

    /// The values of `Host`, which the request type of the library keeps elsewhere.
    var hosts: [String] { all["host"] }

    /// The values of all fields of a name.
    func values(_ name: HTTPField.Name) -> [String] { all[name.canonicalName] }

    /// Adds fields that are known to be valid and to be missing.
    mutating func add(_ name: HTTPField.Name, _ value: String) {
        all.add(name: name.rawName, value: value)
    }
}
