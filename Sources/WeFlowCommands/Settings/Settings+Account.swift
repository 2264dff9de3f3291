internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowStore
internal import WeFlowSystem

extension Settings {
    /// Opens the account for reading; no database is opened yet.
    ///
    /// - Throws: `.unavailable` where there is no account folder, or the key or its file cannot be used.
    func openAccount() throws(WeFlowError) -> Account {
        guard let account else {
            throw WeFlowError(
                .unavailable,
                "no account folder is given; run weflow setup, pass --account DIR, the folder that holds db_storage, or set "
                    + "WEFLOW_ACCOUNT")
        }
        return try open(Self.folder(account.value), keyMaterial())
    }

    /// Opens an account with a key.
    func open(_ folder: AccountFolder, _ material: KeyMaterial) -> Account {
        var cache: KeyCache?
        if remembersKeys, case .bare(let key) = material {
            let (path, elsewhere) = state.keyCache(of: folder)
            cache = KeyCache(path: path, key: key, elsewhere: elsewhere)
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
            let bytes = try StateFolder.readAll(
                Descriptor.standardInput, limit: 1 << 20, name: "the standard input")
            return try KeyMaterial.parse(file: bytes, origin: "the standard input")
        }
        guard let file = try PrivateFile(path: keyFile.value) else {
            throw WeFlowError(
                .unavailable, "\(keyFile.value): there is no such key file; correct \(keyFile.origin)")
        }
        try file.refuseOthers(holding: "a key")
        return try KeyMaterial.parse(file: file.bytes, origin: keyFile.value)
    }

    /// The account folder that a path means.
    static func folder(_ path: String) throws(WeFlowError) -> AccountFolder {
        // A path that is not UTF-8 has been changed on its way to here.
        if path.unicodeScalars.contains("\u{FFFD}"), let bytes = GivenBytes.of(path),
            let folder = try AccountFolder.find(bytes: bytes, called: path)
        {
            return folder
        }
        // The folder's name is mostly its owner's, so `.` has to become a real path.
        guard let resolved = Paths.resolvedBytes(path) else { return try AccountFolder.find(path) }
        guard let real = String(validating: resolved, as: UTF8.self) else {
            if let folder = try AccountFolder.find(bytes: resolved, called: path) { return folder }
            return try AccountFolder.find(path)
        }
        return try AccountFolder.find(real)
    }
}
