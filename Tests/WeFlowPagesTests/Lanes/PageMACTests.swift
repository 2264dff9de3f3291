import CPageLanes
import TestSupport
import Testing
import WeFlowCrypto

@testable import WeFlowPages

@Suite struct PageMACTests {
    @Test(arguments: PageSample.paths)
    func `makes of messages of every length what others make of them`(_ path: weflow_path) throws {
        let long = PageSample.bytes(4200, seed: 30)
        let lines = try ReferenceVectors.lines("hmac")
        #expect(lines.count == 269)
        for line in lines {
            let length = try #require(Int(line[0]))
            let key = Array(long.prefix(try #require(Int(line[1]))))
            var mac = weflow_mac()
            weflow_mac_init(path, &mac, key, key.count)
            var code = [UInt8](repeating: 0, count: 64)
            weflow_mac_message(path, &mac, long, length, &code)
            #expect(HexDigits.text(code.prefix(16)) == line[2], "\(length) bytes")
            let whole = long.prefix(length).withUnsafeBytes { message in
                PageMAC(key: SecretBytes(key), path: WEFLOW_PATH_PORTABLE).tag(of: message)
            }
            #expect(whole.withUnsafeBytes { $0.elementsEqual(code) })
        }
    }

    @Test(arguments: PageSample.paths)
    func `verifies any number of pages at any address`(_ path: weflow_path) throws {
        let mac = PageSample.mac(path)
        let numbers: [UInt32] = [1, 2, 3, 0x0102_0304, .max, 1, 7, 8, 9, 10, 11, 12, 13, 1, 15, 16, 17, 18, 19, 20]
        let sealed = numbers.map { (bytes: PageSample.sealed($0), number: $0) }
        for count in 0...sealed.count {
            PageSample.withPages(Array(sealed.prefix(count)), slide: count) { pages in
                #expect(mac.verify(pages), "\(count) pages")
                #expect(pages.allSatisfy { $0.verified == 1 })
            }
        }
    }

    @Test(arguments: PageSample.paths)
    func `refuses exactly the pages that were tampered with`(_ path: weflow_path) throws {
        let mac = PageSample.mac(path)
        let sealed = (1...9).map { (bytes: PageSample.sealed($0), number: UInt32($0)) }
        for count in 1...9 {
            PageSample.withPages(Array(sealed.prefix(count))) { pages in
                for bad in 0..<count {
                    pages[bad].plain[2000 + bad] ^= 0x10
                    #expect(!mac.verify(pages))
                    #expect(pages.indices.allSatisfy { pages[$0].verified == ($0 == bad ? 0 : 1) })
                    pages[bad].plain[2000 + bad] ^= 0x10
                }
                #expect(mac.verify(pages))
            }
        }
    }

    @Test(arguments: PageSample.paths, [1, 2] as [UInt32])
    func `sees a flipped bit in every byte but the salt`(_ path: weflow_path, _ number: UInt32) throws {
        let mac = PageSample.mac(path)
        let page = (bytes: PageSample.sealed(number), number: number)
        // One page alone, and one in the last of several lanes.
        for count in [1, 4, 8] {
            PageSample.withPages(Array(repeating: page, count: count)) { pages in
                var unseen: [Int] = []
                for i in 0..<4096 {
                    pages[count - 1].plain[i] ^= 1 << (i % 8)
                    if mac.verify(pages) { unseen.append(i) }
                    pages[count - 1].plain[i] ^= 1 << (i % 8)
                }
                #expect(unseen == Array(0..<(number == 1 ? 16 : 0)))
            }
        }
    }

    @Test(arguments: PageSample.paths)
    func `ties a page to its number`(_ path: weflow_path) throws {
        let mac = PageSample.mac(path)
        let sealed = PageSample.sealed(3)
        for number: UInt32 in [0, 1, 2, 4, 3 << 8, 3 << 24] {
            PageSample.withPages([(sealed, number)]) { #expect(!mac.verify($0), "page \(number)") }
        }
    }

    @Test(arguments: PageSample.paths)
    func `signs what plain C signs`(_ path: weflow_path) throws {
        let mac = PageSample.mac(path)
        for number: UInt32 in [1, 2, 70_000] {
            let expected = PageSample.sealed(number)
            var page = expected
            page.replaceSubrange(4032..., with: [UInt8](repeating: 0, count: 64))
            page.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                mac.sign(base, number: number)
            }
            #expect(page == expected)
        }
    }
}
