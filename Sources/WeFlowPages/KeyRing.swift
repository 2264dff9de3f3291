import Synchronization

/// Finds the page key of each database from what the user gave (<doc:KeyForms#Telling-them-apart>), and remembers it.
///
/// The raw test comes first (two rounds), then the key cache, then the 256,000 rounds. A key is accepted only where the
/// HMAC of page 1 fits.
public final class KeyRing: Sendable {
    private let material: KeyMaterial
    private let cache: KeyCache?
    private let known = Mutex<Known>(Known())
    /// Gives page 1 of some databases of the account, to tell a wrong key from a damaged page.
    private let witnesses = Mutex<(@Sendable () -> [[UInt8]])?>(nil)

    private struct Known {
        /// Salt → page key, proven or to be tested.
        var pageKeys = PageKeys()
        /// What a bare key has proved to be.
        var form: Form = .unknown
        /// Salts of the databases that a bare key fits as it is.
        var fittingSalts: [[UInt8]] = []
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

    /// Says where page 1 of some databases is to be had, by which a key is judged that fits none yet.
    public func setWitnesses(_ pages: @escaping @Sendable () -> [[UInt8]]) {
        witnesses.withLock { $0 = pages }
    }

    /// What a bare key has proved to be so far.
    public var form: Form { known.withLock { $0.form } }

    /// The forms in which a key is given.
    public enum Given: Sendable {
        /// No key.
        case none
        /// 64 hex digits.
        case bare
        /// 96 hex digits: a page key with its salt.
        case salted
        /// A map of databases and page keys.
        case map
    }

    /// In which form the key was given.
    public var given: Given {
        switch material {
        case .none: .none
        case .bare: .bare
        case .salted: .salted
        case .map: .map
        }
    }

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

    /// Derives the keys of several databases side by side, so that a first run over many shards does not wait for each.
    ///
    /// Only an account key needs it; a key that turns out wrong is left for ``cipher(for:firstPage:)`` to say.
    ///
    /// - Parameter firstPages: page 1 of each database as stored.
    public func prepare(_ firstPages: [[UInt8]]) {
        prepare(firstPages, leastCount: 2)
    }

    /// Derives keys where at least `leastCount` are needed: one alone is derived when its database is opened.
    private func prepare(_ firstPages: [[UInt8]], leastCount: Int) {
        guard case .bare(let key) = material else { return }
        let waiting = firstPages.filter { page in
            let salt = Array(page.prefix(PageCipher.saltSize))
            return page.withUnsafeBytes { bytes in
                if form != .account, PageCipher.fits(pageKey: key, firstPage: bytes) {
                    proveAsItIs(salt: salt)
                    return false
                }
                guard let remembered = known.withLock({ $0.pageKeys[salt] }) ?? cache?.pageKey(salt: salt),
                    PageCipher.fits(pageKey: remembered, firstPage: bytes)
                else { return true }
                prove(remembered, salt: salt)
                return false
            }
        }
        guard waiting.count >= leastCount, form != .page else { return }
        let salts = waiting.map { Array($0.prefix(PageCipher.saltSize)) }
        let derived = PageCipher.derivePageKeys(accountKey: key, salts: salts)
        for (page, pageKey) in zip(waiting, derived)
        where page.withUnsafeBytes({ PageCipher.fits(pageKey: pageKey, firstPage: $0) }) {
            let salt = Array(page.prefix(PageCipher.saltSize))
            prove(pageKey, salt: salt)
            cache?.remember(pageKey, salt: salt)
        }
    }

    /// Keeps a page key that fits: the given key is then the account's.
    private func prove(_ pageKey: SecretBytes, salt: [UInt8]) {
        known.withLock {
            $0.pageKeys[salt] = pageKey
            $0.form = .account
        }
    }

    /// Notes that the given key fits a database as it is.
    private func proveAsItIs(salt: [UInt8]) {
        known.withLock {
            $0.form = .page
            if !$0.fittingSalts.contains(salt) { $0.fittingSalts.append(salt) }
        }
    }

    private func bareCipher(
        _ key: SecretBytes, salt: [UInt8], _ firstPage: UnsafeRawBufferPointer, _ database: String
    ) throws(WeFlowError) -> PageCipher {
        let form = form
        if form != .account, PageCipher.fits(pageKey: key, firstPage: firstPage) {
            proveAsItIs(salt: salt)
            return PageCipher(pageKey: key, salt: salt)
        }
        if let remembered = known.withLock({ $0.pageKeys[salt] }) ?? cache?.pageKey(salt: salt),
            PageCipher.fits(pageKey: remembered, firstPage: firstPage)
        {
            prove(remembered, salt: salt)
            return PageCipher(pageKey: remembered, salt: salt)
        }
        guard form != .page else { throw misfit(database) }
        let derived = PageCipher.derivePageKey(accountKey: key, salt: salt)
        guard PageCipher.fits(pageKey: derived, firstPage: firstPage) else { throw misfit(database) }
        prove(derived, salt: salt)
        cache?.remember(derived, salt: salt)
        return PageCipher(pageKey: derived, salt: salt)
    }

    private func cipher(
        _ key: SecretBytes, salt: [UInt8], _ firstPage: UnsafeRawBufferPointer, _ database: String
    ) throws(WeFlowError) -> PageCipher {
        guard PageCipher.fits(pageKey: key, firstPage: firstPage) else { throw misfit(database) }
        return PageCipher(pageKey: key, salt: salt)
    }

    /// A key that fits elsewhere is right, so the database is damaged; a key that fits nowhere is wrong; one that fits
    /// a single other database as it is, is that one's page key.
    private func misfit(_ database: String) -> WeFlowError {
        if case .bare = material, let pages = witnesses.withLock({ $0 })?() { prepare(pages, leastCount: 1) }
        let (form, fitting) = known.withLock { ($0.form, $0.fittingSalts.count) }
        if form == .account || fitting > 1 { return PageFailure(.damaged, database: database, page: 1).error }
        if form == .page {
            return WeFlowError(
                .unavailable,
                "the key is the page key of one database and does not fit \(database); pass the account key instead")
        }
        return WeFlowError(
            .unavailable,
            "the key does not fit \(database); check that it is the database key of this account (64 hex digits)")
    }
}
