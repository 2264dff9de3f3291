import Foundation
import TestSupport
import Testing
import WeFlowOutput
import WeFlowPages

@testable import WeFlowArchive

/// How files of archives come about.
struct WritingTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func staging() throws -> Staging { try Staging(scratch.file("a"), isReal: true, warn: { _ in }) }

    private func add(_ text: String, to writer: ChatWriter, in month: Month) throws {
        let bytes = Array((text + "\n").utf8)
        try bytes.withUnsafeBytes { bytes in
            let line = try #require(ArchiveLine(UnsafeRawBufferPointer(rebasing: bytes.dropLast())))
            try writer.add(bytes, line.order, in: month)
        }
    }

    private func content(_ staging: Staging, _ name: String) throws -> [String] {
        let path = try #require(staging.kept(name)?.path)
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func linesStandInOrderHoweverTheyCome() throws {
        let month = try #require(Month(name: "2026-01"))
        var texts: [String] = (0..<400).map { (place: Int) -> String in
            LineTests.line(UInt64(place + 1), time: Int64(place / 3), local: Int64(place))
        }
        let sorted = texts
        var state: UInt64 = 3
        for place in texts.indices {
            state = MessageIdentity.mix(state &+ 1)
            texts.swapAt(place, Int(state % UInt64(texts.count)))
        }
        let staging = try staging()
        let archive = try ArchiveFolder(staging.folder)
        let writer = ChatWriter("c~1", known: [:], in: archive, staging)
        for text in texts { try add(text, to: writer, in: month) }
        let outcome = try writer.finish()
        #expect(try content(staging, "chats/c~1/2026-01.jsonl") == sorted)
        let record = try #require(outcome.months[month])
        #expect(record.rows == 400 && record.first == 0 && record.last == 133)
    }

    /// Marks make one character of themselves and a slash that stands before them: a month that is not found is written
    /// anew, without what was in it.
    @Test(arguments: ["安", "a~b", "\u{FE0F}🌈", "\u{301}a", "\u{1F3FB}", "\u{200D}x", "\u{600}", "x\u{600}"])
    func aMonthIsFoundWhateverAChatIsCalled(name: String) throws {
        let folder = ArchivePath.chatFolder(name, id: "wxid_a")
        let month = try #require(Month(name: "2026-01"))
        let found = try #require(ArchivePath.month(ArchivePath.month(month, of: folder)))
        #expect(Array(found.folder.utf8) == Array(folder.utf8) && found.month == month)
        #expect(ArchivePath.month(ArchivePath.chat(folder)) == nil)
    }

    @Test func linesThatLieSideBySideAreWrittenAsOne() throws {
        let month = try #require(Month(name: "2026-01"))
        let staging = try staging()
        let writer = ChatWriter("c~1", known: [:], in: try ArchiveFolder(staging.folder), staging)
        let texts = (0..<3000).map { LineTests.line(UInt64($0 + 1), time: Int64($0)) }
        func append(_ range: Range<Int>) throws -> Bool {
            let bytes = Array((texts[range].joined(separator: "\n") + "\n").utf8)
            let ends = try [texts[range.lowerBound], texts[range.upperBound - 1]].map { text in
                try Array(text.utf8).withUnsafeBytes { try #require(ArchiveLine($0)).order }
            }
            return try bytes.withUnsafeBytes {
                try writer.append($0, rows: range.count, from: ends[0], to: ends[1], in: month)
            }
        }
        // Small ones, and some larger than what is held back.
        #expect(try append(0..<3) && append(3..<1500) && append(1500..<1501) && append(2000..<3000))
        // What comes too late is left to the caller.
        #expect(try !append(1501..<2000))
        for text in texts[1501..<2000] { try add(text, to: writer, in: month) }
        let record = try #require(try writer.finish().months[month])
        #expect(try content(staging, "chats/c~1/2026-01.jsonl") == texts)
        #expect(record.rows == 3000 && record.first == 0 && record.last == 2999)
    }

    @Test func anIndexThatIsKeptIsFoundAgainAndNotOfOtherFiles() throws {
        let staging = try staging()
        var index = LineIndex(expected: 9000)
        for number in 1...9000 {
            index.insert(
                MessageIdentity.key(serverID: UInt64(number)),
                LineIndex.Info(
                    month: Month(number: 24_000 + number % 3), number.isMultiple(of: 2) ? [.recalled, .seen] : .seen))
        }
        let record = FileRecord(bytes: 1, digest: .of([1]), rows: 9000)
        let archive = try ArchiveFolder(staging.folder)
        func chat(_ record: FileRecord) -> ArchivedChat {
            ArchivedChat("c~12345678", months: [Month(number: 24_000): record], in: archive)
        }
        try chat(record).keep(index, in: staging)
        try staging.commit(last: [])
        let found = try #require(chat(record).keptIndex())
        #expect(found.count == 9000)
        for number in 1...9000 {
            let slot = try #require(found.find(MessageIdentity.key(serverID: UInt64(number))))
            #expect(found.infos[slot].contains(.recalled) == number.isMultiple(of: 2))
            #expect(found.infos[slot].contains(.old) && !found.infos[slot].contains(.seen))
        }
        #expect(chat(FileRecord(bytes: 1, digest: .of([2]), rows: 9000)).keptIndex() == nil)
        var bytes = try scratch.bytes(of: "a/state/index/12345678")
        bytes[70_000] ^= 1
        try scratch.write(bytes, to: "a/state/index/12345678")
        #expect(chat(record).keptIndex() == nil)
    }

    @Test func moreLinesThanMemoryHoldsAreSortedToo() throws {
        let month = try #require(Month(name: "2026-01"))
        let long = String(repeating: "长", count: 3000)
        let texts = (0..<1400).map { LineTests.line(UInt64($0 + 1), time: Int64($0), text: long) }
        let staging = try staging()
        let writer = ChatWriter("c~1", known: [:], in: try ArchiveFolder(staging.folder), staging)
        // The newest first: nothing is in its place.
        for text in texts.reversed() { try add(text, to: writer, in: month) }
        _ = try writer.finish()
        #expect(try content(staging, "chats/c~1/2026-01.jsonl") == texts)
    }

    @Test func aMonthThatIsThereIsMergedAndCheckedFirst() throws {
        let month = try #require(Month(name: "2026-01"))
        let name = "chats/c~1/2026-01.jsonl"
        let old = [1, 3, 5].map { LineTests.line(UInt64($0), time: Int64($0)) }
        scratchWrite(old, "a/\(name)")
        let text = Array((old.joined(separator: "\n") + "\n").utf8)
        let record = FileRecord(bytes: Int64(text.count), digest: .of(text), rows: 3, first: 1, last: 5)
        // Each run has a staging of its own, which holds the archive's lock.
        func run<Outcome>(_ body: (ChatWriter, Staging) throws -> Outcome) throws -> Outcome {
            let staging = try staging()
            defer { staging.end() }
            return try body(
                ChatWriter("c~1", known: [month: record], in: try ArchiveFolder(staging.folder), staging), staging)
        }
        try run { (merged: ChatWriter, staging: Staging) throws in
            try add(LineTests.line(4, time: 4), to: merged, in: month)
            merged.change(MessageIdentity.key(serverID: 3), in: month, .recalled(9))
            merged.change(MessageIdentity.key(serverID: 77), in: month, .recalled(9))
            #expect(try merged.finish().changed == 1)
            let lines = try content(staging, name)
            #expect(
                lines == [old[0], String(old[1].dropLast()) + #","recalled":9}"#, LineTests.line(4, time: 4), old[2]])
        }
        // What comes to nothing writes nothing.
        try run { (merged: ChatWriter, _: Staging) throws in
            merged.change(MessageIdentity.key(serverID: 77), in: month, .gone(9))
            #expect(try merged.finish().months.isEmpty)
        }
        // Damage is never signed anew.
        try scratch.write(Array(text.dropLast(9)) + Array("x\"detail\"".utf8.prefix(9)), to: "a/\(name)")
        try run { (merged: ChatWriter, _: Staging) throws in
            try add(LineTests.line(6, time: 6), to: merged, in: month)
            #expect { try merged.finish() } throws: { ($0 as? WeFlowError)?.kind == .invalidData }
        }
    }

    private func scratchWrite(_ lines: [String], _ name: String) {
        do { try scratch.put(lines.joined(separator: "\n") + "\n", at: name) } catch { Issue.record(error) }
    }

    @Test func aDecisionIsCarriedOutByWhoeverComesNext() throws {
        let staging = try staging()
        let file = try staging.newFile()
        try Array("new".utf8).withUnsafeBytes { try file.append($0) }
        _ = try file.finish()
        try scratch.put("old", at: "a/chats/x/2026-01.jsonl")
        try scratch.put(
            #"{"file":"state/next/1","name":"chats/x/2026-01.jsonl"}"# + "\n"
                + #"{"file":"state/next/9","name":"manifest.json"}"# + "\n", at: "a/state/commit")
        let archive = try ArchiveFolder(scratch.file("a"))
        // A reader sees what was decided before anybody does it.
        #expect(archive.file("chats/x/2026-01.jsonl").hasSuffix("state/next/1"))
        try Commit.read(in: scratch.file("a"))?.carryOut(in: scratch.file("a"))
        #expect(try scratch.bytes(of: "a/chats/x/2026-01.jsonl") == Array("new".utf8))
        #expect(try Commit.read(in: scratch.file("a")) == nil)
        #expect(try ArchiveFolder(scratch.file("a")).file("chats/x/2026-01.jsonl").hasSuffix("a/chats/x/2026-01.jsonl"))
    }

    @Test func aDecisionLeadsNowhereElse() throws {
        for name in ["../x", "/etc/x", "a//b", "state/../../x", ""] {
            try scratch.put("{\"file\":\"state/next/1\",\"name\":\"\(name)\"}\n", at: "a/state/commit")
            #expect(throws: WeFlowError.self) { try Commit.read(in: scratch.file("a")) }
        }
    }

    @Test func oneRunAtATimeHasTheLock() throws {
        let first = try staging()
        #expect { try Staging(scratch.file("a"), isReal: true, warn: { _ in }) } throws: {
            ($0 as? WeFlowError)?.kind == .conflict
        }
        withExtendedLifetime(first) {}
    }

    @Test func aManifestIsReadAsItIsWritten() throws {
        var manifest = Manifest(account: "wxid_\"x")
        let record = FileRecord(bytes: 12, digest: .of(Array("x".utf8)), rows: 3, first: -4, last: 5)
        manifest.files = ["chats/a/2026-01.jsonl": record, "media/ab/ü.jpg": FileRecord(bytes: 0, digest: .of([]))]
        manifest.chats = [
            "1@chatroom": Manifest.Chat(folder: "a~12345678", name: "群\n", messages: 3, first: -4, last: 5)
        ]
        var bytes: [UInt8] = []
        try manifest.write { bytes += $0.array() }
        let read = try Manifest(bytes, at: "m")
        #expect(read.files == manifest.files && read.chats == manifest.chats && read.account == manifest.account)
        #expect(read.months(of: "a") == [Month(number: 24_312): record])
        for count in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect { try Manifest(Array(bytes.prefix(count)), at: "m") } throws: {
                ($0 as? WeFlowError)?.kind == .invalidData
            }
        }
        let evil = String(decoding: bytes, as: UTF8.self).replacing("chats/a/2026-01.jsonl", with: "../../x")
        #expect(throws: WeFlowError.self) { try Manifest(Array(evil.utf8), at: "m") }
        let newer = String(decoding: bytes, as: UTF8.self).replacing("\"version\":1", with: "\"version\":2")
        #expect { try Manifest(Array(newer.utf8), at: "m") } throws: { "\($0)".contains("newer") }
    }

    @Test func whatAnArchiveTakesIsReadAsItIsWritten() throws {
        var settings = ArchiveSettings()
        (settings.included, settings.sessionTypes, settings.media) = (["a", "label:家"], ["group"], [.image, .file])
        (settings.maxFile, settings.moments) = (5 << 20, false)
        var info = ArchiveInfo(account: "wxid_x", zone: "Asia/Shanghai", settings: settings)
        info.begin(100)
        #expect(info.isUnfinished)
        info.begin(150)
        info.end(200)
        let read = try ArchiveInfo(info.bytes.array(), at: "a")
        #expect(read.settings == settings && read.zone == info.zone && read.account == info.account)
        #expect(read.runs == [ArchiveInfo.Run(start: 100, end: 200)] && !read.isUnfinished)
    }

    @Test func whatIsKnownOfTheSourceIsReadAsItIsWritten() throws {
        var state = SourceState()
        state.manifest = .of([1])
        state.time = 9
        state.lists = ["contacts.jsonl": 4]
        state.chats = [
            "a": SourceState.Chat(
                mediaStamp: 3,
                missing: [SourceState.Revisit(key: 1, localID: -2, month: Month(number: 3), kind: 1, createTime: 4)])
        ]
        let bytes = state.bytes
        let read = try #require(SourceState(bytes))
        #expect(read.manifest == state.manifest && read.chats == state.chats && read.lists == state.lists)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x41
            #expect(SourceState(damaged) == nil)
            #expect(SourceState(Array(bytes.prefix(place))) == nil)
        }
    }

    @Test(arguments: [
        ("家人群", "家人群"), ("a/b\\c:d*e?f\"g<h>i|j", "a_b_c_d_e_f_g_h_i_j"), ("..", "chat"), (".git", "_git"),
        ("  x . ", "x"), ("", "chat"), ("a\u{202E}b\u{0}c\n", "a_b_c_"),
        (String(repeating: "长", count: 90), String(repeating: "长", count: 33)),
    ])
    func foldersHaveNamesThatEveryFileSystemTakes(_ name: String, _ safe: String) {
        #expect(ArchivePath.safe(name, fallback: "chat") == safe)
        let folder = ArchivePath.chatFolder(name, id: "wxid_a")
        #expect(ArchivePath.isName(folder) && folder.hasSuffix("~\(ArchivePath.idDigits("wxid_a"))"))
    }
}
