import Synchronization
import TestSupport
import Testing
import WeFlowPages
import WeFlowQuery

@testable import WeFlowCommands

struct SettingsTests {
    /// A context with these variables, and what it says.
    private final class Scene: Sendable {
        let folder: ScratchFolder
        private let said = Mutex("")

        init() throws { folder = try ScratchFolder() }

        var errors: String { said.withLock { $0 } }

        func settings(
            _ arguments: [String] = [], _ variables: [String: String] = [:], exportPath: String? = nil
        ) throws -> Settings {
            let base = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "XDG_STATE_HOME": folder.path + "/state"]
            let context = Context(
                terminal: Terminal(), environment: Environment(base.merging(variables) { $1 }),
                writeError: { [self] text in said.withLock { $0 += text } })
            return try Settings(AccountOptions.parse(arguments), exportPath: exportPath, in: context)
        }

        func config(_ json: String, mode: UInt32 = 0o600) throws {
            try folder.put(json, at: "weflow/config.json", mode: mode)
        }
    }

    @Test func anOptionBeatsTheEnvironmentWhichBeatsTheFile() throws {
        let scene = try Scene()
        try scene.config(#"{"account": "/from/file", "exportPath": "/exported"}"#)
        let path = scene.folder.path + "/weflow/config.json"
        var settings = try scene.settings()
        #expect(settings.account?.value == "/from/file")
        #expect(settings.account?.origin == .file(path))
        settings = try scene.settings([], ["WEFLOW_ACCOUNT": "/from/environment"])
        #expect(settings.account?.value == "/from/environment")
        #expect(settings.account?.origin.description == "WEFLOW_ACCOUNT")
        settings = try scene.settings(
            ["--account", "/from/option"], ["WEFLOW_ACCOUNT": "/from/environment", "WEFLOW_EXPORT_PATH": ""])
        #expect(settings.account?.value == "/from/option")
        #expect(settings.account?.origin.description == "--account")
        #expect(settings.exportPath.value == "/exported")
        #expect(try scene.settings(exportPath: "/x").exportPath.origin == .option("--export-path"))
        #expect(scene.errors.isEmpty)
    }

    @Test func withoutAnythingOnlyTheExportPathIsSet() throws {
        let settings = try Scene().settings([], ["XDG_DATA_HOME": "/data"])
        #expect(settings.account == nil && settings.key == nil && settings.keyFile == nil && settings.ffmpeg == nil)
        #expect(settings.exportPath.value == "/data/weflow/api-media")
        #expect(settings.exportPath.origin == .standard)
        #expect(!settings.hasConfig && settings.remembersKeys)
        let error = #expect(throws: WeFlowError.self) { try settings.openAccount() }
        #expect(error?.kind == .unavailable)
        #expect(error?.sentence.contains("--account DIR") == true)
    }

    @Test func pathsOfTheFileAreRelativeToIt() throws {
        let scene = try Scene()
        try scene.config(
            #"{"account": "acc", "keyFile": "../key", "exportPath": "~/media", "ffmpeg": "ffmpeg", "imageXorKey": 165,"#
                + #" "mediaHosts": [".example.org"]}"#)
        let settings = try scene.settings()
        #expect(settings.account?.value == scene.folder.path + "/weflow/acc")
        #expect(settings.keyFile?.value == scene.folder.path + "/weflow/../key")
        #expect(settings.exportPath.value == scene.folder.path + "/media")
        #expect(settings.ffmpeg?.value == "ffmpeg")
        #expect(settings.mediaHosts?.value == [".example.org"])
        #expect(settings.imageXorKey?.value.withUnsafeBytes { Array($0) } == Array("165".utf8))
    }

    @Test func anUnknownNameIsAWarning() throws {
        let scene = try Scene()
        try scene.config(#"{"acount": "x", "account": null}"#)
        #expect(try scene.settings().account == nil)
        #expect(scene.errors.hasPrefix("weflow: warning: "))
        #expect(scene.errors.contains("there is no setting acount"))
    }

    @Test(arguments: [
        ("[]", "holds no JSON object"), ("{", "line 1, column 2"), (#"{"account": 1}"#, "account must be a text"),
        (#"{"mediaHosts": [1]}"#, "mediaHosts must be a list of texts"), (#"{"key": true}"#, "key must be a text"),
        (#"{"key": "aa", "keyFile": "k"}"#, "both key and keyFile"),
    ])
    func aFileThatCannotBeUsedIsNamed(json: String, says: String) throws {
        let scene = try Scene()
        try scene.config(json)
        let error = #expect(throws: WeFlowError.self) { try scene.settings() }
        #expect(error?.kind == .unavailable)
        #expect(error?.sentence.contains(says) == true)
        #expect(error?.sentence.hasPrefix(scene.folder.path) == true)
    }

    @Test(arguments: [0o644, 0o640, 0o604])
    func aFileWithASecretThatOthersReadIsRefused(mode: UInt32) throws {
        let scene = try Scene()
        let path = scene.folder.path + "/weflow/config.json"
        try scene.config(#"{"key": "00"}"#, mode: mode)
        let error = #expect(throws: WeFlowError.self) { try scene.settings() }
        #expect(error?.kind == .unavailable)
        #expect(error?.sentence.hasSuffix("run chmod 600 \(path)") == true)
    }

    @Test func aFileWithoutASecretMayBeReadByAnybody() throws {
        let scene = try Scene()
        try scene.config(#"{"account": "/a"}"#, mode: 0o644)
        #expect(try scene.settings().account?.value == "/a")
    }

    @Test func aKeyOnTheCommandLineWarnsAndIsNotRepeated() throws {
        let scene = try Scene()
        let key = String(repeating: "5a", count: 32)
        let settings = try scene.settings(["--key", key, "--account", "/a"])
        #expect(scene.errors.contains("--key shows in the list of processes"))
        #expect(!scene.errors.contains(key))
        #expect(!"\(settings)".contains(key))
        guard case .bare(let bytes) = try settings.keyMaterial() else {
            Issue.record("no bare key")
            return
        }
        #expect(bytes.withUnsafeBytes { Array($0) } == [UInt8](repeating: 0x5A, count: 32))
    }

    @Test func theCloserOfKeyAndKeyFileCounts() throws {
        let scene = try Scene()
        try scene.config(#"{"key": "00"}"#)
        #expect(try scene.settings([], ["WEFLOW_KEY_FILE": "/k"]).key == nil)
        #expect(try scene.settings(["--key", "11"], ["WEFLOW_KEY_FILE": "/k"]).keyFile == nil)
        let settings = try scene.settings(["--key-file", "/k"], ["WEFLOW_KEY": "22"])
        #expect(settings.key == nil && settings.keyFile?.value == "/k")
        #expect(throws: WeFlowError.self) { try scene.settings(["--key", "11", "--key-file", "/k"]) }
        #expect(throws: WeFlowError.self) { try scene.settings([], ["WEFLOW_KEY": "1", "WEFLOW_KEY_FILE": "/k"]) }
    }

    @Test func aKeyFileIsReadOnlyWhereNobodyElseCan() throws {
        let scene = try Scene()
        let text = "0x" + String(repeating: "AB", count: 48) + "\n"
        try scene.folder.put(text, at: "key", mode: 0o600)
        try scene.folder.put(text, at: "it's open", mode: 0o644)
        try scene.folder.put("nonsense", at: "bad", mode: 0o600)
        let path = scene.folder.path
        guard case .salted(_, let salt) = try scene.settings(["--key-file", path + "/key"]).keyMaterial() else {
            Issue.record("no salted key")
            return
        }
        #expect(salt == [UInt8](repeating: 0xAB, count: 16))
        for (name, says) in [
            ("it's open", "run chmod 600 '\(path)/it'\\''s open'"), ("none", "there is no such key file"),
            ("bad", "neither 64 nor 96 hex digits"),
        ] {
            let settings = try scene.settings(["--key-file", "\(path)/\(name)"])
            let error = #expect(throws: WeFlowError.self) { try settings.keyMaterial() }
            #expect(error?.kind == .unavailable)
            #expect(error?.sentence.contains(says) == true)
            #expect(error?.sentence.contains("nonsense") == false)
        }
    }
}
