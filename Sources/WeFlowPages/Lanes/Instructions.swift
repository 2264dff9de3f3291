import CPageLanes

/// The fastest instructions of this CPU, found out once.
///
/// Whatever is handed to the C functions as path or cipher must be available: that is their one precondition, and it
/// holds because the values come from here, or in tests from `weflow_has_path` and `weflow_has_cipher`.
enum Instructions {
    /// For SHA-512: page HMACs and key derivation.
    static let path = weflow_best_path()
    /// For AES; `WEFLOW_CIPHER_NONE` where the CPU has none.
    static let cipher = weflow_best_cipher()
}
