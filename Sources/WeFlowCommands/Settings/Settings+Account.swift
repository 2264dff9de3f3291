internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Settings {
    /// Opens the account for reading; no database is opened yet.
    ///
    /// - Throws: `.unavailable` where there is no account folder, or the key or its file cannot be used.
    func openAccount() throws(WeFlowError) -> Account {
        guard let account else {
            throw WeFlowError(
                .unavailable,
                "no account folder is given; pass --account DIR, the folder that holds db_storage, set WEFLOW_ACCOUNT, "
                    + "or write \"account\" to \(configPath)")
        }
        // The folder's name is the account's, so `.` has to become a real path.
        let folder = try AccountFolder.find(Self.realPath(account.value) ?? account.value)
        let material = try keyMaterial()
        var cache: KeyCache?
        if remembersKeys, case .bare(let key) = material {
            cache = KeyCache(path: state.account(folder.name).file("keys"), key: key)
        }
        return Account(folder: folder, keys: KeyRing(material, cache: cache))
    }

    /// The database key by its form; none where none is given, which a store that is not encrypted needs not.
    ///
    /// - Throws: `.unavailable` where it has no known form, or its file is missing or open to others.
    func keyMaterial() throws(WeFlowError) -> KeyMaterial {
        if let key {
            let text = key.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            return try KeyMaterial.parse(text, origin: key.origin.description)
        }
        guard let keyFile else { return .none }
        if keyFile.value == "-" {
            let bytes = try StateFolder.readAll(STDIN_FILENO, limit: 1 << 20, name: "the standard input")
            return try KeyMaterial.parse(String(decoding: bytes, as: UTF8.self), origin: "the standard input")
        }
        guard let file = try PrivateFile(path: keyFile.value) else {
            throw WeFlowError(
                .unavailable, "\(keyFile.value): there is no such key file; correct \(keyFile.origin)")
        }
        try file.refuseOthers()
        return try KeyMaterial.parse(String(decoding: file.bytes, as: UTF8.self), origin: keyFile.value)
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
