internal import WeFlowMoments
internal import WeFlowPages
internal import WeFlowQuery

/// Follows the answers of the media network by hand: each hop passes the same guard as the first address
/// (<doc:MediaNetworkAccess>).
struct RedirectPolicy: Sendable {
    /// What an answer means.
    enum Step: Sendable, Equatable {
        /// The body is what was asked for.
        case body
        /// Ask here instead.
        case follow(MediaHosts.Admission)
    }

    /// Most hops that are followed.
    static let limit = 5

    private let hosts: MediaHosts
    private var hops = 0
    /// The address being asked now.
    private(set) var current: MediaHosts.Admission

    /// Begins at an address.
    ///
    /// - Parameters:
    ///   - url: what is asked for.
    ///   - hosts: the guard.
    /// - Throws: `WeFlowError` of kind `usage` where the guard does not admit it.
    init(start url: MediaURL, hosts: MediaHosts) throws(WeFlowError) {
        self.hosts = hosts
        current = try hosts.admit(url)
    }

    /// Decides what to do with an answer.
    ///
    /// - Parameters:
    ///   - status: its HTTP status.
    ///   - location: its `Location` header.
    /// - Returns: take the body, or ask elsewhere.
    /// - Throws: `WeFlowError` of kind `gone` where the network has the file no longer, `network` for another failure,
    ///   too many hops, or a hop that the guard refuses.
    mutating func next(status: Int, location: String?) throws(WeFlowError) -> Step {
        let url = current.url
        switch status {
        case 200, 206: return .body
        case 301, 302, 303, 307, 308: break
        case 400, 404, 410:
            throw WeFlowError(.gone, "\(url.withoutQuery): the media network answered \(status); the file has expired")
        default:
            throw WeFlowError(
                .network, "\(url.withoutQuery): the media network answered \(status); try again later")
        }
        hops += 1
        guard hops <= Self.limit else {
            throw WeFlowError(.network, "\(url.withoutQuery): more than \(Self.limit) redirects; try again later")
        }
        guard let location, let target = url.resolving(location) else {
            throw WeFlowError(.network, "\(url.withoutQuery): redirected to no http or https address; try again later")
        }
        do {
            current = try hosts.admit(target)
        } catch {
            throw WeFlowError(
                .network, "\(url.withoutQuery): redirected to \(target.host), which is not admitted: \(error.sentence)")
        }
        return .follow(current)
    }
}
