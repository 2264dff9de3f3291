import Foundation

/// A JSON document in a form that tests compare: the order of keys does not count, numbers are numbers.
public enum JSON: Decodable, Equatable, Sendable {
    /// `null`.
    case null
    /// A boolean.
    case bool(Bool)
    /// A number.
    case number(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSON])
    /// An object.
    case object([String: JSON])

    /// Reads a value from a decoder.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([JSON].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// Reads a document.
    public init(parsing bytes: some Collection<UInt8>) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
    }

    /// The value of a key; nil where this is no object or has none.
    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// The items of a list; none where this is none.
    public var items: [JSON] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    /// The members of an object; none where this is none.
    public var members: [String: JSON] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    /// The text, where this is one.
    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, where this is one.
    public var int: Int? {
        guard case .number(let number) = self else { return nil }
        return Int(exactly: number)
    }
}
