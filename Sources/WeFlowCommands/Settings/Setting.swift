/// A value of the settings and where it came from.
struct Setting<Value: Sendable>: Sendable {
    /// The value.
    let value: Value
    /// Where it came from.
    let origin: Origin
}

/// Where a setting came from; an earlier case beats a later one (<doc:SettingsAndSecrets>).
enum Origin: Sendable, Equatable, CustomStringConvertible {
    /// An option, by its name with dashes.
    case option(String)
    /// An environment variable, by its name.
    case environment(String)
    /// The configuration file, by its path.
    case file(String)
    /// Nobody set it.
    case standard

    /// As `weflow config` shows it and an error names it.
    var description: String {
        switch self {
        case .option(let name), .environment(let name), .file(let name): name
        case .standard: "default"
        }
    }
}
