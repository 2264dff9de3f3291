import Testing

@testable import WeFlowMedia

@Suite struct DatPictureTests {
    struct Case: Sendable {
        let name: String
        let file: [UInt8]
        let plain: [UInt8]
        let form: DatPicture.Form
        let format: MediaFormat
        let xorKey: UInt8?
    }

    static let vectors = [
        Case(
            name: "plain PNG", file: Vectors.png, plain: Vectors.png, form: .plain, format: .png, xorKey: nil),
        Case(
            name: "XOR PNG", file: Vectors.xorPng, plain: Vectors.png, form: .xor, format: .png, xorKey: 0xA4),
        Case(
            name: "XOR JPEG", file: Vectors.xorJpegEnds, plain: Vectors.jpegEnds, form: .xor, format: .jpeg,
            xorKey: 0x37),
        Case(name: "V1", file: Vectors.v1, plain: Vectors.png, form: .v1, format: .png, xorKey: 0x5A),
        Case(name: "V2 a", file: Vectors.v2a, plain: Vectors.png, form: .v2, format: .png, xorKey: 0x5A),
        Case(name: "V2 b", file: Vectors.v2b, plain: Vectors.png, form: .v2, format: .png, xorKey: nil),
        Case(name: "V2 c", file: Vectors.v2c, plain: Vectors.png, form: .v2, format: .png, xorKey: nil),
        Case(name: "V2 d", file: Vectors.v2d, plain: Vectors.png, form: .v2, format: .png, xorKey: 0x5A),
        Case(name: "V2 e", file: Vectors.v2e, plain: Vectors.jpegEnds, form: .v2, format: .jpeg, xorKey: 0x5A),
    ]

    /// Text and hex of the AES key, with and without the XOR key.
    static let keySets: [@Sendable () throws -> ImageKeys] = [
        { ImageKeys(aes: try ImageKey(Vectors.imageKey)) },
        { ImageKeys(aes: try ImageKey(Vectors.imageKey), xor: Vectors.xorKey) },
        { ImageKeys(aes: try ImageKey(Vectors.imageKeyHex)) },
        { ImageKeys(aes: try ImageKey(Vectors.imageKeyHex.uppercased()), xor: Vectors.xorKey) },
    ]

    @Test(arguments: vectors) func decodesEveryFormWithEverySetOfKeys(_ vector: Case) throws {
        for keys in Self.keySets {
            let picture = try DatPicture(decoding: vector.file, keys: keys())
            #expect(Array(picture.bytes) == vector.plain, "\(vector.name)")
            #expect(picture.form == vector.form)
            #expect(picture.format == vector.format)
            #expect(picture.xorKey == vector.xorKey)
        }
    }

    @Test func legacyAndV1NeedNoKey() throws {
        for vector in Self.vectors where vector.form != .v2 {
            #expect(Array(try DatPicture(decoding: vector.file).bytes) == vector.plain, "\(vector.name)")
        }
    }

    @Test(arguments: [
        (Vectors.Block.jpeg, [UInt8](repeating: 7, count: 31) + [0xFF, 0xD9], MediaFormat.jpeg),
        (Vectors.Block.png, [UInt8](repeating: 7, count: 900) + [0xAE, 0x42, 0x60, 0x82], .png),
        (Vectors.Block.gif, [0x00, 0x3B], .gif),
    ]) func findsTheXorKeyAtTheEndOfPictures(
        _ head: Vectors.Block, _ tail: [UInt8], _ format: MediaFormat
    ) throws {
        let middle = [UInt8](repeating: 0xEE, count: 500)
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey))
        let picture = try DatPicture(decoding: Vectors.v2(head: head, middle: middle, tail: tail), keys: keys)
        #expect(picture.format == format)
        #expect(picture.xorKey == Vectors.xorKey)
        #expect(Array(picture.bytes) == Vectors.plain(head: head, middle: middle, tail: tail))
    }

    @Test func findsTheXorKeyBeforeTheTrailerOfDownloadedPictures() throws {
        let trailer = Vectors.bytes("ffd975f0d33c00000000") + (0..<16).map { $0 * 3 }
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey))
        let picture = try DatPicture(decoding: Vectors.v2(head: .jpeg, tail: [9, 9] + trailer), keys: keys)
        #expect(picture.xorKey == Vectors.xorKey)
        #expect(picture.bytes.suffix(26) == trailer[...])
    }

    @Test func aTailOfOneByteIsEnoughWhereTheByteBeforeItFits() throws {
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey))
        let picture = try DatPicture(decoding: Vectors.v2(head: .jpeg, middle: [0xFF], tail: [0xD9]), keys: keys)
        #expect(Array(picture.bytes.suffix(2)) == [0xFF, 0xD9])
        #expect(throws: MediaFailure.imageXorKeyNeeded) {
            try DatPicture(decoding: Vectors.v2(head: .jpeg, middle: [0xFE], tail: [0xD9]), keys: keys)
        }
    }

    @Test(arguments: [Vectors.Block.webp, .bmp, .wxgf])
    func formatsWithoutAKnownEndNeedTheXorKey(_ head: Vectors.Block) throws {
        let file = Vectors.v2(head: head, tail: Array(0..<100))
        #expect(throws: MediaFailure.imageXorKeyNeeded) {
            try DatPicture(decoding: file, keys: ImageKeys(aes: try ImageKey(Vectors.imageKey)))
        }
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey), xor: Vectors.xorKey)
        #expect(
            Array(try DatPicture(decoding: file, keys: keys).bytes) == Vectors.plain(head: head, tail: Array(0..<100)))
    }

    @Test func theEndOfAPictureBeatsAWrongConfiguredXorKey() throws {
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey), xor: 0x11)
        let picture = try DatPicture(decoding: Vectors.v2a, keys: keys)
        #expect(picture.xorKey == Vectors.xorKey)
        #expect(Array(picture.bytes) == Vectors.png)
    }

    @Test func aPictureWithAnUnusualEndTakesTheConfiguredXorKey() throws {
        let tail: [UInt8] = [1, 2, 3, 4]
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey), xor: Vectors.xorKey)
        let picture = try DatPicture(decoding: Vectors.v2(head: .jpeg, tail: tail), keys: keys)
        #expect(Array(picture.bytes.suffix(4)) == tail)
    }

    @Test func theFirst16CharactersOf32HexDigitsAreTriedToo() throws {
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey + "fedcba9876543210"))
        #expect(Array(try DatPicture(decoding: Vectors.v2a, keys: keys).bytes) == Vectors.png)
    }

    @Test(arguments: [2046, 2047, 2048, 2049, 5000])
    func aLongRunIsDecryptedInPieces(_ count: Int) throws {
        let kinds: [Vectors.Block] = [.text, .png, .gif, .zero, .webp]
        let blocks = [Vectors.Block.jpeg] + (1..<count).map { kinds[$0 % kinds.count] }
        let file =
            Vectors.header(plainLength: 16 * count, tailLength: 0) + blocks.flatMap(\.sealed)
            + Vectors.Block.padding.sealed + [0xFF, 0xD9]
        let picture = try DatPicture(decoding: file, keys: ImageKeys(aes: try ImageKey(Vectors.imageKey)))
        #expect(Array(picture.bytes) == blocks.flatMap(\.plain) + [0xFF, 0xD9])
    }

    @Test func aRunShorterThanASignatureIsJudgedByItsPadding() throws {
        // A = 0: one block of padding, and the picture lies behind it.
        let file = Vectors.header(plainLength: 0, tailLength: 0) + Vectors.Block.padding.sealed + Vectors.png
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKeyHex))
        #expect(Array(try DatPicture(decoding: file, keys: keys).bytes) == Vectors.png)
        #expect(throws: MediaFailure.wrongImageKey) {
            try DatPicture(decoding: file, keys: ImageKeys(aes: try ImageKey("fedcba9876543210")))
        }
    }

    @Test func aTailThatHidesTheSignatureTakesTheConfiguredXorKey() throws {
        let tail = Vectors.png.map { $0 ^ Vectors.xorKey }
        let file =
            Vectors.header(plainLength: 0, tailLength: tail.count) + Vectors.Block.padding.sealed + tail
        let aes = try ImageKey(Vectors.imageKey)
        let picture = try DatPicture(decoding: file, keys: ImageKeys(aes: aes, xor: Vectors.xorKey))
        #expect(Array(picture.bytes) == Vectors.png)
        #expect(throws: MediaFailure.imageXorKeyNeeded) {
            try DatPicture(decoding: file, keys: ImageKeys(aes: aes))
        }
        #expect(throws: MediaFailure.wrongImageKey) {
            try DatPicture(decoding: file, keys: ImageKeys(aes: try ImageKey("fedcba9876543210")))
        }
    }

    @Test func onlyAConfiguredXorKeyOpensALegacyBitmapOfOddSize() throws {
        let bitmap = Vectors.Block.bmp.plain + [UInt8](repeating: 1, count: 100)
        let covered = bitmap.map { $0 ^ 0x77 }
        #expect(throws: MediaFailure.unknownFormat) { try DatPicture(decoding: covered) }
        let picture = try DatPicture(decoding: covered, keys: ImageKeys(xor: 0x77))
        #expect(picture.format == .bmp)
        #expect(Array(picture.bytes) == bitmap)
    }

    @Test func findsTheXorKeyOfEveryLegacyFormat() throws {
        let rightSize: [UInt8] = [0x42, 0x4D, 32, 0, 0, 0] + [UInt8](repeating: 9, count: 26)
        let heads: [([UInt8], MediaFormat)] = [
            (Vectors.jpegEnds, .jpeg), (Vectors.png, .png), (Vectors.Block.gif.plain, .gif),
            (Array("GIF87a....".utf8), .gif), (Vectors.Block.webp.plain, .webp), (Vectors.Block.wxgf.plain, .wxgf),
            (Vectors.bytes("49492a0008000000"), .tiff), (Vectors.bytes("4d4d002a00000008"), .tiff), (rightSize, .bmp),
        ]
        for (plain, format) in heads {
            for key in UInt8(1)...255 {
                let picture = try DatPicture(decoding: plain.map { $0 ^ key })
                #expect(picture.format == format)
                #expect(picture.xorKey == key)
                #expect(Array(picture.bytes) == plain)
            }
        }
    }

    struct Refusal: Sendable {
        let why: String
        let file: [UInt8]
        let key: String?
        let failure: MediaFailure
    }

    static let refusals = [
        Refusal(why: "empty", file: [], key: nil, failure: .damaged),
        Refusal(why: "no key", file: Vectors.v2a, key: nil, failure: .imageKeyNeeded),
        Refusal(why: "wrong key", file: Vectors.v2a, key: "fedcba9876543210", failure: .wrongImageKey),
        Refusal(why: "wrong key, no tail", file: Vectors.v2c, key: "fedcba9876543210", failure: .wrongImageKey),
        Refusal(
            why: "wrong key, Linux tail", file: Vectors.v2d, key: "fedcba9876543210", failure: .wrongImageKey),
        Refusal(
            why: "V1 magic, V2 key", file: Vectors.bytes("070856310807") + Vectors.v2a[6...], key: Vectors.imageKey,
            failure: .wrongImageKey),
        Refusal(why: "magic alone", file: Array(Vectors.v2a[..<6]), key: Vectors.imageKey, failure: .damaged),
        Refusal(why: "header alone", file: Array(Vectors.v2a[..<15]), key: Vectors.imageKey, failure: .damaged),
        Refusal(why: "cut", file: Array(Vectors.v2a[..<60]), key: Vectors.imageKey, failure: .damaged),
        Refusal(why: "cut, no key", file: Array(Vectors.v2a[..<60]), key: nil, failure: .damaged),
        Refusal(
            why: "tail of 4 GiB", file: Vectors.v2a[..<10] + [255, 255, 255, 255] + Vectors.v2a[14...],
            key: Vectors.imageKey, failure: .damaged),
        Refusal(
            why: "run of 4 GiB", file: Vectors.v2a[..<6] + [255, 255, 255, 255] + Vectors.v2a[10...],
            key: Vectors.imageKey, failure: .damaged),
        Refusal(
            why: "right key, broken padding",
            file: Vectors.header(plainLength: 16, tailLength: 0) + Vectors.Block.jpeg.sealed
                + Vectors.Block.zero.sealed,
            key: Vectors.imageKey, failure: .damaged),
        Refusal(
            why: "right key, no picture", file: Vectors.v2(head: .text), key: Vectors.imageKey,
            failure: .unknownFormat),
        Refusal(why: "V3", file: Vectors.bytes("070856330807") + Vectors.v2a[6...], key: nil, failure: .unknownFormat),
        Refusal(why: "zeros", file: [UInt8](repeating: 0, count: 4096), key: nil, failure: .unknownFormat),
        Refusal(why: "one byte", file: [0xFF], key: nil, failure: .unknownFormat),
    ]

    @Test(arguments: refusals) func tellsFailuresApart(_ refusal: Refusal) throws {
        let keys = ImageKeys(aes: try refusal.key.map { try ImageKey($0) }, xor: Vectors.xorKey)
        #expect(throws: refusal.failure, "\(refusal.why)") {
            try DatPicture(decoding: refusal.file, keys: keys)
        }
    }

    @Test func everyFailureSaysASentenceWithoutAFullStop() {
        for failure in MediaFailure.allCases {
            #expect(failure.description.first?.isLowercase == true)
            #expect(failure.description.last != ".")
        }
    }
}
