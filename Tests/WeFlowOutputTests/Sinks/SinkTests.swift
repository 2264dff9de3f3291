import CZlib
import TestSupport
import Testing
import WeFlowOutput
import WeFlowPages
import WeFlowSystem

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct SinkTests {
    @Test func aFileAppearsUnderItsNameOnlyWhenComplete() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/out.json"
        let file = try OutputFile(path: path)
        try file.write("{}\n")
        #expect(try folder.contents(path) == nil)
        try file.finish()
        #expect(try folder.contents(path) == Array("{}\n".utf8))
        #expect(try folder.names == ["out.json"])
        #expect(try folder.mode(path) == 0o600)
    }

    @Test func aFileThatIsLetGoLeavesTheOlderOneAlone() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/out.json"
        try folder.put("old", at: path)
        do {
            let file = try OutputFile(path: path)
            try file.write("new")
            #expect(try folder.names.count == 2)
        }
        #expect(try folder.contents(path) == Array("old".utf8))
        #expect(try folder.names == ["out.json"])
    }

    /// To a file that is there, and to one that is not.
    @Test(arguments: ["real", "none"]) func aLinkIsNeitherFollowedNorReplaced(target: String) throws {
        let folder = try ScratchFolder()
        try folder.put("old", at: folder.path + "/real")
        #expect(symlink("\(folder.path)/\(target)", folder.path + "/link") == 0)
        let error = #expect(throws: WeFlowError.self) { try OutputFile(path: folder.path + "/link") }
        #expect(error?.kind == .system && error?.sentence.contains("link is a symbolic link") == true)
        #expect(try folder.contents(folder.path + "/real") == Array("old".utf8))
        #expect(try Set(folder.names) == ["real", "link"])
    }

    /// What a killed run left goes with the next one; what a run still writes stays, and so does what is not ours.
    @Test func leftoversOfAKilledRunAreRemoved() throws {
        let folder = try ScratchFolder()
        let gone = Int(Int32.max) - 7
        let stays = [
            ".weflow-\(getpid())-1.part", ".weflow-x-1.part", ".weflow-\(gone)-1.parts", "weflow-\(gone)-1.part",
        ]
        for name in stays + [".weflow-\(gone)-1.part", ".weflow-\(gone)-2.part"] {
            try folder.put("secret", at: "\(folder.path)/\(name)")
        }
        let held = open("\(folder.path)/.weflow-\(gone)-2.part", O_RDONLY)
        defer { close(held) }
        // Another machine's, or another container's, process writes it: its number says nothing here.
        #expect(flock(held, LOCK_EX) == 0)
        let file = try OutputFile(path: folder.path + "/out.json")
        try file.finish()
        #expect(try Set(folder.names) == Set(stays + [".weflow-\(gone)-2.part", "out.json"]))
    }

    @Test func twoRunsSideBySideLeaveEachOtherAlone() throws {
        let folder = try ScratchFolder()
        let first = try OutputFile(path: folder.path + "/a.json")
        let second = try OutputFile(path: folder.path + "/b.json")
        try first.finish()
        try second.finish()
        #expect(try Set(folder.names) == ["a.json", "b.json"])
    }

    @Test func aDeviceIsWrittenToAndStaysADevice() throws {
        let file = try OutputFile(path: "/dev/null")
        #expect(file.temporaryPath == nil)
        try file.write("nothing")
        try file.finish()
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test(arguments: ["missing/out.json", "folder"])
    func aPlaceThatCannotHoldTheFileIsNamed(name: String) throws {
        let folder = try ScratchFolder()
        #expect(mkdir(folder.path + "/folder", 0o700) == 0)
        let path = "\(folder.path)/\(name)"
        let error = #expect(throws: WeFlowError.self) { try OutputFile(path: path) }
        #expect(error?.kind == .system)
        #expect(error?.sentence.hasPrefix("\(path) cannot be written: ") == true)
    }

    @Test func aNameInGzIsCompressed() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/out.json.gz"
        let text = (0..<20_000).map { "line \($0 % 97)\n" }.joined()
        let file = try OutputFile(path: path)
        try file.write(text)
        try file.finish()
        let stored = try #require(try folder.contents(path))
        #expect(stored.count < text.utf8.count / 5)
        #expect(gunzip(stored) == Array(text.utf8))
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 1_000_003])
    func whatIsCompressedAtOnceComesBack(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...30, using: &generator) }
        let packed = try bytes.withUnsafeBytes { try Gzip.compressed($0).array() }
        #expect(gunzip(packed) == bytes)
        #expect(try bytes.withUnsafeBytes { try Gzip.compressed($0).array() } == packed)
    }

    @Test func aFlushedStreamCanBeReadSoFar() throws {
        let gzip = Gzip()
        var packed: [UInt8] = []
        try Array("first".utf8).withUnsafeBytes { bytes in try gzip.add(bytes) { packed += $0 } }
        try gzip.flush { packed += $0 }
        #expect(gunzip(packed) == Array("first".utf8))
    }

    @Test func aClosedPipeIsToldFromAFailure() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let output = StandardOutput(descriptor: Descriptor(ends[1]))
        try output.write("held back")
        #expect(throws: ClosedPipe.self) { try output.flush() }
        // What nobody reads is dropped, so that the end of the program does not meet it again.
        try output.finish()
    }

    @Test func smallPiecesAndLargeOnesKeepTheirOrder() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/out"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let output = StandardOutput(descriptor: Descriptor(descriptor))
        var expected = ""
        for length in [1, 70_000, 3, 65_535, 65_536, 0, 2_000_000, 5] {
            let piece = String(repeating: "\(length % 7)", count: length)
            try output.write(piece)
            expected += piece
        }
        try output.finish()
        #expect(try folder.contents(path) == Array(expected.utf8))
    }

    #if os(Linux)
        @Test func aFullDiskIsNamed() throws {
            let descriptor = open("/dev/full", O_WRONLY)
            defer { close(descriptor) }
            let output = StandardOutput(descriptor: Descriptor(descriptor))
            try output.write("text")
            let error = #expect(throws: WeFlowError.self) { try output.finish() }
            #expect(error?.kind == .system)
            #expect(error?.sentence.hasPrefix("the standard output cannot be written: ") == true)
        }
    #endif
}

/// What a gzip stream holds as far as it goes.
private func gunzip(_ packed: [UInt8]) -> [UInt8]? {
    var packed = packed
    var stream = z_stream()
    guard
        inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var plain: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    let count = packed.count
    return packed.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(count)
        while true {
            let size = room.count
            let (result, left) = room.withUnsafeMutableBufferPointer { target in
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(size)
                return (inflate(&stream, Z_NO_FLUSH), Int(stream.avail_out))
            }
            plain += room[..<(size - left)]
            if result == Z_STREAM_END || result == Z_BUF_ERROR { return plain }
            if result != Z_OK { return nil }
        }
    }
}
