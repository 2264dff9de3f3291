import CPageLanes

/// PBKDF2-HMAC-SHA512 with 32 bytes of output, several derivations side by side (<doc:EncryptedPages#Parameters>).
///
/// A derivation is one long chain, so lanes do not make it faster; they take others along. On AVX-512 four cost little
/// more than one, and eight twice that.
enum KeyDerivation {
    /// Derives one key for each salt.
    ///
    /// - Parameters:
    ///   - password: the account key, or a page key.
    ///   - salts: 16 bytes each.
    ///   - rounds: 1 or more.
    ///   - path: instructions that this CPU has.
    /// - Returns: 32 bytes for each salt, in their order.
    static func keys(
        _ password: SecretBytes, salts: [[UInt8]], rounds: UInt32, path: weflow_path = Instructions.path
    ) -> [SecretBytes] {
        precondition(rounds > 0 && salts.allSatisfy { $0.count == WEFLOW_SALT_SIZE }, "a salt has 16 bytes")
        let flat = salts.flatMap { $0 }
        var keys: [SecretBytes] = []
        keys.reserveCapacity(salts.count)
        let size = salts.count * WEFLOW_KEY_SIZE
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { output in
            guard let start = output.baseAddress else { return }
            password.withUnsafeBytes { password in
                flat.withUnsafeBufferPointer { flat in
                    let each = salts.indices.map { i in
                        weflow_derivation(
                            password: password.baseAddress?.assumingMemoryBound(to: UInt8.self),
                            password_size: password.count,
                            salt: flat.baseAddress.map { $0 + i * WEFLOW_SALT_SIZE },
                            key: start + i * WEFLOW_KEY_SIZE)
                    }
                    weflow_pbkdf2_sha512(path, each, each.count, rounds)
                }
            }
            for i in salts.indices {
                keys.append(
                    SecretBytes(UnsafeRawBufferPointer(start: start + i * WEFLOW_KEY_SIZE, count: WEFLOW_KEY_SIZE)))
            }
            weflow_wipe(start, size)
        }
        return keys
    }
}
