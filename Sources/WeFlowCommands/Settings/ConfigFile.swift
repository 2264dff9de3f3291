internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowStore
internal import WeFlowSystem

/// The configuration file, `$XDG_CONFIG_HOME/weflow/config.json` (<doc:SettingsAndSecrets>).
struct ConfigFile: Sendable {
    /// Where it lies.
    let path: String
    /// Whether it is there.
    private(set) var exists = false
    /// Texts by the name of the setting; paths are made absolute.
    private(set) var texts: [String: String] = [:]
    /// Keys by the name of the setting.
    private(set) var secrets: [String: SecretBytes] = [:]
    /// Hosts that the media proxy may ask besides WeChat's.
    private(set) var mediaHosts: [String]?
    /// What the user should know of the file.
    private(set) var warnings: [String] = []
    /// Its bytes.
    private(set) var bytes: [UInt8] = []
    /// What it holds, as it stands there.
    private(set) var members: [JSONValue.Member] = []

    /// Settings that are paths.
    private static let paths = ["account", "keyFile", "exportPath", "ffmpeg"]
    /// Settings that are secrets.
    private static let secretNames = ["key", "imageKey", "imageXorKey"]
    private static let names = [
        "account", "key", "keyFile", "imageKey", "imageXorKey", "exportPath", "mediaHosts", "ffmpeg",
    ]

    /// Reads the file; one that is not there holds nothing.
    ///
    /// - Parameters:
    ///   - folder: `$XDG_CONFIG_HOME/weflow`.
    ///   - name: the file's name.
    ///   - home: the home folder, for paths that begin with `~/`.
    /// - Throws: `.unavailable` where it is no JSON object, a value has the wrong type, or it holds a secret and others
    ///   can read it; `.system` where it cannot be read.
    init(folder: String, name: String = "config.json", home: String?) throws(WeFlowError) {
        path = "\(folder)/\(name)"
        guard let file = try PrivateFile(path: path) else { return }
        exists = true
        let document: JSONValue
        do throws(JSONValue.Failure) {
            document = try JSONValue(parsing: Array(WrittenText.decoded(file.bytes).utf8))
        } catch {
            throw WeFlowError(
                .unavailable, "\(path): line \(error.line), column \(error.column): \(error.reason); correct the file")
        }
        guard case .object(let members) = document else {
            throw WeFlowError(
                .unavailable, "\(path) holds no JSON object; write one, for instance {\"account\": \"…\"}")
        }
        (bytes, self.members) = (file.bytes, members)
        for member in members { try take(member, folder: folder, home: home) }
        if !secrets.isEmpty { try file.refuseOthers(holding: "a key") }
    }

    private mutating func take(_ member: JSONValue.Member, folder: String, home: String?) throws(WeFlowError) {
        let name = member.name
        switch member.value {
        case .null, .string(""): return
        case _ where !Self.names.contains(name):
            warnings.append(
                "\(path): there is no setting \(name); the settings are \(Self.names.joined(separator: ", "))")
        case .array(let items) where name == "mediaHosts":
            mediaHosts = try items.map { item throws(WeFlowError) in
                guard case .string(let host) = item else { throw wrongType(name, "a list of texts") }
                return host
            }
        case .string(let text) where name == "mediaHosts":
            mediaHosts = [text]
        case .string(let text), .number(let text):
            if Self.secretNames.contains(name) {
                secrets[name] = SecretBytes(Array(text.utf8))
            } else if case .string = member.value {
                texts[name] =
                    Self.paths.contains(name) ? Self.absolute(text, name: name, folder: folder, home: home) : text
            } else {
                throw wrongType(name, "a text")
            }
        default:
            throw wrongType(name, name == "mediaHosts" ? "a list of texts" : "a text")
        }
    }

    private func wrongType(_ name: String, _ type: String) -> WeFlowError {
        WeFlowError(.unavailable, "\(path): \(name) must be \(type); correct the file")
    }

    /// A path of the file is relative to the file's folder; a program without a slash is searched for, as in a shell.
    private static func absolute(_ text: String, name: String, folder: String, home: String?) -> String {
        if Paths.isAbsolute(text) || (name == "ffmpeg" && !text.contains("/")) { return text }
        if AccountFolder.isWindowsPath(text) { return text }
        if text.hasPrefix("~/"), let home { return home + text.dropFirst() }
        return "\(folder)/\(text)"
    }
}
