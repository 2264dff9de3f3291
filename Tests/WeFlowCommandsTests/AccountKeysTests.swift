import TestSupport
import Testing
import WeFlowPages

@testable import WeFlowCommands

/// Keys that lie with an account, in `weflow.json` beside its `xwechat_files`.
struct AccountKeysTests {
    private let folder: ScratchFolder
    private static let secret = String(repeating: "ab", count: 32)

    init() throws {
        folder = try ScratchFolder()
        try folder.put("", at: "demo/xwechat_files/wxid_a_1234/db_storage/x", mode: 0o600)
        try folder.put(#"{"key": "\#(Self.secret)", "imageXorKey": 7}"#, at: "demo/weflow.json", mode: 0o600)
    }

    private func settings(_ account: String, _ variables: [String: String] = [:]) throws -> Settings {
        let base = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path]
        let context = Context(
            terminal: Terminal(), environment: Environment(base.merging(variables) { $1 }), writeError: { _ in })
        return try Settings(AccountOptions.parse(["--account", folder.path + account]), in: context)
    }

    private func key(_ settings: Settings) -> String? {
        settings.key.map { $0.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    }

    @Test(arguments: [
        "/demo", "/demo/", "/demo/xwechat_files", "/demo/xwechat_files/wxid_a_1234",
        "/demo/xwechat_files/wxid_a_1234/db_storage",
    ])
    func theyAreFoundHoweverTheAccountIsNamed(account: String) throws {
        let settings = try settings(account)
        #expect(key(settings) == Self.secret)
        #expect(settings.imageXorKey != nil && settings.imageKey == nil)
        #expect(settings.key?.origin.description.hasSuffix("/demo/weflow.json") == true)
    }

    @Test func theyAreForTheirAccountAlone() throws {
        try folder.put("", at: "other/xwechat_files/wxid_b_1234/db_storage/x", mode: 0o600)
        #expect(try settings("/other").key == nil)
        #expect(try settings("/nowhere").key == nil)
        // A file of that name that is not beside xwechat_files is none of ours.
        try folder.put(#"{"key": "x"}"#, at: "plain/weflow.json", mode: 0o600)
        try folder.put("", at: "plain/db_storage/x", mode: 0o600)
        #expect(try settings("/plain").key == nil)
    }

    @Test func theyBeatTheConfigurationFileAndYieldToTheEnvironment() throws {
        try folder.put(#"{"key": "general", "imageKey": "general"}"#, at: "weflow/config.json", mode: 0o600)
        #expect(key(try settings("/demo")) == Self.secret)
        #expect(try settings("/demo").imageKey != nil)
        #expect(key(try settings("/demo", ["WEFLOW_KEY": "mine"])) == "mine")
        // A key file of the configuration is further away, and no contradiction.
        try folder.put(#"{"keyFile": "general"}"#, at: "weflow/config.json", mode: 0o600)
        let settings = try settings("/demo")
        #expect(key(settings) == Self.secret && settings.keyFile == nil)
    }

    @Test func nothingButKeysIsTaken() throws {
        try folder.put(
            #"{"key": "\#(Self.secret)", "ffmpeg": "/bin/evil", "mediaHosts": ["evil.example"], "exportPath": "/evil"}"#,
            at: "demo/weflow.json", mode: 0o600)
        let settings = try settings("/demo")
        #expect(settings.ffmpeg == nil && settings.mediaHosts == nil && settings.exportPath.origin == .standard)
    }

    @Test func theyAreRefusedWhereOthersReadThem() throws {
        try folder.put(#"{"key": "\#(Self.secret)"}"#, at: "demo/weflow.json", mode: 0o644)
        let error = #expect(throws: WeFlowError.self) { try settings("/demo") }
        #expect(error?.kind == .unavailable)
        #expect(error?.sentence.contains("chmod 600") == true)
        #expect(error?.sentence.contains(Self.secret) == false)
    }
}
