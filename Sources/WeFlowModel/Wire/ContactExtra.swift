/// What `contact.extra_buffer` says of a person.
public struct ContactExtra: Sendable, Equatable {
    /// 1 male, 2 female, 0 not told.
    public var gender: UInt64
    /// The person's motto.
    public var signature: String
    /// Country code.
    public var country: String
    /// Province.
    public var province: String
    /// City.
    public var city: String
    /// True where messages come without a sound.
    public var isMuted: Bool
    /// Ids of labels, for `contact_label`.
    public var labelIDs: [Int64]

    /// Reads the column; a damaged one yields what can be read.
    public init(_ column: UnsafeRawBufferPointer) {
        let reader = WireReader(column)
        gender = reader.number(2) ?? 0
        signature = reader.text(4)
        country = reader.text(5)
        province = reader.text(6)
        city = reader.text(7)
        isMuted = (reader.number(12) ?? 0) != 0
        labelIDs = reader.text(30).split(separator: ",").compactMap { Int64($0) }
    }
}
