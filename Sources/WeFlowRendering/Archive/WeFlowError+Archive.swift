internal import WeFlowPages

extension WeFlowError {
    /// The archive is not what it says of itself.
    static func damaged(_ sentence: String) -> WeFlowError { WeFlowError(.storeFailed, sentence) }
}

extension WeFlowError {
    /// Whether it is damage of an archive.
    var isDamage: Bool { kind == .storeFailed }
}
