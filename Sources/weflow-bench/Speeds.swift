internal import CPageLanes
internal import CSQLite
internal import CZstd
internal import Foundation

/// What this machine does at best with what weflow has to do, on one core: the limit beside the figures.
///
/// Nothing is gained here by reading less: what a run read is taken as what it had to read.
struct Speeds {
    /// Bytes a second that come out of files which the system has in memory, in pieces of 64 pages.
    let read: Double
    /// Bytes a second of pages whose HMAC is computed in lanes.
    let hash: Double
    /// Bytes a second of pages that are decrypted.
    let decrypt: Double
    /// Seconds to decompress one content of a message, of those that the account holds.
    let frame: Double
    /// How many such contents the account has.
    let frames: Int
    /// Bytes a second that go through a pipe.
    let pour: Double
    /// Seconds that a program takes which does nothing.
    let start: Double

    /// Seconds of one core that a run had to take: for its start, what it read, and what it decompressed and gave out.
    func limit(of sample: Sample, frames: Int, isDrained: Bool) -> Double {
        let opened = Double(sample.read) * (1 / read + 1 / hash + 1 / decrypt)
        return start + opened + Double(frames) * frame + (isDrained ? Double(sample.bytes) / pour : 0)
    }

    /// One line of what was measured.
    var text: String {
        func rate(_ bytes: Double) -> String { String(format: "%.2f GB/s", bytes / 1e9) }
        return "one core of it reads \(rate(read)), hashes pages \(rate(hash)), decrypts \(rate(decrypt)), takes "
            + String(format: "%.2f µs", frame * 1e6)
            + " to decompress one of \(frames) contents, writes \(rate(pour)) into a pipe, starts a shell in \(Report.time(start))"
    }
}

/// How the machine is measured.
extension Speeds {
    private static let chunk = 64 * 4096
    private static let rounds = 5

    /// Measures, with files and contents of the large accounts.
    init(_ workshop: Workshop) throws {
        let raw = try workshop.account(.raw, messages: workshop.options.scale)
        let plain = try workshop.account(.plain, messages: workshop.options.scale)
        read = try Self.read(raw.store + "/message/message_0.db")
        (hash, decrypt) = Self.pages()
        let contents = try Self.contents(plain)
        (frame, frames) = (try Self.decompress(contents.some), contents.count)
        let nothing = Contender(label: "nothing", command: ["/bin/sh", "-c", ":"])
        let size = 256 << 20
        let poured = Contender(
            label: "zeros", command: ["/usr/bin/head", "-c", String(size), "/dev/zero"], output: .drain)
        let contest = try Contest(workshop, rounds: Self.rounds, [("nothing", nothing), ("poured", poured)])
        start = try contest.result("nothing").cpu
        pour = Double(size) / (try contest.result("poured").cpu)
    }

    /// The shortest of several times.
    private static func shortest(_ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<rounds {
            let before = DispatchTime.now().uptimeNanoseconds
            try body()
            best = min(best, Double(DispatchTime.now().uptimeNanoseconds - before) / 1e9)
        }
        return best
    }

    private static func read(_ path: String) throws -> Double {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw Workshop.Failure(description: "\(path) cannot be read") }
        defer { close(descriptor) }
        let room = UnsafeMutableRawPointer.allocate(byteCount: chunk, alignment: 4096)
        defer { room.deallocate() }
        var bytes = 0
        let seconds = shortest {
            bytes = 0
            while case let got = pread(descriptor, room, chunk, off_t(bytes)), got > 0 { bytes += got }
        }
        return Double(bytes) / seconds
    }

    /// Pages of any content: those that do not fit are hashed all the same.
    private static func pages() -> (hash: Double, decrypt: Double) {
        let count = 64
        let room = UnsafeMutableRawPointer.allocate(byteCount: chunk, alignment: 4096)
        defer { room.deallocate() }
        room.initializeMemory(as: UInt8.self, repeating: 7, count: chunk)
        let base = room.assumingMemoryBound(to: UInt8.self)
        var pages = (0..<count).map { index in
            let page = base + index * 4096
            return weflow_page(sealed: page, plain: page, number: UInt32(index + 2), verified: 1)
        }
        let (path, cipher) = (weflow_best_path(), weflow_best_cipher())
        let key = [UInt8](repeating: 1, count: 32)
        var (mac, aes) = (weflow_mac(), weflow_aes())
        weflow_mac_init(path, &mac, key, key.count)
        let times = 40
        let hash = shortest {
            for _ in 0..<times { _ = weflow_verify_pages(path, &mac, &pages, count) }
        }
        weflow_aes_init(cipher, &aes, key, key.count)
        for index in pages.indices { pages[index].verified = 1 }
        let decrypt = shortest {
            for _ in 0..<times { weflow_decrypt_pages(cipher, &aes, &pages, count) }
        }
        let bytes = Double(times * chunk)
        return (bytes / hash, bytes / decrypt)
    }

    /// Compressed contents of the account's chat: how many there are, and some of them.
    private static func contents(_ account: Account) throws -> (some: [[UInt8]], count: Int) {
        var (some, count): ([[UInt8]], Int) = ([], 0)
        for shard in 0..<3 {
            var database: OpaquePointer?
            let path = account.store + "/message/message_\(shard).db"
            defer { sqlite3_close_v2(database) }
            guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
                throw Workshop.Failure(description: "\(path) cannot be read")
            }
            var statement: OpaquePointer?
            defer { sqlite3_finalize(statement) }
            let sql = "SELECT message_content FROM \(account.table) WHERE typeof(message_content) = 'blob'"
            guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
                throw Workshop.Failure(description: "\(path): \(String(cString: sqlite3_errmsg(database)))")
            }
            while sqlite3_step(statement) == SQLITE_ROW {
                count += 1
                guard some.count < 20_000, let bytes = sqlite3_column_blob(statement, 0) else { continue }
                some.append(
                    Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, 0)))))
            }
        }
        return (some, count)
    }

    /// Seconds for each.
    private static func decompress(_ contents: [[UInt8]]) throws -> Double {
        guard !contents.isEmpty else { return 0 }
        var room = [UInt8](repeating: 0, count: 4 << 20)
        let context = ZSTD_createDCtx()
        defer { ZSTD_freeDCtx(context) }
        let seconds = try shortest {
            for content in contents {
                let size = ZSTD_decompressDCtx(context, &room, room.count, content, content.count)
                guard ZSTD_isError(size) == 0 else { throw Workshop.Failure(description: "a content is no zstd frame") }
            }
        }
        return seconds / Double(contents.count)
    }
}
