internal import WeFlowPages
internal import WeFlowSystem

/// Keys that lie with an account, in a file `weflow.json` beside its `xwechat_files`; `weflow sample` writes one.
///
/// They hold for that account alone. No other setting is taken from there: an account may come from elsewhere, and must
/// not bring a program to run.
struct AccountKeys {
    /// The name of the file.
    static let fileName = "weflow.json"
    /// Keys by the name of the setting.
    let secrets: [String: SecretBytes]
    /// Where they lie.
    let path: String

    /// Reads the keys that lie with an account; nil where there are none.
    ///
    /// - Parameter account: its folder, `xwechat_files` above it, or the folder that holds that.
    /// - Throws: as ``ConfigFile``.
    init?(account: String) throws(WeFlowError) {
        guard let folder = Self.root(of: account) else { return nil }
        let file = try ConfigFile(folder: folder, name: Self.fileName, home: nil)
        guard file.exists else { return nil }
        path = file.path
        secrets = file.secrets
    }

    /// The folder that holds `xwechat_files`.
    static func root(of account: String) -> String? {
        guard let full = Paths.resolved(account) else { return nil }
        if Folders.exists(full + "/xwechat_files") { return full }
        let parts = full.split(separator: "/")
        guard let place = parts.lastIndex(of: "xwechat_files"), parts.count - place <= 3 else { return nil }
        return "/" + parts[..<place].joined(separator: "/")
    }
}
