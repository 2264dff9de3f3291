#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

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
            guard let path = variable(name), path.hasPrefix("/") else { return nil }
            return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        }
        let home = absolute("HOME") ?? Self.home
        config = (absolute("XDG_CONFIG_HOME") ?? home + "/.config") + "/weflow"
        state = (absolute("XDG_STATE_HOME") ?? home + "/.local/state") + "/weflow"
        data = (absolute("XDG_DATA_HOME") ?? home + "/.local/share") + "/weflow"
    }

    /// The home folder by the user database, for a service that has no `HOME`.
    private static var home: String {
        guard let user = getpwuid(getuid()), let folder = user.pointee.pw_dir else { return "" }
        return String(cString: folder)
    }
}
