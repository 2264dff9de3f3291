internal import WeFlowPages

extension WeFlowError {
    /// The archive is not what it says of itself.
    static func damaged(_ sentence: String) -> WeFlowError { WeFlowError(.invalidData, sentence) }

    /// Whether the archive is not what it says of itself.
    var isDamage: Bool { kind == .invalidData }
}
