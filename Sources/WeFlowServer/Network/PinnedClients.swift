internal import AsyncHTTPClient
internal import NIOCore
internal import Synchronization
internal import WeFlowPages
internal import WeFlowQuery

/// HTTP clients that can reach one host at one address each (<doc:MediaNetworkAccess>).
///
/// A name is looked up by us, all its addresses are judged, and the client is pinned to one of them, so that no second
/// answer of the name service can lead elsewhere. A client serves its host for a minute, so that the pictures of a page
/// share a connection.
final class PinnedClients: Sendable {
    private struct Entry {
        let client: HTTPClient
        let until: ContinuousClock.Instant
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var retired: [HTTPClient] = []
    }

    private static let lifetime = Duration.seconds(60)
    /// The media network has a dozen hosts; more than these at once are somebody's experiment.
    private static let capacity = 64

    private let timeouts: MediaTimeouts
    private let state = Mutex(State())

    init(timeouts: MediaTimeouts) {
        self.timeouts = timeouts
    }

    /// A client for an admitted address.
    ///
    /// - Throws: `WeFlowError` of kind `.network` where the name leads nowhere, or to an address that is not public.
    func client(for admission: MediaHosts.Admission) async throws -> HTTPClient {
        let name = "\(admission.checksAddress ? "" : "=")\(admission.url.host)"
        if let known = state.withLock({ $0.entries[name] }), known.until > .now { return known.client }
        let addresses = try await AddressLookup.addresses(of: admission.url.host)
        let usable = admission.checksAddress ? try MediaHosts.checked(addresses, of: admission.url.host) : addresses
        guard let address = usable.first(where: { if case .v4 = $0 { true } else { false } }) ?? usable.first else {
            throw WeFlowError(.network, "\(admission.url.host): the name has no address; check the network")
        }
        let client = makeClient(host: admission.url.host, at: address)
        let outcome = state.withLock { state -> (use: HTTPClient, drop: HTTPClient?) in
            if let known = state.entries[name], known.until > .now { return (known.client, client) }
            if let old = state.entries.removeValue(forKey: name) { state.retired.append(old.client) }
            while state.entries.count >= Self.capacity,
                let oldest = state.entries.min(by: { $0.value.until < $1.value.until })
            {
                state.retired.append(oldest.value.client)
                state.entries[oldest.key] = nil
            }
            state.entries[name] = Entry(client: client, until: .now + Self.lifetime)
            return (client, nil)
        }
        try await outcome.drop?.shutdown()
        return outcome.use
    }

    /// Ends all connections; every client must have been shut down before it is let go.
    func shutdown() async throws {
        let clients = state.withLock { state in
            let clients = state.entries.values.map(\.client) + state.retired
            state = State()
            return clients
        }
        for client in clients { try await client.shutdown() }
    }

    private func makeClient(host: String, at address: IPAddress) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .init(timeouts.connect), read: .init(timeouts.idle))
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = [host: address.text]
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
