/// The parameters of a URL's query string or a form body, percent-decoded, in their order.
///
/// Reading never fails, so that a token can be looked up before anything else of the request is judged; what could not
/// be decoded is refused by `Parameters`.
public struct QueryString: Sendable, Equatable {
    /// One `name=value`.
    public struct Item: Sendable, Equatable {
        /// The name; nil where its escapes are broken or give no UTF-8.
        public let name: String?
        /// The value, empty where there is no `=`; nil where its escapes are broken or give no UTF-8.
        public let value: String?
    }

    /// The items as they stood, empty ones (`&&`) left out.
    public let items: [Item]

    /// Splits the part of a URL between `?` and `#`. A `+` stands for a blank, as forms send it.
    public init(_ text: some StringProtocol) {
        items = text.utf8.split(separator: UInt8(ascii: "&")).map { item in
            let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
            return Item(name: Self.decode(item[..<equals]), value: Self.decode(item[equals...].dropFirst()))
        }
    }

    /// The first value of that name.
    public subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    private static func decode(_ escaped: some Sequence<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var iterator = escaped.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next()?.hexDigitValue, let low = iterator.next()?.hexDigitValue else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
