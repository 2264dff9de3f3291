import CPageLanes
import TestSupport
import Testing
import WeFlowCrypto

@testable import WeFlowPages

@Suite struct KeyDerivationTests {
    private func bytes(_ key: SecretBytes) -> [UInt8] { key.withUnsafeBytes { Array($0) } }

    private func hex(_ key: SecretBytes) -> String { HexDigits.text(bytes(key)) }

    @Test(arguments: PageSample.paths)
    func `derives known keys`(_ path: weflow_path) {
        let account = SecretBytes([UInt8](repeating: 0xA1, count: 32))
        let salt = (0..<16).map { UInt8($0) }
        let page = KeyDerivation.keys(account, salts: [salt], rounds: 256_000, path: path)
        #expect(page.map(hex) == ["d8999413d083d47f96521905819bd773e8e00537c37dbbca11732a1192afeeae"])
        let mac = KeyDerivation.keys(page[0], salts: [salt.map { $0 ^ 0x3A }], rounds: 2, path: path)
        #expect(mac.map(hex) == ["b4596e83e5ee4e9c9cb357c1c9a1a83284b103d279eaa8a50051a466883c02cb"])
    }

    @Test(arguments: PageSample.paths)
    func `derives for any number of salts what others derive`(_ path: weflow_path) throws {
        #expect(KeyDerivation.keys(SecretBytes([1]), salts: [], rounds: 1, path: path).isEmpty)
        let lines = try ReferenceVectors.lines("pbkdf2")
        #expect(lines.count == 18)
        for line in lines {
            let count = try #require(Int(line[0]))
            let password = PageSample.bytes(count % 2 == 0 ? 32 : 7 * count, seed: 40)
            let salts = (0..<count).map { PageSample.bytes(16, seed: 50 + UInt64($0)) }
            let rounds = 1 + count % 5
            let keys = KeyDerivation.keys(
                SecretBytes(password), salts: salts, rounds: UInt32(rounds), path: path)
            #expect(keys.count == count)
            #expect(HexDigits.text(SHA256.hash(keys.flatMap(bytes))) == line[1], "\(count) salts, \(rounds) rounds")
        }
    }
}
