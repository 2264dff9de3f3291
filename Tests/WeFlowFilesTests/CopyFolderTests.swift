import Foundation
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowFiles

@Suite struct CopyFolderTests {
    private let scratch: ScratchFolder
    private let folder: CopyFolder

    init() throws {
        scratch = try ScratchFolder()
        folder = try CopyFolder(scratch.file("out/deep/"))
    }

    private func put(_ name: String, _ text: String) throws -> CopyFolder.Outcome {
        try folder.put(name, time: 1_700_000_000, .memory(Array(text.utf8)))
    }

    @Test func aCopyIsWrittenOnceWithTheTimeOfItsMessage() throws {
        #expect(try put("a.txt", "bytes") == .written)
        #expect(try scratch.bytes(of: "out/deep/a.txt") == Array("bytes".utf8))
        #expect(try scratch.mode("out/deep/a.txt") == 0o600)
        let time = try FileManager.default.attributesOfItem(atPath: scratch.file("out/deep/a.txt"))[.modificationDate]
        #expect((time as? Date)?.timeIntervalSince1970 == 1_700_000_000)
        #expect(try put("a.txt", "bytes") == .isThere)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("out/deep")) == ["a.txt"])
    }

    @Test func nothingThatIsThereIsOverwritten() throws {
        try scratch.put("mine", at: "out/deep/a.txt")
        try FileManager.default.createDirectory(
            atPath: scratch.file("out/deep/b.txt"), withIntermediateDirectories: true)
        #expect(try put("a.txt", "bytes") == .isTaken)
        #expect(try put("a.txt", "many") == .isTaken)
        #expect(try put("b.txt", "bytes") == .isTaken)
        #expect(try scratch.bytes(of: "out/deep/a.txt") == Array("mine".utf8))
    }

    @Test(arguments: ["secret.txt", "none.txt"])
    func noLinkIsFollowed(_ target: String) throws {
        try scratch.put("bytes", at: "secret.txt")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("out/deep/a.txt"), withDestinationPath: scratch.file(target))
        #expect(try put("a.txt", "bytes") == .isTaken)
        #expect(try put("a.txt", "other") == .isTaken)
        #expect(try scratch.names == ["out", "secret.txt"])
        #expect(try scratch.bytes(of: "secret.txt") == Array("bytes".utf8))
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        try scratch.put("", at: "file")
        let error = #expect(throws: WeFlowError.self) { try CopyFolder(scratch.file("file/x")) }
        #expect(error?.kind == .system)
        #expect(error?.sentence.contains("file/x") == true)
    }
}
