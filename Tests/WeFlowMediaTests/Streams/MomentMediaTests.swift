import TestSupport
import Testing
import WeFlowMedia

@Suite struct MomentMediaTests {
    static let key: UInt64 = 14_720_510_155_579_726_123
    static let video = Vectors.bytes("0000001866747970") + [UInt8](repeating: 0x41, count: 200_000)

    static func covered(_ plain: [UInt8], _ key: UInt64, length: Int = .max) -> [UInt8] {
        var bytes = plain
        var stream = MomentKeystream(key: key)
        bytes.withUnsafeMutableBytes { bytes in
            stream.xor(UnsafeMutableRawBufferPointer(rebasing: bytes.prefix(length)), at: 0)
        }
        return bytes
    }

    @Test(
        arguments: [
            (
                2_105_122_989, "89cd4cf895ff58e0dc060d29f6d7c55ff7da4ae97f38068661cf47d857bf620d",
                "000000206674797069736f6d0000020069736f6d69736f32617663316d703431", MediaFormat.mp4
            ),
            (
                14_720_510_155_579_726_123, "c7841c3d2954b96504b382a461723ccddfb691d0",
                "ffd8ffe000104a46494600010100000100010000", .jpeg
            ),
        ] as [(UInt64, String, String, MediaFormat)])
    func opensTheWorkedExamples(_ key: UInt64, _ cipher: String, _ plain: String, _ format: MediaFormat) throws {
        var body = Vectors.bytes(cipher)
        var media = try MomentMedia(head: body, key: key)
        #expect(media.format == format)
        media.uncover(&body)
        #expect(body == Vectors.bytes(plain))
    }

    @Test func aWholePictureIsUncovered() throws {
        let plain = Vectors.png + [UInt8](repeating: 9, count: 300_000)
        var body = Self.covered(plain, Self.key)
        var media = try MomentMedia(head: body.prefix(64), total: body.count, key: Self.key)
        #expect(media.format == .png)
        media.uncover(&body)
        #expect(body == plain)
    }

    @Test func onlyTheStartOfAVideoIsUncovered() throws {
        var body = Self.covered(Self.video, Self.key, length: MomentMedia.coveredVideoLength)
        var media = try MomentMedia(head: body.prefix(64), key: Self.key)
        #expect(media.format == .mp4)
        #expect(media.coveredLength == 131_072)
        media.uncover(&body)
        #expect(body == Self.video)
    }

    @Test func theNetworkMayStateTheCoveredLength() throws {
        var body = Self.covered(Self.video, Self.key, length: 4096)
        var media = try MomentMedia(head: body.prefix(64), key: Self.key, encryptedLength: 4096)
        media.uncover(&body)
        #expect(body == Self.video)
        #expect(try MomentMedia(head: Self.covered(Self.video, 9), key: 9, encryptedLength: -5).coveredLength == 0)
    }

    @Test(arguments: [UInt64?.none, 0, 12345]) func plainBodiesStayAsTheyAre(_ key: UInt64?) throws {
        for plain in [Vectors.png, Vectors.jpegEnds, Vectors.stickerPlain, Self.video] {
            var body = plain
            var media = try MomentMedia(head: body.prefix(64), total: body.count, key: key)
            #expect(media.coveredLength == 0)
            media.uncover(&body)
            #expect(body == plain)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func piecesInAnyOrderGiveTheWhole(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let body = Self.covered(Self.video, Self.key, length: MomentMedia.coveredVideoLength)
        var media = try MomentMedia(head: body.prefix(64), key: Self.key)
        for _ in 0..<10 {
            let start = Int.random(in: 0..<body.count, using: &generator)
            let end = Int.random(in: start..<min(body.count, start + 60_000), using: &generator)
            var part = Array(body[start..<end])
            media.uncover(&part, at: start)
            #expect(part[...] == Self.video[start..<end])
        }
    }

    @Test func theBorderOfTheCoveredPartIsExact() throws {
        let body = Self.covered(Self.video, Self.key, length: MomentMedia.coveredVideoLength)
        var media = try MomentMedia(head: body.prefix(64), key: Self.key)
        for start in [131_070, 131_071, 131_072, 131_073, 199_999] {
            var part = Array(body[start..<min(start + 4, body.count)])
            media.uncover(&part, at: start)
            #expect(part[...] == Self.video[start..<start + part.count])
        }
        var untouched: [UInt8] = [1, 2]
        media.uncover(&untouched, at: -1)
        media.uncover(&untouched, at: .max)
        #expect(untouched == [1, 2])
    }

    @Test func bodiesThatAreNoMediaAreRefused() {
        let page = Array("<html>404</html>".utf8)
        #expect(throws: MediaFailure.damaged) { try MomentMedia(head: [UInt8](), key: 1) }
        #expect(throws: MediaFailure.unknownFormat) { try MomentMedia(head: page, key: nil) }
        #expect(throws: MediaFailure.wrongMediaKey) { try MomentMedia(head: page, key: 1) }
        #expect(throws: MediaFailure.wrongMediaKey) {
            try MomentMedia(head: Self.covered(Vectors.png, Self.key), key: Self.key - 1)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func damagedHeadsAreRefusedOrUncoverBackAndForth(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let corpus = [
            Self.covered(Vectors.png, 5), Array(Self.covered(Self.video.prefix(100).map { $0 }, 5)), Vectors.png,
        ]
        var accepted = 0
        for round in 0..<300 {
            let body = PictureFuzzTests.damage(corpus[round % corpus.count], using: &generator)
            do {
                var media = try MomentMedia(head: body, total: body.count, key: 5)
                accepted += 1
                var once = body
                media.uncover(&once)
                #expect(MediaFormat(of: once) == media.format)
                media.uncover(&once)
                #expect(once == body)
            } catch {
                #expect([.damaged, .wrongMediaKey].contains(error))
            }
        }
        #expect(accepted > 30)
    }
}
