import Foundation
import TestSupport
import Testing
import WeFlowSystem

@Suite("Files below a folder")
struct FilesBelowTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        try scratch.put("secret", at: "secret.txt")
        try scratch.put("inside", at: "root/a/b.txt")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("root/a/link.txt"), withDestinationPath: scratch.file("secret.txt"))
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("root/out"), withDestinationPath: scratch.path)
        try FileManager.default.createSymbolicLink(atPath: scratch.file("way"), withDestinationPath: "root")
    }

    @Test("a file is reached through its folders, also where a link leads to the first")
    func reachesFiles() throws {
        for root in ["root", "way"] {
            let file = try File(below: scratch.file(root), ["a", "b.txt"])
            #expect(try file.bytes(100, at: 0) == Array("inside".utf8))
        }
    }

    @Test(
        "no link, no way up and nothing but a file is opened",
        arguments: [
            ["a", "link.txt"], ["out", "secret.txt"], ["..", "secret.txt"], ["a", "..", "a", "b.txt"], ["a/b.txt"],
            ["a"], ["a", ""], [], ["."], ["a", "b.txt", "c"], ["a", "none"], ["a", "b.txt\0"],
        ])
    func refuses(parts: [String]) {
        #expect(throws: SystemError.self) { try File(below: scratch.file("root"), parts) }
    }

    @Test("a pipe makes nobody wait")
    func pipes() {
        #expect(mkfifo(scratch.file("root/pipe"), 0o600) == 0)
        #expect(throws: SystemError.self) { try File(below: scratch.file("root"), ["pipe"]) }
    }
}
