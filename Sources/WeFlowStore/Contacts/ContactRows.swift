internal import CTextLanes
import WeFlowPages

/// Rows of `contact` or `stranger` in the order of the table, kept close together: a list of thousands is looked through
/// for a page of a hundred, and most rows never become texts of their own.
public struct ContactRows: Sendable {
    /// The texts of a row, in the order in which they are kept.
    public enum Field: Int, Sendable {
        case username, alias, remark, nickname, quanPin, avatarURL
    }

    private struct Packed: Sendable {
        let localType: Int64
        let isDeleted: Bool
        let isVerified: Bool
        let isPlain: Bool
        let start: Int
        /// Where each field ends behind `start`.
        let ends: SIMD8<UInt32>
    }

    private var packed: [Packed] = []
    /// UTF-8; what was not is repaired.
    private var text: [UInt8] = []

    /// No rows.
    public init() {}

    /// Where the columns of a row stand.
    struct Columns {
        let username, localType, alias, deleteFlag, verifyFlag, remark, nickname, quanPin, bigURL, smallURL: Int

        /// - Parameters:
        ///   - table: `contact` or `stranger`.
        ///   - hasPictures: false leaves the addresses of pictures out, the longest texts of a row.
        /// - Throws: `.unavailable` where a column that is needed is in no row.
        init(_ table: TableSchema, hasPictures: Bool) throws(WeFlowError) {
            username = try table.column("username")
            localType = try table.column("local_type")
            alias = try table.column("alias")
            deleteFlag = try table.column("delete_flag")
            verifyFlag = try table.column("verify_flag")
            remark = try table.column("remark")
            nickname = try table.column("nick_name")
            quanPin = try table.column("quan_pin")
            bigURL = hasPictures ? try table.column("big_head_url") : -1
            smallURL = hasPictures ? try table.column("small_head_url") : -1
        }
    }

    /// Takes a row in; one without a username is none.
    mutating func append(_ record: Record, _ columns: Columns) {
        let start = text.count
        var ends = SIMD8<UInt32>()
        var isPlain = append(record, columns.username, .username, start, &ends)
        guard text.count > start else { return }
        isPlain = append(record, columns.alias, .alias, start, &ends) && isPlain
        isPlain = append(record, columns.remark, .remark, start, &ends) && isPlain
        isPlain = append(record, columns.nickname, .nickname, start, &ends) && isPlain
        // It tells a former friend, and nobody asks for it of others.
        let localType = record.int(columns.localType)
        isPlain = append(record, localType == 0 ? columns.quanPin : -1, .quanPin, start, &ends) && isPlain
        isPlain = append(record, columns.bigURL, .avatarURL, start, &ends) && isPlain
        if ends[Field.avatarURL.rawValue] == ends[Field.quanPin.rawValue] {
            isPlain = append(record, columns.smallURL, .avatarURL, start, &ends) && isPlain
        }
        packed.append(
            Packed(
                localType: localType, isDeleted: record.int(columns.deleteFlag) == 1,
                isVerified: record.int(columns.verifyFlag) != 0, isPlain: isPlain, start: start, ends: ends))
    }

    /// Makes room for all rows of a database of this many bytes: growing costs more than room that is never touched.
    mutating func reserve(_ bytes: Int) {
        let bytes = Swift.min(bytes, Self.mostReserved)
        text.reserveCapacity(bytes)
        packed.reserveCapacity(bytes / Self.rowSize)
    }

    private static let mostReserved = 16 << 20
    /// About what a row takes in the database.
    private static let rowSize = 256

    /// - Returns: whether the text is known to hold no character that an answer has to escape.
    private mutating func append(
        _ record: Record, _ column: Int, _ field: Field, _ start: Int, _ ends: inout SIMD8<UInt32>
    ) -> Bool {
        var isPlain = true
        let isEmpty = record.bytes(column).withUnsafeBytes { bytes in
            guard !bytes.isEmpty else { return true }
            let look = TextTraits(bytes)
            isPlain = look.isPlain
            if look.isUTF8 {
                text.append(contentsOf: bytes)
            } else {
                text.append(contentsOf: record.text(column).utf8)
            }
            return false
        }
        if isEmpty, !record.isNull(column) {
            // A number that is written out.
            text.append(contentsOf: record.text(column).utf8)
        }
        // Nobody's row is as long as that; a store that says so is believed no more.
        if text.count - start > Int(UInt32.max) {
            text.removeLast(text.count - start - Int(UInt32.max))
            isPlain = false
        }
        ends[field.rawValue] = UInt32(text.count - start)
        return isPlain
    }

    /// Where a text of a row lies.
    public func range(of field: Field, at place: Int) -> Range<Int> {
        let row = packed[place]
        let start = field.rawValue == 0 ? 0 : Int(row.ends[field.rawValue - 1])
        return row.start + start..<row.start + Int(row.ends[field.rawValue])
    }

    /// Lends all texts, in which ``range(of:at:)`` says where one lies.
    public func withText<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try text.withUnsafeBytes(body)
    }

    /// A text of a row; NULL is empty.
    public func text(_ field: Field, at place: Int) -> String {
        withText { String(decoding: UnsafeRawBufferPointer(rebasing: $0[range(of: field, at: place)]), as: UTF8.self) }
    }

    /// What a row is; 1 is in the address book.
    public func localType(at place: Int) -> Int64 { packed[place].localType }

    /// Whether the contact was deleted.
    public func isDeleted(at place: Int) -> Bool { packed[place].isDeleted }

    /// Whether the contact is an official account that was verified.
    public func isVerified(at place: Int) -> Bool { packed[place].isVerified }

    /// Whether no text of a row is known to hold a control character, a line separator, a quote or a backslash.
    public func isPlain(at place: Int) -> Bool { packed[place].isPlain }
}

extension ContactRows: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many rows there are.
    public var endIndex: Int { packed.count }
    /// The row at a place.
    public subscript(place: Int) -> ContactRow { ContactRow(rows: self, place: place) }
}

/// A row of `contact` or `stranger` (<doc:ContactsAndGroups>). Text that is NULL is empty.
public struct ContactRow: Sendable {
    /// The rows it is one of.
    let rows: ContactRows
    /// Which of them it is.
    let place: Int

    /// The username: `wxid_…`, `…@chatroom`, `gh_…` or another.
    public var username: String { rows.text(.username, at: place) }
    /// What the row is; 1 is in the address book.
    public var localType: Int64 { rows.localType(at: place) }
    /// The WeChat id that the person chose.
    public var alias: String { rows.text(.alias, at: place) }
    /// Whether the contact was deleted.
    public var isDeleted: Bool { rows.isDeleted(at: place) }
    /// The owner's own name for the contact.
    public var remark: String { rows.text(.remark, at: place) }
    /// The name that the contact chose, or the group's.
    public var nickname: String { rows.text(.nickname, at: place) }
    /// Whether the contact is an official account that was verified.
    public var isVerified: Bool { rows.isVerified(at: place) }
    /// The name in Latin letters, set for people who were friends once; empty where `localType` is not 0.
    public var quanPin: String { rows.text(.quanPin, at: place) }
    /// Address of the picture, the big one where there is one.
    public var avatarURL: String { rows.text(.avatarURL, at: place) }
}

/// What a look through a text tells.
struct TextTraits {
    /// Whether it is well-formed UTF-8.
    let isUTF8: Bool
    /// Whether it also holds no control character, line separator, quote or backslash.
    let isPlain: Bool

    init(_ text: UnsafeRawBufferPointer) {
        let marks = weflow_text_marks(text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
        isUTF8 = marks & UInt32(WEFLOW_TEXT_BROKEN) == 0
        isPlain = marks == 0
    }
}
