/// A JSON value as it stood in a request body or a configuration file.
///
/// Numbers keep their text, so that a parameter decides for itself what it takes, and members keep their order.
public enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as its own text (`50`, `50.0`, `1e3`).
    case number(String)
    /// A string, unescaped.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// An object; no name stands twice in it.
    case object([Member])

    /// One `"name": value` of an object.
    public struct Member: Sendable, Equatable {
        /// The name, unescaped.
        public let name: String
        /// The value.
        public let value: JSONValue

        /// Pairs a name with its value.
        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// How much a document may hold before it is refused.
    public struct Limits: Sendable {
        /// Longest document in bytes.
        public var bytes: Int
        /// Deepest nesting of lists and objects.
        public var depth: Int
        /// Most values of any kind.
        public var values: Int

        /// Limits for a request body: 10 MiB, 16 levels, 10,000 values.
        public init(bytes: Int = 10 << 20, depth: Int = 16, values: Int = 10_000) {
            self.bytes = bytes
            self.depth = depth
            self.values = values
        }
    }

    /// Where and why a text is not JSON.
    public struct Failure: Error, Sendable, Equatable {
        /// Line of the fault, from 1.
        public let line: Int
        /// Byte in that line, from 1.
        public let column: Int
        /// What is wrong there, to follow a colon; it quotes nothing of the document.
        public let reason: String
    }

    /// Reads one JSON document (RFC 8259, strict: no comments, no trailing commas, no lone surrogates, no name twice).
    ///
    /// - Parameters:
    ///   - bytes: the document, UTF-8.
    ///   - limits: what it may hold.
    /// - Throws: `Failure` with the place of the first fault.
    public init(parsing bytes: [UInt8], limits: Limits = Limits()) throws(Failure) {
        var parser = JSONParser(bytes: bytes, limits: limits)
        self = try parser.document()
    }

    /// The member of that name, where this is an object that has one.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}
