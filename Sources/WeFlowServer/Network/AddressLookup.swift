internal import NIOPosix
internal import WeFlowPages
internal import WeFlowSystem

/// Asks the system for all addresses of a name, off the event loops.
enum AddressLookup {
    /// The addresses of a host, in the system's order.
    ///
    /// - Throws: `WeFlowError` of kind `.network` where the name leads nowhere.
    static func addresses(of host: String) async throws -> [IPAddress] {
        if let literal = IPAddress(parsing: host) { return [literal] }
        return try await NIOThreadPool.singleton.runIfActive {
            do throws(HostNames.Failure) {
                return try HostNames.addresses(of: host)
            } catch {
                throw WeFlowError(.network, "\(host): \(error.text); check the network")
            }
        }
    }
}
