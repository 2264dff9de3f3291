import WeFlowMedia
public import WeFlowPages
public import WeFlowStore

/// Pictures of people, groups and accounts as files, each named after its username (<doc:FilesAndUnread#Avatars>).
public struct AvatarFiles: Sendable {
    /// What was done.
    public struct Report: Sendable, Equatable {
        /// Pictures that were written.
        public var written = 0
        /// Pictures that lay there already.
        public var alreadyThere = 0
    }

    private let folder: CopyFolder

    /// Prepares to write; nothing is written yet.
    public init(to folder: CopyFolder) { self.folder = folder }

    /// Writes pictures.
    ///
    /// - Parameters:
    ///   - avatars: which.
    ///   - account: whose.
    /// - Returns: what was done.
    /// - Throws: `.system` where the folder cannot be written to; the page that could not be read.
    public func write(_ avatars: [AvatarEntry], of account: Account) throws(WeFlowError) -> Report {
        var report = Report()
        guard !avatars.isEmpty else { return report }
        let images = try HeadImages(account)
        var names = DocumentNames()
        for avatar in avatars {
            let bytes = try images.picture(of: avatar.username)
            guard !bytes.isEmpty else { continue }
            let ending = AvatarPicture.ending(of: bytes)
            // Ids that differ in what no name may hold, or in case alone, would have one file.
            let identity = md5Hex(avatar.username)
            let own = names.name("\(avatar.username).\(ending)", identity: identity)
            var hash = ContentHash()
            hash.add(bytes)
            let others = DocumentNames.marks(of: hash.text).map { DocumentName(own).marked($0).text }
            switch try put([own] + others, avatar.updateTime, bytes) {
            case .written: report.written += 1
            case .isThere, .isTaken: report.alreadyThere += 1
            }
        }
        return report
    }

    /// Writes a picture under the first of these names that is free: one that has changed since gets another name.
    private func put(_ names: [String], _ time: Int64, _ bytes: [UInt8]) throws(WeFlowError) -> CopyFolder.Outcome {
        for name in names {
            let outcome = try folder.put(name, time: time, .memory(bytes))
            if outcome != .isTaken { return outcome }
        }
        throw WeFlowError(
            .system, "\(folder.path)/\(names.last ?? "") is another file; move it away, or write into another folder")
    }
}
