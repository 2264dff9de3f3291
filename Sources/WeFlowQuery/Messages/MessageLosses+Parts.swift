package import WeFlowPages

extension MessageLosses {
    /// What a list that is read out of messages lacks.
    ///
    /// - Parameters:
    ///   - pages: pages that could not be read.
    ///   - shards: why shards could not be opened.
    package init(pages: [PageFailure], shards: [WeFlowError]) {
        self.init()
        for page in pages { add(page) }
        for shard in shards { add(shard) }
    }
}
