import WeFlowCrypto

/// A downloaded sticker, decrypted where it has to be (<doc:Stickers>).
public struct StickerPicture: Sendable {
    /// What it is; `wxgf` needs conversion (`WxgfContainer`).
    public let format: MediaFormat
    /// The picture. Its indices do not start at 0.
    public let bytes: ArraySlice<UInt8>

    /// Takes the body of a download from any of a sticker's addresses.
    ///
    /// A body that is a picture already is kept, since `cdnurl` gives plain ones and what `encrypturl` gives is not
    /// sure. Else it is AES-128-CBC with the key as its own IV.
    ///
    /// - Parameters:
    ///   - body: the whole body, any bytes.
    ///   - key: `emoji@aeskey` or `aes_key`, 32 hex digits; anything else counts as none.
    /// - Throws: `MediaFailure`: `wrongMediaKey` where the key does not open the body, `unknownFormat` where there is
    ///   none or the body cannot be a ciphertext, `damaged` where the body is empty.
    public init(decoding body: consuming [UInt8], key: String?) throws(MediaFailure) {
        let body = body
        guard !body.isEmpty else { throw .damaged }
        if let format = MediaFormat(of: body), format.isPicture {
            self.format = format
            bytes = body[...]
            return
        }
        guard let key, let secret = [UInt8](hexDigits: Array(key.utf8).trimmed), secret.count == 16,
            body.count.isMultiple(of: AESBlocks.blockLength)
        else { throw .unknownFormat }
        let plain = try body.withUnsafeBufferPointer { cipher throws(MediaFailure) in
            try AESBlocks.decryptCBC(UnsafeRawBufferPointer(cipher), key: AESKey(secret), iv: secret)
        }
        let paddingLength = Int(plain[plain.count - 1])
        let length = plain.count - paddingLength
        let isPadded =
            length >= 0 && plain.withUnsafeBytes { AESBlocks.isPadding($0[length...]) }
        guard isPadded, let format = MediaFormat(of: plain, total: length), format.isPicture else {
            throw .wrongMediaKey
        }
        self.format = format
        bytes = plain[..<length]
    }
}
