import Testing

@testable import WeFlowQuery

@Suite("Files that may hold a picture")
struct PictureFileTests {
    private static let base = "0123456789abcdef0123456789abcdef"

    private func sorted(_ files: [(suffix: String, size: Int, modified: Int)]) throws -> [String] {
        try files.map { file in
            let name = Self.base + file.suffix
            let found = FolderCache.File(name: name, path: "/x/\(name)", size: file.size, modified: file.modified)
            return try #require(PictureFile(found, base: Self.base))
        }.sorted(by: PictureFile.precedes).map { String($0.path.dropFirst("/x/".count + Self.base.count)) }
    }

    @Test("of one version the larger comes first, then the newer, then by name")
    func order() throws {
        let names = try sorted([
            ("_hd.dat", 10, 5), ("_h.dat", 10, 5), (".H.dat", 10, 6), ("_HD.DAT", 11, 1), ("_c.dat", 11, 1),
            ("_w.dat", 12, 1), ("_t.dat", 99, 9),
        ])
        #expect(names == ["_HD.DAT", ".H.dat", "_h.dat", "_hd.dat", "_w.dat", "_c.dat", "_t.dat"])
    }

    @Test("another picture's file is none of them") func others() {
        let file = FolderCache.File(name: "ff.dat", path: "/x/ff.dat", size: 1, modified: 1)
        #expect(PictureFile(file, base: Self.base) == nil)
    }
}
