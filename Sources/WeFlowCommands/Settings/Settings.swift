internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowState

/// The effective settings, each with its origin: option, then environment, then configuration file
/// (<doc:SettingsAndSecrets>).
struct Settings: Sendable {
    /// The account folder.
    let account: Setting<String>?
    /// The database key, or a map of keys, as text.
    let key: Setting<SecretBytes>?
    /// The file that holds the database key; `-` is the standard input.
    let keyFile: Setting<String>?
    /// The AES key of pictures, as text.
    let imageKey: Setting<SecretBytes>?
    /// The XOR key of pictures, as text.
    let imageXorKey: Setting<SecretBytes>?
    /// The folder of exported media.
    let exportPath: Setting<String>
    /// Hosts that the media proxy may ask besides WeChat's.
    let mediaHosts: Setting<[String]>?
    /// The program that converts wxgf pictures.
    let ffmpeg: Setting<String>?
    /// Whether derived page keys are remembered.
    let remembersKeys: Bool
    /// The folder of the program's own files.
    let state: StateFolder
    /// Where the configuration file is looked for.
    let configPath: String
    /// Whether it is there.
    let hasConfig: Bool

    /// Resolves the settings, and warns of what is unsafe or unknown in them.
    ///
    /// - Parameters:
    ///   - options: what stood on the command line.
    ///   - exportPath: `--export-path`, nil where it was not given or the command has none.
    ///   - context: environment and standard error.
    /// - Throws: `.unavailable` for a configuration file that cannot be used; `.usage` where one place gives both a key
    ///   and a key file.
    init(_ options: AccountOptions, exportPath: String? = nil, in context: Context) throws(WeFlowError) {
        let folders = context.folders
        let file = try ConfigFile(folder: folders.config, home: context.environment["HOME"])
        for warning in file.warnings { context.warn(warning) }
        if let doubt = LocalZone.doubt({ context.environment[$0] }) { context.warn(doubt) }

        func text(_ option: (name: String, value: String?)?, _ variable: String?, _ name: String) -> Setting<String>? {
            if let option, let value = option.value, !value.isEmpty {
                return Setting(value: value, origin: .option(option.name))
            }
            if let variable, let value = context.environment[variable] {
                return Setting(value: value, origin: .environment(variable))
            }
            return file.texts[name].map { Setting(value: $0, origin: .file(file.path)) }
        }
        account = text(("--account", options.account), "WEFLOW_ACCOUNT", "account")
        // Keys that lie with the account are for it, those of the configuration file perhaps for another.
        let own = try account.flatMap { account throws(WeFlowError) in try AccountKeys(account: account.value) }
        func secret(_ option: (name: String, value: String?), _ variable: String, _ name: String) -> Setting<
            SecretBytes
        >? {
            if let given = text(option, variable, "") {
                if case .option = given.origin {
                    context.warn(
                        "\(option.name) shows in the list of processes; set \(variable) or use the configuration file")
                }
                return Setting(value: SecretBytes(Array(given.value.utf8)), origin: given.origin)
            }
            if let own, let secret = own.secrets[name] { return Setting(value: secret, origin: .file(own.path)) }
            return file.secrets[name].map { Setting(value: $0, origin: .file(file.path)) }
        }

        let key = secret(("--key", options.key), "WEFLOW_KEY", "key")
        let keyFile = text(("--key-file", options.keyFile), "WEFLOW_KEY_FILE", "keyFile")
        (self.key, self.keyFile) = try Self.closer(key, keyFile)
        imageKey = secret(("--image-key", options.imageKey), "WEFLOW_IMAGE_KEY", "imageKey")
        imageXorKey = secret(("--image-xor-key", options.imageXorKey), "WEFLOW_IMAGE_XOR_KEY", "imageXorKey")
        self.exportPath =
            text(("--export-path", exportPath), "WEFLOW_EXPORT_PATH", "exportPath")
            ?? Setting(value: folders.data + "/api-media", origin: .standard)
        mediaHosts = file.mediaHosts.map { Setting(value: $0, origin: .file(file.path)) }
        ffmpeg = text(nil, "WEFLOW_FFMPEG", "ffmpeg")
        remembersKeys = !options.noKeyCache
        state = context.state
        configPath = file.path
        hasConfig = file.exists
    }

    /// Key or key file, whichever was given closer to this run.
    private static func closer(
        _ key: Setting<SecretBytes>?, _ file: Setting<String>?
    ) throws(WeFlowError) -> (Setting<SecretBytes>?, Setting<String>?) {
        guard let key, let file else { return (key, file) }
        switch (key.origin, file.origin) {
        case (.option, .option): throw WeFlowError(.usage, "--key and --key-file are both given; give one of them")
        case (.environment, .environment):
            throw WeFlowError(.usage, "WEFLOW_KEY and WEFLOW_KEY_FILE are both set; set one of them")
        case (.option, _), (.environment, .file): return (key, nil)
        // A key that lies with the account is closer than the configuration file.
        case (.file(let own), .file(let general)) where own != general: return (key, nil)
        case (.file, .file):
            throw WeFlowError(.unavailable, "\(key.origin) has both key and keyFile; leave one of them out")
        default: return (nil, file)
        }
    }
}
