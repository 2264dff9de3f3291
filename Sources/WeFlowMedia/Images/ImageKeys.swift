import WeFlowCrypto

/// The account's AES key for V2 pictures, as its user has it (<doc:StoredPictures>).
///
/// Printing or mirroring it shows no key.
public struct ImageKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The keys that the text can mean, the likelier one first.
    let candidates: [AESKey]

    /// The key of every V1 picture, the first 16 characters of md5hex("0").
    static let fixedV1 = ImageKey(candidates: [AESKey("cfcd208495d565ef".utf8)])

    private init(candidates: [AESKey]) {
        self.candidates = candidates
    }

    /// Reads a key from what its user has: 16 ASCII characters, or 32 hex digits. Blanks around it are dropped.
    ///
    /// 32 hex digits mean two things in the wild: the 16 bytes they spell, or a longer secret of which the first 16
    /// characters are the key. Both are kept, and each picture tells which is right.
    ///
    /// - Throws: `ImageKeyFormFailure.imageKey` where it is neither.
    public init(_ text: String) throws(ImageKeyFormFailure) {
        let text = Array(text.utf8).trimmed
        if text.count == 16, text.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            candidates = [AESKey(text)]
        } else if text.count == 32, let bytes = [UInt8](hexDigits: text) {
            candidates = [AESKey(bytes), AESKey(text[..<16])]
        } else {
            throw .imageKey
        }
    }

    /// Whether it opens a V2 picture that starts with `head` (31 bytes or more), and only the reading that does.
    ///
    /// - Returns: the key with the ambiguity of 32 hex digits removed; nil where it does not fit, or `head` is not the
    ///   start of a V2 picture.
    public func resolved(by head: some Collection<UInt8>) -> ImageKey? {
        Array(head.prefix(DatHeader.length + 16)).withUnsafeBytes { head in
            guard head.count == DatHeader.length + 16, DatHeader.version(of: head) == .v2 else { return nil }
            let block = UnsafeRawBufferPointer(rebasing: head[DatHeader.length...])
            let plainLength = Int(head.littleEndian32(at: 6))
            for candidate in candidates
            where AESBlocks.opensFirstBlock(block, plainLength: plainLength, key: candidate) {
                return ImageKey(candidates: [candidate])
            }
            return nil
        }
    }

    /// The forms in which people have the key.
    public enum Form: Sendable, Equatable, CaseIterable {
        /// 16 characters that are the key.
        case characters
        /// 32 hex digits that spell its bytes.
        case digits
        /// 32 hex digits whose first 16 characters are the key.
        case firstCharacters
    }

    /// Which form of the key opens a V2 picture.
    ///
    /// - Parameter head: the picture's first 31 bytes or more.
    /// - Returns: nil where none does, or `head` is not the start of a V2 picture.
    public func form(opening head: some Collection<UInt8>) -> Form? {
        guard let resolved = resolved(by: head), let key = resolved.candidates.first else { return nil }
        if candidates.count == 1 { return .characters }
        return key == candidates.first ? .digits : .firstCharacters
    }

    /// Whether `head` (6 bytes or more) starts a picture that needs this key.
    public static func isNeeded(by head: some Collection<UInt8>) -> Bool {
        Array(head.prefix(DatHeader.length)).withUnsafeBytes { DatHeader.version(of: $0) == .v2 }
    }

    /// `<redacted>`.
    public var description: String { "<redacted>" }
    /// Nothing inside is shown.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What is known of the account's keys for pictures; either may be missing (<doc:StoredPictures>).
public struct ImageKeys: Sendable {
    /// The AES key of V2 pictures.
    public var aes: ImageKey?
    /// The byte that covers the tail of V1 and V2 pictures.
    public var xor: UInt8?

    /// Keeps what is known.
    public init(aes: ImageKey? = nil, xor: UInt8? = nil) {
        self.aes = aes
        self.xor = xor
    }

    /// Reads the XOR key from a setting: `0x` and hex digits, otherwise decimal, 0…255. Blanks around it are dropped.
    ///
    /// - Throws: `ImageKeyFormFailure.imageXorKey` where it is neither.
    public static func xorKey(from text: String) throws(ImageKeyFormFailure) -> UInt8 {
        let digits = Array(text.utf8).trimmed
        let isHex = digits.count > 2 && digits[0] == 0x30 && digits[1] | 0x20 == 0x78
        let number = isHex ? digits[2...] : digits[...]
        // `UInt8(_:radix:)` would take a sign.
        guard let first = number.first, first != 0x2B, first != 0x2D,
            let key = UInt8(String(decoding: number, as: UTF8.self), radix: isHex ? 16 : 10)
        else { throw .imageXorKey }
        return key
    }
}

/// A setting that cannot be a key of pictures (<doc:StoredPictures>). The caller names the setting; the key is not
/// shown.
public enum ImageKeyFormFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The AES key of V2 pictures has another form.
    case imageKey
    /// The XOR key is no number of one byte.
    case imageXorKey

    /// What the setting has to be.
    public var description: String {
        switch self {
        case .imageKey: "an image key is 16 ASCII characters or 32 hex digits"
        case .imageXorKey: "an image XOR key is a number from 0 to 255, or 0x and two hex digits"
        }
    }
}
