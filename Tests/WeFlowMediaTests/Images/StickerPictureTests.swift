import Testing
import WeFlowMedia

@Suite struct StickerPictureTests {
    @Test(arguments: [nil, Vectors.stickerKey, "no key"]) func aPlainBodyIsKept(_ key: String?) throws {
        let sticker = try StickerPicture(decoding: Vectors.stickerPlain, key: key)
        #expect(sticker.format == .gif)
        #expect(Array(sticker.bytes) == Vectors.stickerPlain)
    }

    @Test(arguments: [Vectors.stickerKey, Vectors.stickerKey.uppercased(), " \(Vectors.stickerKey)\n"])
    func anEncryptedBodyIsOpened(_ key: String) throws {
        let sticker = try StickerPicture(decoding: Vectors.stickerSealed, key: key)
        #expect(sticker.format == .gif)
        #expect(Array(sticker.bytes) == Vectors.stickerPlain)
    }

    @Test(arguments: [
        (Vectors.stickerSealed, nil, MediaFailure.unknownFormat),
        (Vectors.stickerSealed, "0011", .unknownFormat),
        (Vectors.stickerSealed, "ff112233445566778899aabbccddeeff", .wrongMediaKey),
        (Vectors.stickerSealed, "00112233445566778899aabbccddeefe", .wrongMediaKey),
        (Array(Vectors.stickerSealed.dropLast()), Vectors.stickerKey, .unknownFormat),
        (Array(Vectors.stickerSealed.dropLast(16)), Vectors.stickerKey, .wrongMediaKey),
        ([], Vectors.stickerKey, .damaged),
        (Array("<html>404 Not Found</html>".utf8), nil, .unknownFormat),
        (Vectors.bytes("000000186674797069736f6d0000000069736f6d"), nil, .unknownFormat),
    ]) func tellsFailuresApart(_ body: [UInt8], _ key: String?, _ failure: MediaFailure) {
        #expect(throws: failure) { try StickerPicture(decoding: body, key: key) }
    }
}
