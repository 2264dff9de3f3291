/// Fetches stickers from the media network.
///
/// What stands behind it admits hosts and addresses, caps size and time, and asks for at most four at once
/// (`MediaHostRules` of WeFlowMoments).
public protocol MediaFetching: Sendable {
    /// The body that an address gives.
    ///
    /// - Parameter url: an `http` or `https` address as a message has it.
    /// - Returns: the whole body.
    /// - Throws: `WeFlowError` of kind `usage` where the address is not admitted, `gone` where the network says that it
    ///   has the file no longer, `network` where it gives no body for another reason; `CancellationError`.
    func fetch(_ url: String) async throws -> [UInt8]
}
