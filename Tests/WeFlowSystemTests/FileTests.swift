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

    @Test("a folder that is held shows what lies below it, and says when its path leads elsewhere")
    func holdsAFolder() throws {
        try FileManager.default.createDirectory(atPath: scratch.file("a/b"), withIntermediateDirectories: true)
        try scratch.write([1, 2, 3], to: "a/b/c")
        let folder = try #require(HeldFolder(scratch.file("a")))
        #expect(folder.isInPlace && folder.seen("b/c")?.size == 3 && folder.seen("b")?.kind == .folder)
        #expect(folder.seen("b/d") == nil && HeldFolder(scratch.file("a/b/c")) == nil)
        try scratch.write([1, 2, 3, 4], to: "a/b/c")
        #expect(folder.seen("b/c") == FileStatus.seen(scratch.file("a/b/c")))
        try FileManager.default.moveItem(atPath: scratch.file("a"), toPath: scratch.file("z"))
        #expect(!folder.isInPlace && folder.seen("b/c")?.size == 4)
        try FileManager.default.createDirectory(atPath: scratch.file("a"), withIntermediateDirectories: true)
        #expect(!folder.isInPlace)
        try FileManager.default.removeItem(atPath: scratch.file("a"))
        try FileManager.default.createSymbolicLink(atPath: scratch.file("a"), withDestinationPath: scratch.file("z"))
        #expect(folder.isInPlace)
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
        #expect(Paths.isAbsolute(path) == (folder.first == "/"))
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

    @Test("a file is reached through its open folder, and a link is not followed where that is forbidden")
    func opensInFolders() throws {
        try File(scratch.file("real"), for: .making).write([1, 2], at: 0)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("link"), withDestinationPath: scratch.file("real"))
        let folder = try File(scratch.path, for: .folder)
        #expect(try File("real", in: folder, for: .reading).bytes(9, at: 0) == [1, 2])
        #expect(try File("link", in: folder, for: .reading).bytes(9, at: 0) == [1, 2])
        let failure = #expect(throws: SystemError.self) {
            _ = try File("link", in: folder, for: .reading, followingLinks: false)
        }
        #expect(failure?.isLink == true)
        let none = #expect(throws: SystemError.self) { _ = try File("real", in: folder, for: .folder) }
        #expect(none?.isNoFolder == true)
        #expect(try File(bytes: Array(scratch.file("real").utf8), for: .reading).readAll(limit: 2) == [1, 2])
    }

    @Test("a file is read to its end from where one is, and no farther than allowed")
    func readsToTheEnd() throws {
        let file = try File(scratch.file("a"), for: .making)
        try file.write([UInt8](repeating: 7, count: 10_000)[...], at: 0)
        try file.go(to: 9_990)
        #expect(try file.readAll(limit: 10).count == 10)
        try file.go(to: 0)
        #expect(throws: SystemError.tooLarge) { _ = try file.readAll(limit: 9_999) }
    }

    @Test("a copy holds the same and is a file of its own", arguments: [0, 1, 3_000_000])
    func copies(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let source = try File(scratch.file("a"), for: .making)
        try source.write(bytes, at: 0)
        let target = try File(scratch.file("b"), for: .making)
        try source.copy(to: target, at: scratch.file("b"), size: Int64(size))
        let copy = try File(scratch.file("b"), for: .changing)
        #expect(try copy.bytes(size + 1, at: 0) == bytes)
        #expect(try source.holdsSame(as: copy, size: Int64(size)))
        guard size > 0 else { return }
        try copy.write([bytes[size - 1] ^ 1], at: Int64(size - 1))
        #expect(try !source.holdsSame(as: copy, size: Int64(size)))
        #expect(try source.bytes(size, at: 0) == bytes)
    }

    @Test("a file that was closed says so, and is not closed twice")
    func closes() throws {
        var file: File? = try File(scratch.file("a"), for: .making)
        let number = try #require(file?.descriptor)
        try file?.close()
        #expect(throws: SystemError.self) { _ = try number.status() }
        let other = try File(scratch.file("a"), for: .reading)
        file = nil
        // Whoever got the number since keeps it.
        #expect(other.descriptor != number || other.descriptor.isOpen)
    }

    @Test("a lock that is held is waited for as long as was said")
    func locksWait() throws {
        let (one, two) = (
            try File(scratch.file("a"), for: .changingOrMaking), try File(scratch.file("a"), for: .changingOrMaking)
        )
        #expect(try one.lock(.exclusive))
        let start = Clock.monotonic
        #expect(try !two.lock(.exclusive, waiting: 60))
        #expect(Clock.monotonic - start >= 60_000_000)
        try one.close()
        #expect(try two.lock(.exclusive, waiting: 10_000))
    }

    @Test("which folder cannot be made is said, and what is in the way")
    func namesTheFolderThatCannotBeMade() throws {
        struct Failure: Error, Equatable { var path: String }
        _ = try File(scratch.file("a"), for: .making)
        #expect(throws: Failure(path: scratch.file("a"))) {
            try Folders.make(scratch.file("a")) { path, _ in Failure(path: path) }
        }
        try Folders.make(scratch.file("b/c/d"))
        try Folders.make(scratch.file("b/c/d"))
        #expect(Folders.exists(scratch.file("b/c/d")))
        Folders.discard(scratch.file("b"))
        #expect(Folders.exists(scratch.file("b")), "one that is not empty stays")
    }

    @Test("rights are asked for one by one")
    func rights() throws {
        _ = try File(scratch.file("a"), for: .making)
        #expect(Paths.exists(scratch.file("a")) && Paths.allows(scratch.file("a"), [.reading, .writing]))
        #expect(!Paths.allows(scratch.file("a"), .running))
        let failure = #expect(throws: SystemError.self) { try Paths.check(scratch.file("none"), for: .reading) }
        #expect(failure?.isMissing == true)
    }
}

#if os(Linux)
    @Suite("What happens in folders")
    struct FolderEventsTests {
        @Test("files that come, change and go are named, and a folder that goes is told")
        func names() throws {
            let scratch = try ScratchFolder()
            let folder = scratch.file("watched")
            try Folders.make(folder)
            let events = FolderEvents()
            #expect(events.watch(folder))
            #expect(!events.watch(scratch.file("none")))
            #expect(events.take().names.isEmpty)
            try File(folder + "/a", for: .making).write([1], at: 0)
            let descriptor = try #require(events.descriptor)
            #expect(Poll.wait(for: [.readable(descriptor)], milliseconds: 5000).map(\.isReadable) == [true])
            let taken = events.take()
            #expect(taken.names.contains(Array("a".utf8)) && !taken.isFolderGone)
            try Paths.remove(folder + "/a")
            Folders.discard(folder)
            #expect(events.take().isFolderGone)
        }
    }
#endif
