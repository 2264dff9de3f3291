import Synchronization
import WeFlowSystem

/// Page keys remembered between runs, so that only the first pays 256,000 rounds per database
/// (<doc:KeyForms#The-key-cache>).
///
/// One file, mode 0600 in a folder of mode 0700: salt → page key, sealed under the user's own key. A file that is damaged,
/// of an older form or sealed under another key is rebuilt in silence.
public final class KeyCache: Sendable {
    private let path: String
    private let elsewhere: @Sendable () -> [String]
    private let key: SecretBytes
    private let opened = Mutex<Opened?>(nil)
    private static let magic = Array("weflow page keys 2\n".utf8)
    private static let entrySize = PageCipher.saltSize + PageCipher.keySize
    private static let largest = 1 << 20

    /// What is known once the file was asked for: a key that fits the databases as it is needs nothing of it.
    private struct Opened {
        let seal: KeySeal
        var entries: PageKeys
        /// Whether the other files were read, too.
        var isWhole = false
    }

    /// Names the cache of one account; it is read when the first key is asked for.
    ///
    /// - Parameters:
    ///   - path: the file; its folder is made when the first key is remembered.
    ///   - key: the user's own key, without which the file says nothing.
    ///   - elsewhere: files that may have what this one lacks, since the account was called something else.
    public init(path: String, key: SecretBytes, elsewhere: @escaping @Sendable () -> [String] = { [] }) {
        self.path = path
        self.key = key
        self.elsewhere = elsewhere
    }

    /// The page key remembered for a salt, to be tested before use.
    public func pageKey(salt: [UInt8]) -> SecretBytes? {
        opened.withLock { opened in
            var known = contents(&opened)
            if let key = known.entries[salt] { return key }
            // A salt is of one database alone, so it does not matter whose keys they were said to be.
            if !known.isWhole {
                for other in elsewhere() {
                    known.entries.add(Self.load(path: other, known.seal))
                }
                known.isWhole = true
                opened = known
            }
            return known.entries[salt]
        }
    }

    /// Reads the file where that has not been done.
    private func contents(_ opened: inout Opened?) -> Opened {
        if let opened { return opened }
        let seal = KeySeal(key)
        let read = Opened(seal: seal, entries: Self.load(path: path, seal))
        opened = read
        return read
    }

    /// Remembers a page key. A file that cannot be written costs only time in the next run.
    public func remember(_ key: SecretBytes, salt: [UInt8]) {
        opened.withLock { opened in
            var known = contents(&opened)
            // Another process may have added keys since: its file is the base.
            known.entries.add(Self.load(path: path, known.seal))
            known.entries[salt] = key
            opened = known
            let entries = known.entries.entries
            let plain = SecretBytes(count: entries.count * Self.entrySize) { target in
                var at = 0
                for (salt, key) in entries {
                    target[at..<(at + salt.count)].copyBytes(from: salt)
                    key.withUnsafeBytes { target[(at + salt.count)..<(at + Self.entrySize)].copyBytes(from: $0) }
                    at += Self.entrySize
                }
            }
            Self.replace(path: path, with: known.seal.seal(plain, behind: Self.magic))
        }
    }

    private static func load(path: String, _ seal: KeySeal) -> PageKeys {
        guard let file = try? File(path, for: .reading), let size = try? file.status().size, size <= largest
        else {
            return PageKeys()
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 16)
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress, let got = try? file.read(into: base, count: buffer.count, at: 0),
            got == buffer.count, let plain = seal.open(UnsafeRawBufferPointer(buffer), behind: magic),
            plain.count % entrySize == 0
        else { return PageKeys() }
        return plain.withUnsafeBytes { plain in
            var entries = PageKeys()
            for at in stride(from: 0, to: plain.count, by: entrySize) {
                let key = plain[(at + PageCipher.saltSize)..<(at + entrySize)]
                entries[Array(plain[at..<(at + PageCipher.saltSize)])] = SecretBytes(
                    UnsafeRawBufferPointer(rebasing: key))
            }
            return entries
        }
    }

    /// Writes the file beside its name and renames it, so that a reader sees the old or the new one. Where that fails the
    /// next run derives the keys once more.
    private static func replace(path: String, with bytes: [UInt8]) {
        let temporary = "\(path).\(System.processID).tmp"
        // A run of that number that was killed may have left one.
        Paths.discard(temporary)
        do throws(SystemError) {
            try Folders.make(Paths.folder(of: path))
            try File(temporary, for: .making, followingLinks: false).write(bytes, at: 0)
            try Paths.rename(temporary, to: path)
        } catch {
            Paths.discard(temporary)
        }
    }
}
