/// What `contact.extra_buffer` says of a contact beyond the names (<doc:ContactExtras>). Every field may be missing.
public struct ContactExtra: Sendable, Equatable {
    /// A person's gender as WeChat numbers it.
    public enum Gender: UInt64, Sendable {
        /// 1.
        case male = 1
        /// 2.
        case female = 2
    }

    /// More phone numbers or labels than anybody has; the rest is left out.
    public static let maximumItems = 1000

    /// The gender, nil where it is unknown.
    public var gender: Gender?
    /// What the person says of themselves, "" for nothing.
    public var signature = ""
    /// Country, province and city in the client's own spelling, "" for each that is unknown.
    public var country = "", province = "", city = ""
    /// How the contact was added, nil where it is unknown.
    public var scene: UInt64?
    /// Whether the chat makes no sound.
    public var isMuted = false
    /// Phone numbers that the owner wrote down.
    public var phones: [String] = []
    /// The numbers of the labels, each once.
    public var labels: [Int64] = []
    /// Unix seconds of becoming contacts, nil where it is unknown.
    public var addedAt: Int64?

    /// Nothing known.
    public init() {}

    /// Reads the column; a damaged one yields what comes before the damage.
    public init(_ column: UnsafeRawBufferPointer) {
        var reader = WireReader(column)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (2, .varint(let value)): gender = Gender(rawValue: value)
            case (4, .bytes(let range)): signature = CleanText.string(column.slice(range))
            case (5, .bytes(let range)): country = CleanText.string(column.slice(range))
            case (6, .bytes(let range)): province = CleanText.string(column.slice(range))
            case (7, .bytes(let range)): city = CleanText.string(column.slice(range))
            case (8, .varint(let value)): scene = value
            case (12, .varint(let value)): isMuted = value != 0
            case (14, .bytes(let range)): addPhones(column, range)
            case (30, .bytes(let range)): labels = Self.labels(in: column.slice(range))
            case (41, .varint(let value)) where value != 0: addedAt = Int64(clamping: value)
            default: continue
            }
        }
    }

    /// Takes what another column says where this one says nothing.
    public mutating func fill(from other: ContactExtra) {
        gender = gender ?? other.gender
        if signature.isEmpty { signature = other.signature }
        if country.isEmpty, province.isEmpty, city.isEmpty {
            (country, province, city) = (other.country, other.province, other.city)
        }
        scene = scene ?? other.scene
        if phones.isEmpty { phones = other.phones }
        addedAt = addedAt ?? other.addedAt
    }

    private mutating func addPhones(_ column: UnsafeRawBufferPointer, _ range: Range<Int>) {
        var list = WireReader(column, in: range)
        while let field = list.next(), phones.count < Self.maximumItems {
            guard field.number == 2, case .bytes(let entry) = field.value else { continue }
            let number = WireReader(column, in: entry).text(1).trimmingBlanks
            if !number.isEmpty { phones.append(number) }
        }
    }

    /// The numbers of labels in a text: between commas, semicolons or bars, also full-width ones, or blanks. What is no
    /// positive number is none.
    public static func labels(in text: UnsafeRawBufferPointer) -> [Int64] {
        var labels: [Int64] = []
        var known: Set<Int64> = []
        let parts = CleanText.string(text).split { ",，;；|".contains($0) || $0.isWhitespace }
        for part in parts where labels.count < maximumItems {
            guard part.utf8.allSatisfy(\.isASCIIDigit), let label = Int64(part), label > 0,
                known.insert(label).inserted
            else { continue }
            labels.append(label)
        }
        return labels
    }
}
