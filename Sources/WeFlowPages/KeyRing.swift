import Synchronization

/// Finds the page key of each database from what the user gave (facts: store 2.4), and remembers it.
///
/// The raw test comes first (two rounds), then the key cache, then the 256,000 rounds. A key is accepted only where the
/// HMAC of page 1 fits.
public final class KeyRing: Sendable {
    private let material: KeyMaterial
    private let cache: KeyCache?
    private let known = Mutex<Known>(Known())

    private struct Known {
        /// Salt → page key, proven or to be tested.
        var pageKeys: [[UInt8]: SecretBytes] = [:]
        /// What a bare key has proved to be.
        var form: Form = .unknown
        /// Databases that the bare key fitted neither way.
        var refusals = 0
    }

    /// What a key of 64 hex digits is.
    public enum Form: Sendable {
        /// Nothing proved it yet.
        case unknown
        /// The passphrase of the whole account.
        case account
        /// The page key of one database.
        case page
    }

    /// Makes a ring.
    ///
    /// - Parameters:
    ///   - material: the key as given.
    ///   - cache: where derived keys are remembered between runs, or nil.
    public init(_ material: KeyMaterial, cache: KeyCache? = nil) {
        self.material = material
        self.cache = cache
    }

    /// What a bare key has proved to be so far.
    public var form: Form { known.withLock { $0.form } }

    /// Whether there is a key at all.
    public var hasKey: Bool { if case .none = material { false } else { true } }

    /// The cipher of the database that begins with `firstPage`.
    ///
    /// - Parameters:
    ///   - database: the path below `db_storage`, for the key map and for errors.
    ///   - firstPage: page 1 as stored, 4096 bytes.
    /// - Returns: a cipher whose key fits.
    /// - Throws: `.unavailable` where there is no key or none that fits.
    public func cipher(for database: String, firstPage: UnsafeRawBufferPointer) throws(WeFlowError) -> PageCipher {
        let salt = Array(firstPage.prefix(PageCipher.saltSize))
        switch material {
        case .none:
            throw WeFlowError(
                .unavailable, "\(database) is encrypted and there is no key; pass --key-file FILE or set WEFLOW_KEY")
        case .salted(let key, let keySalt):
            guard keySalt == salt else {
                throw WeFlowError(
                    .unavailable,
                    "the key of 96 hex digits is for another database than \(database); pass the account key of 64 hex digits"
                )
            }
            return try cipher(key, salt: salt, firstPage, database)
        case .map(let entries):
            let entry =
                entries.first { $0.salt == salt } ?? entries.first { $0.salt == nil && $0.path == database }
                ?? entries.first { $0.path == database }
            guard let entry else {
                throw WeFlowError(
                    .unavailable, "the key map has no key for \(database); add one, or pass the account key")
            }
            return try cipher(entry.key, salt: salt, firstPage, database)
        case .bare(let key):
            return try bareCipher(key, salt: salt, firstPage, database)
        }
    }

    private func bareCipher(
        _ key: SecretBytes, salt: [UInt8], _ firstPage: UnsafeRawBufferPointer, _ database: String
    ) throws(WeFlowError) -> PageCipher {
        let form = form
        if form != .account, PageCipher.fits(pageKey: key, firstPage: firstPage) {
            known.withLock { $0.form = .page }
            return PageCipher(pageKey: key, salt: salt)
        }
        if let remembered = known.withLock({ $0.pageKeys[salt] }) ?? cache?.pageKey(salt: salt),
            PageCipher.fits(pageKey: remembered, firstPage: firstPage)
        {
            known.withLock {
                $0.pageKeys[salt] = remembered
                $0.form = .account
            }
            return PageCipher(pageKey: remembered, salt: salt)
        }
        guard form != .page else {
            throw WeFlowError(
                .unavailable,
                "the key is the page key of one database and does not fit \(database); pass the account key instead")
        }
        let derived = PageCipher.derivePageKey(accountKey: key, salt: salt)
        guard PageCipher.fits(pageKey: derived, firstPage: firstPage) else { throw misfit(database) }
        known.withLock {
            $0.pageKeys[salt] = derived
            $0.form = .account
        }
        cache?.remember(derived, salt: salt)
        return PageCipher(pageKey: derived, salt: salt)
    }

    private func cipher(
        _ key: SecretBytes, salt: [UInt8], _ firstPage: UnsafeRawBufferPointer, _ database: String
    ) throws(WeFlowError) -> PageCipher {
        guard PageCipher.fits(pageKey: key, firstPage: firstPage) else { throw misfit(database) }
        return PageCipher(pageKey: key, salt: salt)
    }

    /// A key that fitted elsewhere is right, so the database is damaged; a key that never fitted is wrong.
    private func misfit(_ database: String) -> WeFlowError {
        guard form == .unknown else {
            return PageFailure(.damaged, database: database, page: 1).error
        }
        return WeFlowError(
            .unavailable,
            "the key does not fit \(database); check that it is the database key of this account (64 hex digits)")
    }
}
