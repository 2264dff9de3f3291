import WeFlowFiles
import WeFlowPages
import WeFlowStore

/// The pictures of people, groups and accounts that an archive keeps in `avatars/`, each named after its username.
enum AvatarSource {
    /// What the runs remember it by, as they do the lists by their files.
    static let name = "avatars"

    /// Brings the pictures up to date; one that is gone at the source stays.
    ///
    /// - Parameters:
    ///   - account: the source.
    ///   - records: what the manifest says of a file; nil where there is none.
    ///   - staging: where new ones go.
    /// - Returns: pages that could not be read.
    /// - Throws: why the source cannot be read; `.system` where a picture cannot be written.
    static func update(
        _ account: Account, records: (String) -> FileRecord?, _ staging: Staging
    ) throws(WeFlowError) -> [PageFailure] {
        let images = try HeadImages(account)
        let (entries, damage) = try images.all()
        var taken: Set<String> = []
        for entry in entries {
            let bytes = try images.picture(of: entry.username)
            guard !bytes.isEmpty else { continue }
            let path = path(of: entry.username, ending: AvatarPicture.ending(of: bytes), taken: &taken)
            if let record = records(path), record.bytes == bytes.count, record.digest == .of(bytes) { continue }
            let file = try staging.newFile()
            try bytes.withUnsafeBytes { bytes in
                Result { () throws(WeFlowError) in try file.append(bytes) }
            }.get()
            staging.keep(file.path, as: path, try file.finish())
        }
        return damage
    }

    /// Where a picture goes: a username that no file can be called, or that another one hides but for its case, is told
    /// apart by the digits of its id.
    private static func path(of username: String, ending: String, taken: inout Set<String>) -> String {
        let safe = ArchivePath.safe(username, fallback: "avatar")
        let isPlain = safe == username && taken.insert(safe.lowercased()).inserted
        return "avatars/\(isPlain ? safe : "\(safe)~\(ArchivePath.idDigits(username))").\(ending)"
    }
}
