import WeFlowSystem

/// Where a user's own files lie (XDG Base Directory Specification): each with `weflow` at its end.
public struct BaseFolders: Sendable, Equatable {
    /// `$XDG_CONFIG_HOME/weflow`.
    public let config: String
    /// `$XDG_STATE_HOME/weflow`.
    public let state: String
    /// `$XDG_DATA_HOME/weflow`.
    public let data: String

    /// Finds the folders; nothing is made.
    ///
    /// - Parameter variable: the value of an environment variable. One that is empty or relative counts as absent, as
    ///   the specification says.
    public init(_ variable: (String) -> String?) {
        func absolute(_ name: String) -> String? {
            guard let path = variable(name), Paths.isAbsolute(path) else { return nil }
            return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        }
        let home = absolute("HOME") ?? System.homeFolder
        config = (absolute("XDG_CONFIG_HOME") ?? home + "/.config") + "/weflow"
        state = (absolute("XDG_STATE_HOME") ?? home + "/.local/state") + "/weflow"
        data = (absolute("XDG_DATA_HOME") ?? home + "/.local/share") + "/weflow"
    }
}
