import Foundation
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowQuery

@Suite("Export folder")
struct ExportFolderTests {
    private let scratch: ScratchFolder
    private let folder: ExportFolder
    private let stamp = ExportStamp(modified: 1_700_000_000, source: 3, size: 3)

    init() throws {
        scratch = try ScratchFolder()
        folder = ExportFolder(path: scratch.file("export"))
    }

    private var path: String { scratch.file("export/a/images/x.jpg") }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.file("export/a/images")).sorted()
    }

    @Test("files are for their owner alone, in folders that are")
    func modes() throws {
        #expect(try folder.put([1, 2, 3], to: path, stamp: stamp))
        #expect(try mode(path) == 0o600)
        #expect(try mode(scratch.file("export/a/images")) == 0o700)
        #expect(try mode(scratch.file("export")) == 0o700)
        #expect(try #require(folder.existing(path)).bears(stamp))
    }

    @Test("the same bytes are left alone, others replace the file as a whole")
    func replaces() throws {
        _ = try folder.put([1, 2, 3], to: path, stamp: stamp)
        #expect(try !folder.put([1, 2, 3], to: path, stamp: stamp))
        #expect(try folder.put([1, 2, 4], to: path, stamp: stamp))
        #expect(try scratch.bytes(of: "export/a/images/x.jpg") == [1, 2, 4])
        #expect(try names() == ["x.jpg"])
    }

    @Test("a link in the place of a file is replaced, and what it leads to is not")
    func link() throws {
        _ = try folder.put([9], to: scratch.file("export/a/images/y.jpg"), stamp: stamp)
        try scratch.write([7], to: "outside")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: scratch.file("outside"))
        #expect(try folder.put([1], to: path, stamp: stamp))
        #expect(try scratch.bytes(of: "outside") == [7])
        #expect(folder.existing(path) != nil)
    }

    @Test("a run that is interrupted leaves nothing unfinished and writes no more")
    func abandons() throws {
        _ = try folder.put([1], to: path, stamp: stamp)
        folder.abandon()
        #expect(throws: WeFlowError.self) { try folder.put([2], to: path, stamp: stamp) }
        #expect(try names() == ["x.jpg"])
        #expect(try scratch.bytes(of: "export/a/images/x.jpg") == [1])
    }

    @Test("what a run left that died is removed after an hour, but not what another is writing, however old its source")
    func sweeps() throws {
        _ = try folder.put([1], to: path, stamp: stamp)
        let unfinished = "export/a/images/.weflow-1-1-1"
        try scratch.write([1], to: unfinished)
        // As a file stands just before it is renamed: with the time of its source.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: scratch.file(unfinished))
        _ = try ExportFolder(path: scratch.file("export")).put([2], to: path, stamp: stamp)
        #expect(try names() == [".weflow-1-1-1", "x.jpg"])
        let later = ExportFolder(path: scratch.file("export"), now: { Int(Date().timeIntervalSince1970) + 7200 })
        _ = try later.put([3], to: path, stamp: stamp)
        #expect(try names() == ["x.jpg"])
    }

    @Test("a copy has the bytes of its source and shares nothing with it")
    func copies() throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try scratch.write(bytes, to: "source")
        let source = try SourceFile(path: scratch.file("source"))
        #expect(try folder.copy(source, to: path, stamp: stamp))
        #expect(try !folder.copy(source, to: path, stamp: stamp))
        #expect(try scratch.bytes(of: "export/a/images/x.jpg") == bytes)
        #expect(try mode(path) == 0o600)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.referenceCount] as? Int == 1)
    }

    @Test("a listing is kept while its folder is at rest, and names are found in any case")
    func listing() throws {
        try scratch.write([1], to: "ABC_h.dat")
        try scratch.write([1, 2], to: "abc.dat")
        try scratch.write([], to: "abc_t.dat")
        try scratch.write([1], to: "abcd.dat")
        let cache = FolderCache()
        #expect(cache.files(in: scratch.path, stem: "abc").map(\.name) == ["ABC_h.dat", "abc.dat"])
        try scratch.write([1], to: "abc_b.dat")
        #expect(cache.files(in: scratch.path, stem: "aBc").map(\.name) == ["ABC_h.dat", "abc.dat", "abc_b.dat"])
        #expect(cache.files(in: scratch.file("none"), stem: "abc").isEmpty)
    }

    @Test("a converter is looked for in the environment, the configuration and on the path, in that order")
    func finds() throws {
        for name in ["one", "two", "ffmpeg"] {
            try scratch.write([], to: name)
            #expect(chmodExecutable(scratch.file(name)))
        }
        let environment = ["PATH": "relative:" + scratch.path, "WEFLOW_FFMPEG": scratch.file("one")]
        #expect(FFmpeg.find(configured: "two") { environment[$0] }?.path == scratch.file("one"))
        let plain = ["PATH": scratch.path]
        #expect(FFmpeg.find(configured: "two") { plain[$0] }?.path == scratch.file("two"))
        #expect(FFmpeg.find(configured: "three") { plain[$0] }?.path == scratch.file("ffmpeg"))
        #expect(FFmpeg.find(configured: nil) { _ in nil } == nil)
    }
}
