internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowState
internal import WeFlowSystem

/// What `weflow setup` writes to the configuration: an account and how it is opened. Everything else stays as it is.
struct ConfigChange {
    /// What opens the account, as far as the configuration has to say it.
    enum Key: Sendable {
        /// Nothing: it needs no key, or its keys lie with it.
        case none
        /// What the configuration says already.
        case asBefore
        /// A file of the user's, by its full path.
        case file(String)
        /// A key that is kept in a file beside the configuration.
        case kept(SecretBytes, name: String)
    }

    /// The account folder.
    let account: String
    /// The database key.
    let key: Key
    /// The key of pictures, where one is to be kept.
    let imageKey: SecretBytes?
    /// The XOR key of pictures, where one is to be kept.
    let imageXorKey: SecretBytes?
    /// Whether the configuration names the account already, in whatever words.
    let isNamed: Bool
    /// Whether the configuration was of another account, whose keys are then not this one's.
    let isOther: Bool

    /// Writes the file of the key and the configuration, each as a whole.
    ///
    /// - Parameter file: the configuration as it was read.
    /// - Returns: whether anything was changed.
    /// - Throws: `.system` where one cannot be written; the configuration is then as it was.
    func write(over file: ConfigFile) throws(WeFlowError) -> Bool {
        let folder = StateFolder(path: Paths.folder(of: file.path))
        let name = String(file.path.dropFirst(folder.path.count + 1))
        folder.removeLeftovers(of: name)
        let document = document(over: file)
        let isSame = file.exists && file.bytes == document
        guard case .kept(let key, let keyName) = key else {
            if !isSame { try folder.write(document, to: name) }
            return !isSame
        }
        folder.removeLeftovers(of: keyName)
        let bytes = key.withUnsafeBytes { Array($0) } + [UInt8(ascii: "\n")]
        let before = try PrivateFile(path: folder.file(keyName))
        let isKept = before?.bytes == bytes && before?.isOpenToOthers == false
        if !isKept { try folder.write(bytes, to: keyName) }
        do throws(WeFlowError) {
            if !isSame { try folder.write(document, to: name) }
        } catch {
            // A key that nothing names would lie there for nothing.
            if before == nil { try folder.remove(keyName) }
            throw error
        }
        return !isSame || !isKept
    }

    /// The bytes of the new configuration.
    private func document(over file: ConfigFile) -> [UInt8] {
        var members = file.members
        func set(_ name: String, _ value: String?) {
            let place = members.firstIndex { $0.name == name }
            guard let value else {
                if let place { members.remove(at: place) }
                return
            }
            let member = JSONValue.Member(name: name, value: .string(value))
            if let place { members[place] = member } else { members.append(member) }
        }
        if !isNamed { set("account", account) }
        switch key {
        case .asBefore: break
        case .none: for name in ["key", "keyFile"] where isOther { set(name, nil) }
        case .file(let path):
            set("key", nil)
            if file.texts["keyFile"].flatMap(Paths.resolved) != path { set("keyFile", path) }
        case .kept(_, let name):
            set("key", nil)
            // Relative to the configuration, so that its folder can be moved.
            set("keyFile", name)
        }
        for (name, secret) in [("imageKey", imageKey), ("imageXorKey", imageXorKey)] {
            if let secret {
                set(name, secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
            } else if isOther {
                set(name, nil)
            }
        }
        guard members != file.members else { return file.bytes }
        var writer = JSONWriter(style: .pretty)
        writer.value(.object(members))
        writer.endLine()
        return writer.finish().array()
    }
}
