import TestSupport
import Testing
import WeFlowOutput
import WeFlowSystem

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A file that a run goes on with, whatever the run before it left at its end.
struct TornRecordTests {
    @Test(arguments: [
        ("", "\n", "new\n"), ("whole\n", "\n", "whole\nnew\n"), ("to", "\n", "to\nnew\n"), ("t", "\n\n", "t\n\nnew\n"),
        ("data: 1\n\n", "\n\n", "data: 1\n\nnew\n"), ("data: 1\n", "\n\n", "data: 1\n\n\nnew\n"),
    ])
    func isEndedWhereItIsAppendedTo(before: String, end: String, after: String) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/out"
        for flags in [O_WRONLY | O_APPEND, O_RDWR | O_APPEND, O_WRONLY] {
            try folder.put(before, at: path)
            let descriptor = open(path, flags)
            defer { close(descriptor) }
            // Without O_APPEND it is a shell's `{ one; two; } > file`.
            if flags & O_APPEND == 0 { lseek(descriptor, 0, SEEK_END) }
            let output = StandardOutput(descriptor: Descriptor(descriptor))
            try output.endTornRecord(end)
            try output.write("new\n")
            try output.finish()
            #expect(try folder.contents(path) == Array(after.utf8))
        }
    }

    @Test func isLeftAloneWhereItIsWrittenOver() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/out"
        try folder.put("old text", at: path)
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        let output = StandardOutput(descriptor: Descriptor(descriptor))
        try output.endTornRecord("\n")
        try output.write("new\n")
        try output.finish()
        #expect(try folder.contents(path) == Array("new\ntext".utf8))
    }

    @Test func isNothingToAPipe() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let output = StandardOutput(descriptor: Descriptor(ends[1]))
        try output.endTornRecord("\n")
        try output.write("new\n")
        try output.finish()
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(read(ends[0], &bytes, bytes.count) == 4 && bytes.starts(with: Array("new\n".utf8)))
    }
}
