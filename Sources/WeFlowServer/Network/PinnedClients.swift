internal import Synchronization
internal import WeFlowMoments
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowSystem

/// HTTP clients that can reach one host at one address each (<doc:MediaNetworkAccess>).
///
/// A name is looked up by us, all its addresses are judged, and the client is pinned to one of them, so that no second
/// answer of the name service can lead elsewhere. A client serves its host for a minute, so that the pictures of a page
/// share a connection; then it is ended, as soon as nothing is fetched through it any more.
final class PinnedClients: Sendable {
    /// A client and who uses it.
    private struct Entry {
        let client: HTTPClient
        let name: String
        let until: ContinuousClock.Instant
        var uses = 0
        /// Whether it serves nobody new.
        var isRetired = false
    }

    private struct State {
        /// Every client that was not ended yet.
        var entries: [UInt64: Entry] = [:]
        /// Those that serve their host.
        var current: [String: UInt64] = [:]
        var next: UInt64 = 0

        /// When the time of a client is over.
        func until(_ number: UInt64) -> ContinuousClock.Instant { entries[number]?.until ?? .now }

        /// Lets a client serve nobody new.
        ///
        /// - Returns: the client, where it can be ended.
        mutating func retire(_ number: UInt64) -> HTTPClient? {
            guard let entry = entries[number] else { return nil }
            if current[entry.name] == number { current[entry.name] = nil }
            entries[number]?.isRetired = true
            guard entry.uses == 0 else { return nil }
            entries[number] = nil
            return entry.client
        }
    }

    /// The media network has a dozen hosts; more than these at once are somebody's experiment.
    private static let capacity = 64

    private let timeouts: MediaTimeouts
    private let lifetime: Duration
    private let trust: TLSTrust
    private let state = Mutex(State())

    /// - Parameters:
    ///   - timeouts: how long the network is waited for.
    ///   - lifetime: how long a client serves its host.
    ///   - trust: whose certificates count.
    init(timeouts: MediaTimeouts, lifetime: Duration = .seconds(60), trust: TLSTrust = TLSTrust()) {
        (self.timeouts, self.lifetime, self.trust) = (timeouts, lifetime, trust)
    }

    /// How many clients there are.
    var count: Int { state.withLock { $0.entries.count } }

    /// Lends a client for an admitted address.
    ///
    /// - Parameters:
    ///   - admission: the address.
    ///   - body: uses the client, and what it answers with, until it returns.
    /// - Returns: what `body` returns.
    /// - Throws: `WeFlowError` of kind `.network` where the name leads nowhere, or to an address that is not public; what
    ///   `body` throws.
    func withClient<Value>(
        for admission: MediaHosts.Admission, _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let (number, client) = try await take(admission)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        let surplus = state.withLock { state -> HTTPClient? in
            state.entries[number]?.uses -= 1
            return state.entries[number]?.isRetired == true ? state.retire(number) : nil
        }
        surplus?.shutdown()
        return try result.get()
    }

    /// Ends all connections that are not being used; those go with their use.
    func shutdown() {
        let clients = state.withLock { state in
            let clients = state.entries.values.map(\.client)
            state = State()
            return clients
        }
        for client in clients { client.shutdown() }
    }

    private func take(_ admission: MediaHosts.Admission) async throws -> (number: UInt64, client: HTTPClient) {
        let name = "\(admission.checksAddress ? "" : "=")\(admission.url.host)"
        if let known = takeKnown(name) { return known }
        let addresses = try await AddressLookup.addresses(of: admission.url.host)
        let usable = admission.checksAddress ? try MediaHosts.checked(addresses, of: admission.url.host) : addresses
        guard let address = usable.first(where: { if case .v4 = $0 { true } else { false } }) ?? usable.first else {
            throw WeFlowError(.network, "\(admission.url.host): the name has no address; check the network")
        }
        // Somebody else may have looked the name up meanwhile.
        if let known = takeKnown(name) { return known }
        let client = HTTPClient(host: admission.url.host, at: address, timeouts: timeouts, trust: trust)
        let (number, surplus) = state.withLock { state -> (UInt64, [HTTPClient?]) in
            var surplus = [state.current[name].flatMap { state.retire($0) }]
            while state.current.count >= Self.capacity,
                let oldest = state.current.values.min(by: { state.until($0) < state.until($1) })
            {
                surplus.append(state.retire(oldest))
            }
            state.next += 1
            state.entries[state.next] = Entry(client: client, name: name, until: .now + lifetime, uses: 1)
            state.current[name] = state.next
            return (state.next, surplus)
        }
        for client in surplus { client?.shutdown() }
        return (number, client)
    }

    /// The client that serves a host, where its time is not over.
    private func takeKnown(_ name: String) -> (number: UInt64, client: HTTPClient)? {
        state.withLock { state in
            guard let number = state.current[name], let entry = state.entries[number], entry.until > .now else {
                return nil
            }
            state.entries[number]?.uses += 1
            return (number, entry.client)
        }
    }
}
