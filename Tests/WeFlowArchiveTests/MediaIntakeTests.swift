import Foundation
import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowArchive
@testable import WeFlowQuery

/// How exported files come into an archive.
struct MediaIntakeTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func staging(_ round: Int = 0) throws -> Staging {
        try Staging(scratch.file("a\(round)"), isReal: true, warn: { _ in })
    }

    private func stamp(_ size: Int) -> ExportStamp { ExportStamp(modified: 1_700_000_000, source: 1, size: size) }

    private func content(_ staging: Staging, _ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: try #require(staging.kept(name)).path)))
    }

    @Test func manyMessagesOfManyThreadsMayShareOneFile() async throws {
        // Many rounds: the first files of a run are the ones whose folder is not there yet.
        for round in 0..<40 {
            let staging = try staging(round)
            let intake = MediaIntake(staging, known: { _ in false })
            let paths = (0..<4).map { "media/chat/images/\($0).jpg" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for thread in 0..<8 {
                    group.addTask {
                        for place in 0..<16 {
                            let path = paths[(thread + place) % paths.count]
                            // Two paths a content.
                            let bytes = [UInt8](repeating: UInt8((thread + place) % paths.count / 2), count: 5000)
                            if intake.existing(path)?.bears(stamp(bytes.count)) != true {
                                _ = try intake.put(bytes[...], to: path, stamp: stamp(bytes.count))
                            }
                            #expect(try intake.stored(path).record.digest == .of(bytes))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(staging.records.count == 2)
            for (name, record) in staging.records { #expect(try Digest256.of(content(staging, name)) == record.digest) }
        }
    }

    @Test func aPathThatGetsAnotherContentKeepsBoth() throws {
        let staging = try staging()
        let intake = MediaIntake(staging, known: { _ in false })
        _ = try intake.put([1, 2], to: "media/c/images/a.jpg", stamp: stamp(2))
        let small = try intake.stored("media/c/images/a.jpg")
        _ = try intake.put([1, 2, 3], to: "media/c/images/a.jpg", stamp: stamp(3))
        let large = try intake.stored("media/c/images/a.jpg")
        #expect(try content(staging, small.path) == [1, 2] && content(staging, large.path) == [1, 2, 3])
        #expect(intake.existing("media/c/images/a.jpg")?.bears(stamp(2)) == false)
    }

    @Test func whatTheArchiveHasIsNotWrittenAgain() throws {
        let staging = try staging()
        let name = ArchivePath.media(.of([7]), ending: "mp4")
        let intake = MediaIntake(staging, known: { $0 == name })
        try scratch.write([7], to: "source")
        #expect(try !intake.put([7], to: "media/c/videos/a.mp4", stamp: stamp(1)))
        let source = try SourceFile(path: scratch.file("source"))
        #expect(try !intake.copy(source, to: "media/c/videos/b.mp4", stamp: stamp(1)))
        #expect(try intake.stored("media/c/videos/b.mp4").path == name)
        #expect(staging.records.isEmpty)
        #expect(try intake.copy(source, to: "media/c/files/b.PDF", stamp: stamp(1)))
        #expect(staging.records.keys.first?.hasSuffix(".pdf") == true)
    }

    @Test func whatWasNeverExportedIsNoFile() throws {
        let intake = MediaIntake(try staging(), known: { _ in false })
        #expect { try intake.stored("media/c/images/a.jpg") } throws: { ($0 as? WeFlowError)?.kind == .system }
        _ = try intake.put([1], to: "media/c/images/a.jpg", stamp: stamp(1))
        intake.forget()
        #expect(intake.existing("media/c/images/a.jpg") == nil)
    }
}
