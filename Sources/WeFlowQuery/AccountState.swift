import WeFlowPages
public import WeFlowState
public import WeFlowStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension StateFolder {
    /// What an account's files in the state folder are called.
    private enum Name {
        static let journal = "arrivals"
        static let keys = "keys"
    }

    /// Where page keys of an account are remembered. It is asked for before anything of the store can be read, so the
    /// folder's name has to do for the owner's.
    ///
    /// - Parameter folder: the account's folder.
    /// - Returns: the file, and where else the keys may lie when the folder was called something else.
    public func keyCache(of folder: AccountFolder) -> (path: String, elsewhere: @Sendable () -> [String]) {
        let own = account(Self.safe(folder.likelyUsername)).file(Name.keys)
        let root = path
        return (
            own,
            {
                AccountFolder.folders(in: root).map { "\($0)/\(Name.keys)" }
                    .filter { $0 != own && access($0, R_OK) == 0 }
            }
        )
    }

    /// The folder of an account: that of its owner, wherever the account lies and whatever its folder is called.
    ///
    /// Files that lie under another name of the account are taken over: the folder's, under which earlier versions kept
    /// them, one with another suffix, or the one of a time when the owner was not known.
    package func takingOver(_ account: Account) -> StateFolder {
        let owner = account.owner
        guard owner.isCertain else {
            let likely = self.account(Self.safe(account.folder.likelyUsername))
            let isKept = access(likely.file(Name.journal), F_OK) == 0
            return isKept ? likely : self.account(Self.safe(account.folder.name))
        }
        let name = Self.safe(owner.username)
        let own = self.account(name)
        guard access(own.file(Name.journal), F_OK) != 0 else { return own }
        let given = [account.folder.name, account.folder.likelyUsername].map(Self.safe)
        let others = AccountFolder.folders(in: path).compactMap { $0.split(separator: "/").last.map(String.init) }
            .filter { $0 != name && (given.contains($0) || Self.isName($0, withSuffixOf: name)) }
            .map { (folder: self.account($0), changed: Self.changed(self.account($0).file(Name.journal))) }
            .filter { $0.changed != nil }
        // The one that was in use last, where there are several.
        if let last = others.max(by: { $0.changed ?? 0 < $1.changed ?? 0 }) { own.takeFiles(of: last.folder) }
        return own
    }

    /// Moves the files of another folder into this one; those that are here already stay as they are. Of two processes
    /// that do so at once, one moves each file.
    private func takeFiles(of other: StateFolder) {
        // What cannot be moved is as if it were lost: it is made anew.
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { return }
        for name in [Name.journal, Name.keys] where access(file(name), F_OK) != 0 {
            rename(other.file(name), file(name))
        }
    }

    /// Whether a name is another one with the client's suffix of four characters.
    private static func isName(_ name: String, withSuffixOf other: String) -> Bool {
        guard name.hasPrefix(other + "_") else { return false }
        let suffix = name.utf8.dropFirst(other.utf8.count + 1)
        return suffix.count == 4 && suffix.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 | 0x20 }
    }

    /// When a file was changed, nil where there is none.
    private static func changed(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            return status.st_mtimespec.tv_sec
        #else
            return status.st_mtim.tv_sec
        #endif
    }

    /// A username as the name of a folder: a store is not trusted to hold none that leads elsewhere.
    private static func safe(_ username: String) -> String {
        let isPlain = username.utf8.allSatisfy { byte in
            "._-@".utf8.contains(byte) || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte & 0xDF || byte >= 0x80
        }
        return isPlain && !username.hasPrefix(".") && 1...200 ~= username.utf8.count ? username : md5Hex(username)
    }
}
