import TestSupport
import Testing

@testable import WeFlowMedia

@Suite struct RenditionsTests {
    static let base = "0123456789abcdef0123456789abcdef"

    /// Suffixes in the order of preference.
    @Test func bestRenditionComesFirst() {
        let order: [(String, Rendition)] = [
            ("_h.dat", .hd), (".dat", .normal), ("_W.dat", .normal), ("_NW.dat", .normal), ("_b.dat", .normal),
            ("_c.dat", .normal), ("_t.dat", .thumb), ("_t_W.dat", .thumb),
        ]
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let listing = order.map { StoredFile(name: Self.base + $0.0, size: 10, modified: 5) }
                .shuffled(using: &generator)
            let found = RenditionIndex(listing).candidates(for: Self.base)
            #expect(found.map(\.file.name) == order.map { Self.base + $0.0 })
            #expect(found.map(\.rendition) == order.map(\.1))
        }
    }

    @Test func insideOneKindTheLargerThenTheNewerThenTheNameDecides() {
        let listing = [
            StoredFile(name: "\(Self.base)_hd.dat", size: 10, modified: 5),
            StoredFile(name: "\(Self.base)_h.dat", size: 10, modified: 5),
            StoredFile(name: "\(Self.base).H.dat", size: 10, modified: 6),
            StoredFile(name: "\(Self.base)_HD.DAT", size: 11, modified: 1),
            StoredFile(name: "\(Self.base)_c.dat", size: 11, modified: 1),
            StoredFile(name: "\(Self.base)_w.dat", size: 12, modified: 1),
        ]
        let names = RenditionIndex(listing).candidates(for: Self.base.uppercased()).map { $0.file.name }
        #expect(names == ["_HD.DAT", ".H.dat", "_h.dat", "_hd.dat", "_w.dat", "_c.dat"].map { Self.base + $0 })
    }

    @Test func otherPicturesEmptyFilesAndOtherFilesAreLeftOut() {
        let listing = [
            StoredFile(name: "\(Self.base).dat", size: 0, modified: 1),
            StoredFile(name: "ff\(Self.base.dropFirst(2)).dat", size: 9, modified: 1),
            StoredFile(name: "\(Self.base).mp4", size: 9, modified: 1),
            StoredFile(name: "\(Self.base)_h", size: 9, modified: 1),
            StoredFile(name: ".dat", size: 9, modified: 1),
            StoredFile(name: "", size: 9, modified: 1),
        ]
        #expect(RenditionIndex(listing).candidates(for: Self.base).isEmpty)
        #expect(RenditionIndex([StoredFile]()).candidates(for: "").isEmpty)
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
