import Testing

@testable import WeFlowMedia

@Suite struct RenditionsTests {
    static let base = "0123456789abcdef0123456789abcdef"

    @Test func theBetterVersionHasTheLowerRank() throws {
        let order: [(String, Rendition)] = [
            ("_h.dat", .hd), (".dat", .normal), ("_W.dat", .normal), ("_NW.dat", .normal), ("_b.dat", .normal),
            ("_c.dat", .normal), ("_t.dat", .thumb), ("_t_W.dat", .thumb),
        ]
        let names = try order.map { try #require(PictureName(Self.base + $0.0)) }
        #expect(names.allSatisfy { $0.base == Self.base } && names.map(\.rendition) == order.map(\.1))
        #expect(zip(names, names.dropFirst()).allSatisfy { $0.rank < $1.rank })
    }

    @Test func otherFilesAreNoPictures() {
        for name in ["\(Self.base).mp4", "\(Self.base)_h", ".dat", ""] { #expect(PictureName(name) == nil) }
    }

    @Test(arguments: [
        ("abc.dat", "abc", PictureName.Kind.plain), ("ABC_T.dat", "abc", .thumb), ("abc.t.dat", "abc", .thumb),
        ("abc_thumb.jpg", "abc", .thumb), ("12_1733000000_t.dat", "12_1733000000", .thumb),
        ("12_1733000000_b.dat", "12_1733000000", .bubble), ("abc_t_W.dat", "abc", .singleByteThumb),
        ("abc_W_t.dat", "abc", .singleByteThumb), ("abc_h_W.dat", "abc", .hd), ("abc_w.dat", "abc", .other),
        ("abc_nw.dat", "abc", .uncovered), ("abc_x.dat", "abc_x", .plain), ("_t.dat", "_t", .plain),
        ("a_t_x.dat", "a_t_x", .plain), ("图片_h.dat", "图片", .hd),
    ]) func takesNamesApart(_ name: String, _ base: String, _ kind: PictureName.Kind) throws {
        let parsed = try #require(PictureName(name))
        #expect(parsed.base == base)
        #expect(parsed.kind == kind)
        #expect(parsed.rendition == kind.rendition)
    }

    @Test func aVideoIsLookedUpPlayableFirst() {
        #expect(VideoName.candidates(for: "abc") == ["abc.mp4", "abc_raw.mp4"])
        #expect(VideoName.candidates(for: "abc_raw") == ["abc.mp4", "abc_raw.mp4", "abc_raw_raw.mp4"])
        #expect(VideoName.candidates(for: "_raw") == ["_raw.mp4", "_raw_raw.mp4"])
    }

    @Test func aVideoStartsWithItsFileTypeBox() {
        #expect(VideoName.isVideo(Vectors.bytes("000000186674797069736f6d")))
        #expect(!VideoName.isVideo(Vectors.bytes("00000018667479")))
        #expect(!VideoName.isVideo([UInt8]()))
    }
}
