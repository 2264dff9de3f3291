internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowState

/// `weflow config`: the effective settings and where each came from, secrets masked.
enum Config: Command {
    static let name = "config"
    static let abstract = "Show the effective settings and where each came from."
    static let examples = ["weflow config"]
    static let discussion = """
        An option beats the environment (WEFLOW_ACCOUNT, WEFLOW_KEY, WEFLOW_KEY_FILE, WEFLOW_IMAGE_KEY, \
        WEFLOW_IMAGE_XOR_KEY, WEFLOW_EXPORT_PATH, WEFLOW_FFMPEG), which beats the configuration file. That is a JSON \
        object of account, key, keyFile, imageKey, imageXorKey, exportPath, mediaHosts, ffmpeg; relative paths in it are \
        relative to it. Keys are never shown.
        """
    private static let exportPath = CommonOptions.exportPath.with(.group(.options))

    @ParameterList static var parameters: [ParameterDeclaration] {
        exportPath
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        let output = try OutputOptions(values)
        let settings = try Settings(AccountOptions(values), exportPath: values[exportPath], in: context)
        try await context.deliver(encode(settings, style: context.style(output)), output)
    }

    private static func encode(_ settings: Settings, style: JSONWriter.Style) -> OutputBytes {
        var writer = JSONWriter(style: style)
        writer.beginObject()
        writer.string("configFile", settings.configPath)
        writer.bool("configFileExists", settings.hasConfig)
        writer.string("stateFolder", settings.state.path)
        writer.beginObject("settings")
        writer.setting("account", settings.account) { $0.string($1) }
        writer.setting("key", settings.key) { writer, _ in writer.mask() }
        writer.setting("keyFile", settings.keyFile) { $0.string($1) }
        writer.setting("imageKey", settings.imageKey) { writer, _ in writer.mask() }
        writer.setting("imageXorKey", settings.imageXorKey) { writer, _ in writer.mask() }
        writer.setting("exportPath", settings.exportPath) { $0.string($1) }
        writer.setting("mediaHosts", settings.mediaHosts) { writer, hosts in
            writer.beginArray()
            for host in hosts { writer.string(host) }
            writer.endArray()
        }
        writer.setting("ffmpeg", settings.ffmpeg) { $0.string($1) }
        writer.endObject()
        writer.endObject()
        return writer.finish()
    }
}

extension JSONWriter {
    /// Writes a setting; one that nobody set has an origin only.
    fileprivate mutating func setting<Value>(
        _ name: StaticString, _ setting: Setting<Value>?, _ write: (inout JSONWriter, Value) -> Void
    ) {
        key(name)
        beginObject()
        if let setting {
            key("value")
            write(&self, setting.value)
        }
        string("origin", setting?.origin.description ?? "unset")
        endObject()
    }

    /// Writes what stands for a secret, of which not even the length is told.
    fileprivate mutating func mask() { string(literal: "********") }
}
