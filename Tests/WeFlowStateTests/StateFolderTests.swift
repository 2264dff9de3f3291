import TestSupport
import Testing
import WeFlowPages
import WeFlowSystem

@testable import WeFlowState

struct BaseFoldersTests {
    @Test(arguments: [
        (["HOME": "/home/a"], "/home/a/.config/weflow", "/home/a/.local/state/weflow", "/home/a/.local/share/weflow"),
        (
            ["HOME": "/home/a", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s/", "XDG_DATA_HOME": "/d"], "/c/weflow",
            "/s/weflow", "/d/weflow"
        ),
        (
            ["HOME": "/home/a", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "relative"], "/home/a/.config/weflow",
            "/home/a/.local/state/weflow", "/home/a/.local/share/weflow"
        ),
    ])
    func foldersFollowTheEnvironment(variables: [String: String], config: String, state: String, data: String) {
        let folders = BaseFolders { variables[$0] }
        #expect(folders.config == config)
        #expect(folders.state == state)
        #expect(folders.data == data)
    }
}

/// A state folder two levels below a place that exists, removed after the test.
private struct Scratch {
    let scratch: ScratchFolder
    let folder: StateFolder
    var root: String { scratch.path }

    init() throws {
        scratch = try ScratchFolder()
        folder = StateFolder(path: scratch.file("state/weflow"))
    }

    func mode(_ path: String) throws -> Int { try scratch.mode(path) }
}

struct StateFolderTests {
    @Test func aFileIsReadBackAndNobodyElseReadsIt() throws {
        let scratch = try Scratch()
        #expect(try scratch.folder.read("one") == nil)
        try scratch.folder.write([1, 2, 3], to: "one")
        #expect(try scratch.folder.read("one") == [1, 2, 3])
        #expect(try scratch.mode(scratch.folder.path) == 0o700)
        #expect(try scratch.mode(scratch.root + "/state") == 0o700)
        #expect(try scratch.mode(scratch.folder.file("one")) == 0o600)
        let large = [UInt8](repeating: 7, count: 100_000)
        try scratch.folder.write(large, to: "one")
        #expect(try scratch.folder.read("one") == large)
        #expect(throws: WeFlowError.self) { try scratch.folder.read("one", limit: 99_999) }
    }

    @Test func aNewFileDoesNotReplaceOne() throws {
        let scratch = try Scratch()
        #expect(try scratch.folder.writeNew([1], to: "one"))
        #expect(try !scratch.folder.writeNew([2], to: "one"))
        #expect(try scratch.folder.read("one") == [1])
        try scratch.folder.remove("one")
        try scratch.folder.remove("one")
        #expect(try scratch.folder.read("one") == nil)
    }

    @Test func aFileInTheWayIsNamed() throws {
        let scratch = try Scratch()
        try scratch.folder.write([1], to: "one")
        let inside = StateFolder(path: scratch.folder.file("one") + "/deeper")
        let error = #expect(throws: WeFlowError.self) { try inside.write([1], to: "x") }
        #expect(error?.kind == .system)
        #expect(error?.sentence.contains(inside.path) == true)
    }

    @Test func aFolderIsMadeWithThoseAboveItWhateverTheirNames() throws {
        let scratch = try Scratch()
        for name in ["a/b/c", "d/\u{301}e/f", "g/\u{1F3FB}h"] {
            try StateFolder.makeFolder("\(scratch.root)/\(name)")
            #expect(Folders.exists("\(scratch.root)/\(name)"))
        }
    }
}
