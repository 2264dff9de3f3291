/// Which frame of a log holds the newest committed content of each page.
///
/// A table of its own: a log of thousands of frames is taken in by every fresh process, and the standard library's takes
/// longer for it than the checksums do.
struct FrameMap: Sendable {
    private struct Frame: Sendable {
        /// 0 for none: pages count from 1.
        var page: UInt32
        var offset: Int64
    }

    /// A power of two of places, at most half of them in use; a frame lies at its page's place or behind it.
    private var places: [Frame] = []
    /// How many pages have a frame.
    private(set) var count = 0

    /// No frames.
    init() {}

    /// The offset in the log of a page's frame; nil where it has none.
    subscript(page: UInt32) -> Int64? {
        guard page > 0, !places.isEmpty else { return nil }
        let frame = places[place(of: page)]
        return frame.page == page ? frame.offset : nil
    }

    /// Notes where a page's frame is, in place of the one it had. Page 0 is none.
    mutating func set(_ page: UInt32, to offset: Int64) {
        guard page > 0 else { return }
        if 2 * count >= places.count { grow() }
        let place = place(of: page)
        if places[place].page == 0 { count += 1 }
        places[place] = Frame(page: page, offset: offset)
    }

    /// All pages that have a frame, with its offset, by page.
    var sorted: [(page: UInt32, offset: Int64)] {
        places.filter { $0.page > 0 }.map { ($0.page, $0.offset) }.sorted { $0.page < $1.page }
    }

    private func place(of page: UInt32) -> Int {
        // The high bits of a product scatter numbers that follow each other, else a page that has no frame would be
        // looked for along all of its neighbours.
        let product = UInt64(page) &* 0x9E37_79B9_7F4A_7C15
        var place = Int(truncatingIfNeeded: product >> 32) & (places.count - 1)
        while places[place].page != 0, places[place].page != page { place = (place + 1) & (places.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: Frame(page: 0, offset: 0), count: max(64, 2 * old.count))
        for frame in old where frame.page > 0 { places[place(of: frame.page)] = frame }
    }
}

extension FrameMap: Equatable, ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral frames: (UInt32, Int64)...) {
        for (page, offset) in frames { set(page, to: offset) }
    }

    static func == (a: FrameMap, b: FrameMap) -> Bool {
        a.count == b.count && a.places.allSatisfy { $0.page == 0 || b[$0.page] == $0.offset }
    }
}
