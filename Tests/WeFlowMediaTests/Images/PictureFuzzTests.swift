import TestSupport
import Testing

@testable import WeFlowMedia

/// Damaged and hostile bytes: a decoder may refuse them, and what it gives must hold together.
@Suite struct PictureFuzzTests {
    static let seeds: [UInt64] = [1, 2, 3, 4]

    /// Pictures of every form, to be damaged.
    static let corpus: [[UInt8]] = [
        Vectors.png, Vectors.xorPng, Vectors.xorJpegEnds, Vectors.v1, Vectors.v2a, Vectors.v2b, Vectors.v2c,
        Vectors.v2d,
        Vectors.v2e, Vectors.stickerSealed, Vectors.stickerPlain,
        Vectors.v2(head: .jpeg, zeroBlocks: 3, middle: [1, 2, 3], tail: [0xFF, 0xD9]),
        Vectors.v2(head: .wxgf, zeroBlocks: 1, tail: Array(0..<40)),
        WxgfContainerTests.container((0..<6).map { [UInt8](repeating: $0, count: 30) }),
        Vectors.bytes("777867660b0002004000300000000800000001" + "40010c01"),
    ]

    /// Flips, overwrites, cuts, repeats and inserts; lengths get the values that overflow.
    static func damage(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !bytes.isEmpty else { return generator.bytes(5) }
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[at] = [0x00, 0x01, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 2: bytes.removeLast(bytes.count - at)
            case 3: bytes.insert(contentsOf: generator.bytes(Int.random(in: 1..<40, using: &generator)), at: at)
            case 4: bytes.append(contentsOf: bytes[at...])
            case 5:
                for index in at..<min(at + 4, bytes.count) { bytes[index] = 0xFF }
            default:
                for index in bytes.indices.dropFirst(6).prefix(8) {
                    bytes[index] = UInt8.random(in: 0...255, using: &generator) & 0x3F
                }
            }
        }
        return bytes
    }

    @Test(arguments: seeds) func damagedPicturesAreRefusedOrHoldTogether(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let keySets = [
            ImageKeys(), ImageKeys(aes: try ImageKey(Vectors.imageKeyHex)),
            ImageKeys(aes: try ImageKey(Vectors.imageKey), xor: Vectors.xorKey),
        ]
        var opened = 0
        for round in 0..<1500 {
            let file = Self.damage(Self.corpus[round % Self.corpus.count], using: &generator)
            do {
                let picture = try DatPicture(decoding: file, keys: keySets[round % keySets.count])
                opened += 1
                #expect(picture.bytes.count <= file.count)
                if picture.format == .wxgf { check(WxgfContainer(picture.bytes), count: picture.bytes.count) }
                if picture.form == .plain { #expect(Array(picture.bytes) == file) }
            } catch {
                #expect(error != .wrongMediaKey)
            }
        }
        #expect(opened > 100)
    }

    @Test(arguments: seeds) func damagedContainersKeepTheirPartitionsInside(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let containers = Self.corpus.filter { $0.starts(with: "wxgf".utf8) }
        for round in 0..<1500 {
            let file = Self.damage(containers[round % containers.count], using: &generator)
            check(WxgfContainer(file[...]), count: file.count)
        }
    }

    @Test(arguments: seeds) func damagedStickersAreRefusedOrHoldTogether(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<1500 {
            let file = Self.damage(Self.corpus[round % Self.corpus.count], using: &generator)
            do {
                let sticker = try StickerPicture(decoding: file, key: Vectors.stickerKey)
                #expect(sticker.bytes.count <= file.count)
                #expect(sticker.format.isPicture)
            } catch {
                #expect([.damaged, .unknownFormat, .wrongMediaKey].contains(error))
            }
        }
    }

    @Test(arguments: seeds) func anyNameGivesASafeOne(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let letters: [Character] = [
            ".", "/", "\\", " ", "a", "_", "t", "h", "W", "\u{0}", "\u{202E}", "é", "群", "👨‍👩‍👧", "%", ":",
        ]
        for _ in 0..<1500 {
            let length = Int.random(in: 0..<60, using: &generator)
            let text = String((0..<length).map { _ in letters.randomElement(using: &generator) ?? "a" })
            let name = FileName.sanitised(text, fallback: "session")
            #expect(FileName.isSafeComponent(name))
            #expect(name.utf8.count <= FileName.lengthLimit)
            #expect(name.first != ".")
            #expect(name.last != ".")
            if let picture = PictureName(text + ".dat") { #expect(!picture.base.isEmpty) }
        }
    }

    private func check(_ container: WxgfContainer?, count: Int) {
        guard let container else { return }
        var end = 0
        for partition in container.partitions {
            #expect(partition.lowerBound >= end)
            #expect(!partition.isEmpty)
            end = partition.upperBound
        }
        #expect(end <= count)
        for conversion in container.conversions {
            for range in conversion.input { #expect(container.bytes(of: range).count == range.count) }
        }
        #expect(container.colourFrames.count <= container.partitions.count)
    }
}
