import Foundation
import TestSupport
import Testing
import WeFlowSystem

@Suite("Files")
struct FileTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test("what is written is read, at any place, and not beyond the end")
    func readsWhatIsWritten() throws {
        let path = scratch.file("a")
        let file = try File(path, for: .making)
        try file.write(Array(0...99), at: 0)
        try file.write([7, 8], at: 200)
        #expect(try file.bytes(5, at: 98) == [98, 99, 0, 0, 0])
        #expect(try file.bytes(50, at: 200) == [7, 8])
        #expect(try file.bytes(50, at: 999) == [])
        #expect(try file.bytes(0, at: 0) == [])
        #expect(try file.status().size == 202)
        #expect(try file.holds([8], at: 201))
        #expect(try !file.holds([8, 9], at: 201))
        try file.truncate(to: 3)
        #expect(try File(path, for: .reading).bytes(10, at: 0) == [0, 1, 2])
    }

    @Test("one call fills several places, and says where there was not enough")
    func fillsPlaces() throws {
        let file = try File(scratch.file("a"), for: .making)
        try file.write(Array(1...10), at: 0)
        var (one, two) = ([UInt8](repeating: 0, count: 4), [UInt8](repeating: 0, count: 4))
        let isWhole = try one.withUnsafeMutableBytes { first in
            try two.withUnsafeMutableBytes { second in
                var places = ReadTargets()
                places.append(try #require(first.baseAddress), count: 4)
                places.append(try #require(second.baseAddress), count: 4)
                let short = try file.fill(places, at: 5)
                return try (whole: file.fill(places, at: 1), short: short)
            }
        }
        #expect(isWhole == (whole: true, short: false))
        #expect(one == [2, 3, 4, 5] && two == [6, 7, 8, 9])
    }

    @Test("failures have the system's number and words")
    func failures() throws {
        let path = scratch.file("none")
        #expect(throws: SystemError.missing) { try File(path, for: .reading) }
        _ = try File(path, for: .making)
        let failure = #expect(throws: SystemError.self) { try File(path, for: .making) }
        #expect(failure?.isExisting == true)
        #expect(SystemError.missing.text == "No such file or directory")
    }

    @Test("a link is followed or refused, as it was asked for")
    func links() throws {
        let (target, link) = (scratch.file("target"), scratch.file("link"))
        _ = try File(target, for: .making)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        #expect(FileStatus.seen(link)?.kind == .file)
        #expect(FileStatus.seen(link, followingLinks: false)?.kind == .link)
        #expect(throws: SystemError.link) { try File(link, for: .reading, followingLinks: false) }
        #expect(Paths.resolved(link) == Paths.resolved(target))
        #expect(Paths.resolved(scratch.file("none")) == nil)
    }

    @Test("a lock keeps other open files out until it is closed")
    func locks() throws {
        let path = scratch.file("lock")
        var holder: File? = try File(path, for: .changingOrMaking)
        let other = try File(path, for: .changingOrMaking)
        #expect(try holder?.lock(.exclusive) == true)
        let start = Clock.monotonic
        #expect(try !other.lock(.shared, waiting: 30))
        #expect(Clock.monotonic - start >= 30_000_000)
        holder = nil
        #expect(try other.lock(.exclusive, waiting: 1000))
    }

    @Test("a lock of some bytes leaves the others free")
    func locksOfBytes() throws {
        let path = scratch.file("lock")
        let (one, two) = (try File(path, for: .changingOrMaking), try File(path, for: .changingOrMaking))
        #expect(try one.lock(.exclusive, bytes: 10..<20))
        #expect(try !two.lock(.shared, bytes: 19..<21))
        #expect(try two.lock(.exclusive, bytes: 20..<30))
        #expect(try one.lock(nil, bytes: 10..<20))
        #expect(try two.lock(.shared, bytes: 10..<20))
    }

    @Test("folders are made with those above them, for this user alone")
    func folders() throws {
        let path = scratch.file("a/b/c")
        try Folders.make(path)
        try Folders.make(path)
        #expect(try FileStatus(of: path).mode == 0o700)
        #expect(try Set(Folders.names(in: scratch.file("a"))) == ["b"])
        _ = try File(scratch.file("f"), for: .making)
        let failure = #expect(throws: SystemError.self) { try Folders.make(scratch.file("f")) }
        #expect(failure?.isExisting == true)
        try Folders.sync(path)
    }

    @Test(
        "the folder of a path, and a temporary name beside it",
        arguments: [("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b", "a"), ("a/\u{301}b", "a")])
    func names(path: String, folder: String) {
        #expect(Paths.folder(of: path) == folder)
        #expect(Paths.folder(of: Paths.temporary(beside: path, mark: ".x-")) == folder)
    }

    @Test("a file takes another's place as a whole")
    func renames() throws {
        let (new, old) = (scratch.file("new"), scratch.file("old"))
        for (path, byte) in [(new, UInt8(1)), (old, 2)] { try File(path, for: .making).write([byte], at: 0) }
        #expect(throws: SystemError.self) { try Paths.link(new, as: old) }
        try Paths.rename(new, to: old)
        #expect(try File(old, for: .reading).bytes(9, at: 0) == [1])
        let time = FileTime(seconds: 1_000_000_000, nanoseconds: 5)
        try Paths.setModified(old, to: time)
        #expect(try FileStatus(of: old).modified == time)
        try Paths.remove(old)
        try Paths.remove(old)
        #expect(FileStatus.seen(old) == nil)
    }
}
