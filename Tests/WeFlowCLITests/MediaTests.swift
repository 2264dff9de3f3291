import Foundation
import TestSupport
import Testing

/// `weflow messages --media`, `weflow media get`, on an invented account.
struct MediaTests {
    private let program: Program

    init() throws {
        program = try Program()
        let made = try program.run(["sample", "demo"])
        try #require(made.status == 0)
    }

    private func export(_ more: [String] = []) throws -> JSON {
        let outcome = try program.run(
            ["messages", "48201337001@chatroom", "--limit", "0", "--media", "--account", "demo"] + more)
        #expect(outcome.status == 0)
        return try outcome.json()
    }

    /// Inode and time of change of every exported file.
    private func files() throws -> [String: [Int]] {
        let root = program.scratch.file("data/weflow/api-media")
        var files: [String: [Int]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(name)")
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            let changed = try #require(attributes[.modificationDate] as? Date)
            files[name] = [
                try #require(attributes[.systemFileNumber] as? Int), Int(changed.timeIntervalSince1970 * 1e6),
            ]
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        return files
    }

    @Test func filesAreExportedOnceAndGivenBack() throws {
        let answer = try export()
        let media = (answer["messages"]?.items ?? []).filter { $0["mediaType"] != nil }
        #expect(!media.isEmpty && answer["media"]?["count"]?.int == media.count)
        #expect(answer["media"]?["enabled"] == .bool(true))
        for message in media {
            let path = try #require(message["mediaLocalPath"]?.text)
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let address = try #require(message["mediaUrl"]?.text)
            let prefix = "http://127.0.0.1:5031/api/v1/media/"
            #expect(address.hasPrefix(prefix))
            let given = try program.run(["media", "get", String(address.dropFirst(prefix.count))])
            #expect(given.status == 0 && given.output == bytes && !bytes.isEmpty)
        }
        let first = try files()
        _ = try export()
        #expect(try files() == first)
    }

    @Test func everyFormNamesTheSameFiles() throws {
        let addresses = (try export()["messages"]?.items ?? []).compactMap { $0["mediaUrl"]?.text }
        let chatLab = try export(["--format", "chatlab"])
        #expect(chatLab["media"]?["count"]?.int == addresses.count)
        #expect(Set((chatLab["messages"]?.items ?? []).compactMap { $0["mediaPath"]?.text }) == Set(addresses))
        let text = try program.run(
            ["messages", "48201337001@chatroom", "--limit", "0", "--media", "--account", "demo", "--format", "text"])
        for address in addresses {
            let name = try #require(address.split(separator: "/").last)
            #expect(text.text.contains("/api-media/48201337001@chatroom/") && text.text.contains("/\(name)\n"))
        }
    }

    @Test(arguments: ["json", "html", "arkmejson"])
    func momentsWhoseFilesCannotBeHadAreAPart(_ format: String) throws {
        // Without the folder that stands for the network there is nobody to ask: the invented addresses lie on a host that
        // is not.
        try FileManager.default.removeItem(atPath: program.scratch.file("demo/media-network"))
        let export = ["sns", "export", "--output-dir", "out", "--format", format, "--account", "demo"]
        let whole = try program.run(export)
        #expect(whole.status == 0 && whole.errors.isEmpty)
        let part = try program.run(export + ["--export-media"])
        #expect(part.status == 75)
        let answer = try part.json()
        let count = try #require(answer["missingCount"]?.int)
        let report = try #require(answer["missingPath"]?.text)
        #expect(count > 1 && answer["mediaCount"]?.int == 0)
        #expect(part.errors.hasPrefix("weflow: warning: \(count) files could not be had; \(report) says which and why"))
        // The document is there all the same.
        let document = try #require(answer["filePath"]?.text)
        #expect(FileManager.default.fileExists(atPath: program.scratch.file(document)))
    }

    @Test func onlyExportedFilesAreGiven() throws {
        _ = try export()
        for (path, status) in [
            ("48201337001@chatroom/voices/none.wav", 66), ("48201337001@chatroom/../x", 77), ("/etc/passwd", 77),
            ("48201337001@chatroom/voices", 66),
        ] {
            let outcome = try program.run(["media", "get", path])
            #expect(outcome.status == Int32(status) && outcome.output.isEmpty)
        }
    }

    @Test func anInterruptedExportLeavesNothingUnfinished() throws {
        let scratch = program.scratch
        let folder = scratch.file("plain/db_storage/message")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let hash = "9e20f478899dc29eb19741386f9343c8"
        let store = try PlainDatabase("\(folder)/message_0.db", wal: false)
        let name = "0123456789abcdef0123456789abcdef"
        try store.run(
            """
            CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
            CREATE TABLE Msg_\(hash)(local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER, sort_seq INTEGER,
                real_sender_id INTEGER, create_time INTEGER, message_content TEXT);
            INSERT INTO Msg_\(hash) VALUES(1, 0, 3, 1, 0, 1705320000, '<msg><img md5="\(name)" /></msg>');
            """)
        let pictures = scratch.file("plain/msg/attach/\(hash)/2024-01/Img")
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
        let wxgf = Array("wxgf".utf8) + [0x0B, 0, 2, 0, 64, 0, 48, 0, 0, 0, 8, 0, 0, 0, 1, 0x40, 1, 0x0C, 1]
        try Data(wxgf).write(to: URL(fileURLWithPath: "\(pictures)/\(name).dat"))
        // The converter is asked in the middle of the export; this one ends it.
        try scratch.write(Array("#!/bin/sh\nkill -TERM $PPID\nexec sleep 5\n".utf8), to: "ffmpeg")
        let outcome = try program.shell(
            "chmod +x ffmpeg; WEFLOW_FFMPEG=$PWD/ffmpeg $WEFLOW messages filehelper --media --account plain -o out.json"
        )
        #expect(outcome.status == 128 + 15)
        let left = try FileManager.default.subpathsOfDirectory(atPath: scratch.path)
        #expect(!left.contains { $0.contains("out.json") || $0.hasPrefix("data/weflow/api-media/filehelper") })
        #expect(!left.contains { $0.contains("/.weflow-") })
    }
}
