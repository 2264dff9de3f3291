internal import WeFlowSystem

/// Width and height of a picture, read from the first bytes of its file: so a page keeps the room for it before it is
/// loaded, and does not move while it is read.
struct PictureSize: Equatable {
    /// In pixels, from 1.
    let width: Int
    /// In pixels, from 1.
    let height: Int

    /// Reads a file's head; nil where it is no picture that is known, or cannot be read.
    init?(path: String) {
        // A picture without a known size is shown all the same.
        guard let file = try? File(path, for: .reading), let head = try? file.bytes(64 << 10, at: 0) else { return nil }
        self.init(head)
    }

    /// Reads the first bytes of a picture: PNG, GIF, WebP, JPEG.
    init?(_ head: [UInt8]) {
        guard let size = Self.png(head) ?? Self.gif(head) ?? Self.webp(head) ?? Self.jpeg(head), size.0 > 0, size.1 > 0
        else { return nil }
        (width, height) = size
    }

    /// The size that fits a room, whole and not larger than it is.
    func fitting(width most: Int, height highest: Int) -> (width: Int, height: Int) {
        let scale = min(1, Double(most) / Double(width), Double(highest) / Double(height))
        return (max(1, Int(Double(width) * scale)), max(1, Int(Double(height) * scale)))
    }

    private static func png(_ head: [UInt8]) -> (Int, Int)? {
        guard head.count >= 24, head.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return nil }
        return (big(head, 16, 4), big(head, 20, 4))
    }

    private static func gif(_ head: [UInt8]) -> (Int, Int)? {
        guard head.count >= 10, head.starts(with: Array("GIF8".utf8)) else { return nil }
        return (little(head, 6, 2), little(head, 8, 2))
    }

    private static func webp(_ head: [UInt8]) -> (Int, Int)? {
        guard head.count >= 30, head.starts(with: Array("RIFF".utf8)), head[8..<12].elementsEqual("WEBP".utf8) else {
            return nil
        }
        switch String(decoding: head[12..<16], as: UTF8.self) {
        case "VP8 ": return (little(head, 26, 2) & 0x3FFF, little(head, 28, 2) & 0x3FFF)
        case "VP8L":
            let bits = little(head, 21, 4)
            return (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
        case "VP8X": return (little(head, 24, 3) + 1, little(head, 27, 3) + 1)
        default: return nil
        }
    }

    private static func jpeg(_ head: [UInt8]) -> (Int, Int)? {
        guard head.starts(with: [0xFF, 0xD8]) else { return nil }
        var place = 2
        while place + 9 < head.count, head[place] == 0xFF {
            let marker = head[place + 1]
            if 0xC0...0xCF ~= marker, marker != 0xC4, marker != 0xC8, marker != 0xCC {
                return (big(head, place + 7, 2), big(head, place + 5, 2))
            }
            if marker == 0xFF {
                place += 1
            } else {
                place += 2 + max(2, big(head, place + 2, 2))
            }
        }
        return nil
    }

    private static func big(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        bytes[place..<(place + count)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func little(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        bytes[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
