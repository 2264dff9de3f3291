import Testing
import WeFlowMedia

@Suite struct WxgfContainerTests {
    /// The head of a real sample, and a file of its real length around it.
    static let sample: [UInt8] = {
        let head = Vectors.bytes(
            """
            777867661300020780043800000000004001a203020200010602020064000000
            fb3a0000fb3100000001
            """)
        return head + [UInt8](repeating: 0x5A, count: 64_367 - head.count)
    }()

    static func container(_ partitions: [[UInt8]], header: String = "777867660b000200400030") -> [UInt8] {
        Vectors.bytes(header)
            + partitions.flatMap { partition -> [UInt8] in
                let stream: [UInt8] = [0, 0, 0, 1] + partition
                return withUnsafeBytes(of: UInt32(stream.count).bigEndian, Array.init) + stream
            }
    }

    @Test func aRealStillPictureIsOnePartition() throws {
        let container = try #require(WxgfContainer(Self.sample[...]))
        #expect(container.width == 1920)
        #expect(container.height == 1080)
        #expect(container.partitions == [38..<64_343])
        #expect(!container.isAnimated)
        #expect(container.embedded == nil)
        #expect(container.bytes(of: 38..<43) == [0, 0, 0, 1, 0x5A])
        #expect(container.conversions.map(\.input) == [[38..<64_343], [38..<64_367], [4..<64_367]])
        #expect(container.conversions.allSatisfy { $0.output == .jpeg && $0.arguments.contains("hevc") })
    }

    @Test func theSmallestContainerHasOnePartition() throws {
        let bytes = Vectors.bytes("777867660b0002004000300000000800000001" + "40010c01")
        let container = try #require(WxgfContainer(bytes[...]))
        #expect(container.partitions == [15..<23])
        #expect(container.width == 64)
        #expect(container.height == 48)
    }

    @Test func offsetsCountFromTheStartOfASlice() throws {
        let bytes: [UInt8] = [1, 2, 3] + Self.container([[0x40, 1]])
        let container = try #require(WxgfContainer(bytes[3...]))
        #expect(container.partitions == [15..<21])
        #expect(Array(container.bytes(of: 15..<21)) == [0, 0, 0, 1, 0x40, 1])
        #expect(container.bytes(of: 15..<22).isEmpty)
    }

    @Test func manyEvenPartitionsAreAnAnimation() throws {
        let frames: [[UInt8]] = (0..<6).map { [UInt8](repeating: $0 + 0x40, count: 20) }
        let container = try #require(WxgfContainer(Self.container(frames)[...]))
        #expect(container.isAnimated)
        #expect(container.partitions.count == 6)
        #expect(container.colourFrames.map { container.bytes(of: $0).last } == [0x41, 0x43, 0x45])
        let first = try #require(container.conversions.first)
        #expect(first.output == .gif)
        #expect(first.input == container.colourFrames)
        #expect(container.conversions.dropFirst().first?.input == container.colourFrames)
        #expect(container.conversions.dropFirst().allSatisfy { $0.output == .jpeg })
    }

    @Test func aPartitionOfMostOfTheFileIsAStillPicture() throws {
        let small = [UInt8](repeating: 0x40, count: 10)
        let large = [UInt8](repeating: 0x41, count: 200)
        let container = try #require(WxgfContainer(Self.container([small, large, small])[...]))
        #expect(!container.isAnimated)
        #expect(container.largest == container.partitions[1])
        #expect(container.colourFrames.isEmpty)
    }

    @Test func startCodesInsideAPartitionDoNotStartAnother() throws {
        let inner: [UInt8] = [0x40, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0x42, 1]
        let container = try #require(WxgfContainer(Self.container([inner])[...]))
        #expect(container.partitions.count == 1)
    }

    @Test func lengthsThatLeaveTheFileAreSkipped() throws {
        for length in ["00000000", "00000009", "7fffffff", "ffffffff"] {
            let bytes = Vectors.bytes("777867660b000200400030" + length + "00000001" + "40010c01")
            let container = try #require(WxgfContainer(bytes[...]))
            #expect(container.partitions.isEmpty)
            #expect(container.largest == nil)
            #expect(container.conversions.map(\.input) == [[4..<23]])
        }
    }

    @Test func shortStartCodesCountWhereThereAreNoLongOnes() throws {
        let bytes = Vectors.bytes("777867660b000200400030" + "00010007" + "000001" + "40010c01")
        #expect(try #require(WxgfContainer(bytes[...])).partitions.isEmpty)
        let fitting = Vectors.bytes("777867660b0002004000300000" + "0007000001" + "40010c01")
        #expect(try #require(WxgfContainer(fitting[...])).partitions == [15..<22])
    }

    @Test func anOrdinaryPictureInsideIsFound() throws {
        let container = try #require(WxgfContainer((Vectors.bytes("777867660b000200400030") + Vectors.png)[...]))
        #expect(container.embedded?.format == .png)
        #expect(container.embedded?.range == 11..<83)
        let hidden = Self.container([[0x40] + Vectors.jpegEnds])
        #expect(try #require(WxgfContainer(hidden[...])).embedded == nil)
        let late = Self.container([]) + [UInt8](repeating: 1, count: 4096) + Vectors.png
        #expect(try #require(WxgfContainer(late[...])).embedded == nil)
    }

    @Test(arguments: ["", "777867", "77786766", "777867660b0002004000", "89504e470d0a1a0a0000000d"])
    func isNilWithoutMagicAndHeader(_ hex: String) {
        #expect(WxgfContainer(Vectors.bytes(hex)[...]) == nil)
    }

    @Test func aFileFullOfStartCodesIsBounded() throws {
        let bytes = Self.container(Array(repeating: [], count: 20_000))
        #expect(try #require(WxgfContainer(bytes[...])).partitions.count == WxgfContainer.partitionLimit)
    }

    @Test func framesOfAlmostOnlyZerosAreBlank() {
        let blank: [UInt8] = [0xFF, 0xD8, 0xFF] + [UInt8](repeating: 0, count: 5000)
        #expect(WxgfContainer.isBlankFrame(blank))
        #expect(!WxgfContainer.isBlankFrame(blank.prefix(4095)))
        #expect(!WxgfContainer.isBlankFrame(blank + [UInt8](repeating: 1, count: 100)))
    }
}
