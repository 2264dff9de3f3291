import CZlib

/// A picture drawn by letters, each a square of one colour.
struct PixelPicture {
    private let rows: [String]
    private let colours: [Character: UInt32]
    private static let scale = 8

    /// Pixels across.
    var width: Int { rows[0].count * Self.scale }
    /// Pixels down.
    var height: Int { rows.count * Self.scale }
    /// The file.
    let png: [UInt8]

    /// - Parameters:
    ///   - colours: red, green, blue of each letter.
    ///   - rows: rows of equal length.
    init(_ colours: [Character: UInt32], _ rows: [String]) {
        self.rows = rows
        self.colours = colours
        let palette = colours.keys.sorted()
        let lines = rows.map { row in
            row.flatMap { letter in
                [UInt8](repeating: UInt8(palette.firstIndex(of: letter) ?? 0), count: Self.scale)
            }
        }
        // Each line of a PNG begins with its filter; 0 is none.
        let filtered: [[UInt8]] = lines.flatMap { [[UInt8]](repeating: [0] + $0, count: Self.scale) }
        let pixels = Array(filtered.joined())
        var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let size = [lines[0].count, lines.count * Self.scale].flatMap { Self.bigEndian(UInt32($0)) }
        png += Self.chunk("IHDR", size + [8, 3, 0, 0, 0])
        png += Self.chunk("PLTE", palette.flatMap { Self.bigEndian(colours[$0] ?? 0).dropFirst() })
        png += Self.chunk("IDAT", Self.deflated(pixels))
        png += Self.chunk("IEND", [])
        self.png = png
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return bigEndian(UInt32(content.count)) + body + bigEndian(UInt32(crc32(0, body, uInt(body.count))))
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(uLong(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(size))
        // The room is what zlib asks for, so it has no reason to fail.
        guard compress2(&packed, &size, bytes, uLong(bytes.count), 9) == Z_OK else { return [] }
        return Array(packed[..<Int(size)])
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

extension PixelPicture {
    /// A cat that does not look into the camera.
    static let cat = PixelPicture(
        [".": 0xFFE8D6, "#": 0x46465A, "o": 0x8FD694, "w": 0xFFFFFF, "p": 0xF4A6B0, "=": 0xCB997E],
        [
            "................",
            "..##........##..",
            "..#p#......#p#..",
            "..############..",
            ".##############.",
            ".##wo######wo##.",
            ".##ww######ww##.",
            ".######pp######.",
            "=##############=",
            ".=####w##w####=.",
            "=..####ww####..=",
            "....########....",
            "...##########...",
            "..############..",
            "..############..",
            "................",
        ])

    /// A mountain of 78 metres, with the sun behind it.
    static let mountains = PixelPicture(
        [".": 0x8ECAE6, "*": 0xFFB703, "#": 0x588157, "a": 0x3A5A40, "~": 0x219EBC, "w": 0xFFFFFF],
        [
            "................",
            "....ww......**..",
            "...wwww....****.",
            "...........****.",
            "......#.....**..",
            ".....###........",
            "....#####...#...",
            "...###a###.###..",
            "..###aaa######..",
            ".###aaaaa######.",
            "####aaaaaa######",
            "###aaaaaaaa#####",
            "~~~~~~~~~~~~~~~~",
            "~~ww~~~~~~~ww~~~",
            "~~~~~~ww~~~~~~~~",
            "~~~~~~~~~~~~~~~~",
        ])

    /// A loaf that looks like a hedgehog.
    static let bread = PixelPicture(
        [".": 0xFEFAE0, "#": 0xBC6C25, "=": 0xDDA15E, "o": 0x283618, "-": 0x606C38],
        [
            "................",
            ".....#..#..#....",
            "...#.##.##.##...",
            "...###########..",
            "..#############.",
            ".####==##==##==#",
            ".###=##==##==###",
            "#==#############",
            "=o==############",
            "====############",
            "o==#############",
            ".===############",
            "..=#############",
            "...==.==..==.==.",
            "----------------",
            "................",
        ])

    /// A cup of tea, less sugar, no ice.
    static let teacup = PixelPicture(
        [".": 0xEDF6F9, "#": 0x006D77, "t": 0xE29578, "s": 0xC8D5D9, "l": 0x83C5BE],
        [
            "................",
            "......s...s.....",
            ".....s...s......",
            "......s...s.....",
            ".....s...s......",
            "................",
            "..###########...",
            "..#ttttttttt###.",
            "..#ttttttttt#.#.",
            "..#lllllllll#.#.",
            "..#lllllllll###.",
            "..##lllllll##...",
            "...##lllll##....",
            "....#######.....",
            ".###############",
            "................",
        ])
}
