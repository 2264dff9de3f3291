internal import WeFlowStore
internal import WeFlowSystem

/// Where WeChat puts accounts if nobody tells it otherwise (<doc:SettingsAndSecrets#Usual-places>).
struct UsualPlaces {
    private let home: String?
    private let documents: String?

    /// Looks from a user's home.
    init(_ environment: Environment) {
        home = environment["HOME"]
        documents = environment["XDG_DOCUMENTS_DIR"]
    }

    /// Account folders of WeChat 4.
    var accounts: [String] {
        var seen: Set<String> = []
        return roots.flatMap { AccountFolder.accounts(under: $0) }
            .filter { seen.insert(Paths.resolved($0) ?? $0).inserted }
    }

    /// Folders of WeChat 3, which is not read.
    var olderFolders: [String] {
        parents.map { "\($0)/WeChat Files" }.filter { AccountFolder.isOfVersion3($0) }
    }

    /// Folders that are called `xwechat_files`, whether they are there or not.
    private var roots: [String] { parents.map { "\($0)/xwechat_files" } }

    /// Folders in which WeChat 4 makes `xwechat_files`, and WeChat 3 made `WeChat Files`.
    private var parents: [String] {
        var parents: [String] = []
        if let documents { parents.append(documents) }
        if let home {
            parents += [
                "\(home)/Documents", "\(home)/文档", home, "\(home)/.local/share",
                "\(home)/.local/share/com.tencent.wechat",
                // Flatpak, whose sandbox shows this folder to WeChat as its home.
                "\(home)/.var/app/com.tencent.WeChat", "\(home)/.var/app/com.tencent.WeChat/Documents",
                // macOS.
                "\(home)/Library/Containers/com.tencent.xinWeChat/Data/Documents",
            ]
            parents += AccountFolder.folders(
                in:
                    "\(home)/Library/Containers/com.tencent.xinWeChat/Data/Library/Application Support/com.tencent.xinWeChat"
            )
            // The client for Windows under Wine.
            let prefixes =
                ["\(home)/.wine"] + AccountFolder.folders(in: "\(home)/.deepinwine")
                + AccountFolder.folders(in: "\(home)/.local/share/wineprefixes")
                + AccountFolder.folders(in: "\(home)/.local/share/bottles/bottles")
                + AccountFolder.folders(in: "\(home)/.var/app/com.usebottles.bottles/data/bottles/bottles")
            parents += prefixes.flatMap { Self.windowsUsers("\($0)/drive_c/users") }
        }
        // The client for Windows as WSL shows its disks; the folder can be moved to any of them.
        parents += Self.windowsUsers("/mnt/c/Users")
        parents += ["/mnt/c", "/mnt/d", "/mnt/e", "/mnt/f"]
        return parents
    }

    private static func windowsUsers(_ folder: String) -> [String] {
        AccountFolder.folders(in: folder).flatMap { ["\($0)/Documents", $0, "\($0)/OneDrive/Documents"] }
    }
}
