import Testing

@testable import WeFlowPages

@Suite("Frames by page")
struct FrameMapTests {
    @Test("the last frame of each page is found, and no other page's", arguments: [1, 2, 64, 4096] as [UInt32])
    func lastFrame(step: UInt32) {
        var map = FrameMap()
        var known: [UInt32: Int64] = [:]
        #expect(map[1] == nil && map.count == 0 && map.sorted.isEmpty)
        for turn in 0..<3000 {
            let page = UInt32(turn * 7 % 1100) &* step &+ 1
            map.set(page, to: Int64(turn) * 4120)
            known[page] = Int64(turn) * 4120
        }
        #expect(map.count == known.count)
        for page in (0..<1200).map({ UInt32($0) &* step }) + (0..<1200).map({ UInt32($0) &* step &+ 1 }) {
            #expect(map[page] == known[page])
        }
        #expect(map.sorted.map(\.page) == known.keys.sorted())
        #expect(map.sorted.allSatisfy { known[$0.page] == $0.offset })
    }

    @Test("maps of the same frames are equal, however they came about")
    func equality() {
        var map: FrameMap = [3: 30, 2: 20, 1: 10]
        #expect(map == [1: 10, 2: 20, 3: 30] && map != [1: 10, 2: 20] && map != [1: 10, 2: 20, 3: 31])
        map.set(0, to: 5)
        #expect(map.count == 3 && map[0] == nil)
    }
}
