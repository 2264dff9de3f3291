/// The 15 bytes before a V1 or V2 picture, and the layout they describe (<doc:StoredPictures>).
struct DatHeader: Equatable {
    /// Which key the AES run has.
    enum Version: Equatable {
        case v1
        case v2
    }

    /// The length of the header in bytes.
    static let length = 15

    /// Plain bytes in the AES run.
    let plainLength: Int
    /// Bytes of the AES run in the file; PKCS#7 adds 1 to 16 to the plain ones.
    let cipherLength: Int
    /// Bytes at the end that are XORed.
    let tailLength: Int

    /// The version, where `file` starts with one of the two magics.
    static func version(of file: UnsafeRawBufferPointer) -> Version? {
        guard file.count >= 6, file[0] == 0x07, file[1] == 0x08, file[2] == 0x56, file[4] == 0x08, file[5] == 0x07
        else { return nil }
        switch file[3] {
        case 0x31: return .v1
        case 0x32: return .v2
        default: return nil
        }
    }

    /// Reads the header of a file whose magic is known; `MediaFailure.damaged` where the parts it names do not fit in it.
    init(of file: UnsafeRawBufferPointer) throws(MediaFailure) {
        guard file.count >= Self.length else { throw .damaged }
        let plain = UInt64(file.littleEndian32(at: 6))
        let tail = UInt64(file.littleEndian32(at: 10))
        let cipher = (plain / 16 + 1) * 16
        guard cipher + tail <= UInt64(file.count - Self.length) else { throw .damaged }
        // All three are now known to be no more than the length of the file.
        plainLength = Int(plain)
        cipherLength = Int(cipher)
        tailLength = Int(tail)
    }

    /// Where the AES run lies in the file.
    var cipherRange: Range<Int> { Self.length..<Self.length + cipherLength }
    /// Where the picture starts once the decrypted run has been moved up against the bytes behind it.
    var plainStart: Int { Self.length + cipherLength - plainLength }
}
