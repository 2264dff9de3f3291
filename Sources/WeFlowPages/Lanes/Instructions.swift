import CPageLanes

/// The fastest instructions of this CPU, found out once.
///
/// Whatever is handed to the C functions as path must be available: that is their one precondition, and it holds because
/// the value comes from here, or in tests from `weflow_has_path`.
enum Instructions {
    /// For SHA-512: page HMACs and key derivation.
    static let path = weflow_best_path()
}
