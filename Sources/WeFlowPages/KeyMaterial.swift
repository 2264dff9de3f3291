/// What the user gave as database key, by its form (<doc:KeyForms>).
public enum KeyMaterial: Sendable {
    /// No key: good for a store that is not encrypted.
    case none
    /// 64 hex digits: the account key, or the page key of one database. Which of them, page 1 of a database tells.
    case bare(SecretBytes)
    /// 96 hex digits: a page key and the salt of the one database it is for.
    case salted(key: SecretBytes, salt: [UInt8])
    /// A JSON map of several tools: path or salt → page key.
    case map([Entry])

    /// One entry of a key map.
    public struct Entry: Sendable {
        /// The path below `db_storage` with `/` in it, or nil where the entry is for a salt.
        public let path: String?
        /// The salt, where the entry names one.
        public let salt: [UInt8]?
        /// The page key.
        public let key: SecretBytes

        /// Keeps an entry.
        public init(path: String?, salt: [UInt8]?, key: SecretBytes) {
            (self.path, self.salt, self.key) = (path, salt, key)
        }
    }
}
