internal import WeFlowPages
internal import WeFlowQuery

extension Settings {
    /// The hosts of the media network, with those of the configuration.
    ///
    /// - Throws: `.unavailable` where an entry of the configuration is none.
    func momentsHosts() throws(WeFlowError) -> MediaHosts {
        do throws(WeFlowError) {
            return try MediaHosts(additional: mediaHosts?.value ?? [])
        } catch {
            throw WeFlowError(.unavailable, "\(configPath): \(error.sentence)")
        }
    }
}

extension Settings {
    /// Where a server of this machine listens: at the port that the last `weflow serve` remembered, else at the usual
    /// one (contract section 4.1).
    var serverAddress: String {
        var port = "5031"
        // A file that is not there or cannot be read remembers nothing.
        if let bytes = try? state.read("serve.json"), let remembered = try? JSONValue(parsing: bytes),
            case .number(let text)? = remembered["port"], let number = Int(text), (1...65535).contains(number)
        {
            port = String(number)
        }
        return "http://127.0.0.1:\(port)"
    }
}
