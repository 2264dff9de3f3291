import WeFlowMedia

/// A file of the account that may hold a picture.
struct PictureFile: Sendable, Hashable {
    /// Its path.
    let path: String
    /// Bytes.
    let size: Int
    /// When it was changed, Unix seconds.
    let modified: Int
    /// The place of its version among the preferred ones, from 0.
    let rank: Int
    /// Its version.
    let rendition: Rendition

    /// A file of a folder; nil where its name is not that of the picture `base`.
    init?(_ file: FolderCache.File, base: String) {
        guard let name = PictureName(file.name), name.base == base else { return nil }
        path = file.path
        size = file.size
        modified = file.modified
        rank = name.rank
        rendition = name.rendition
    }

    /// Best first: the better version, then the larger file, then the newer.
    static func precedes(_ a: PictureFile, _ b: PictureFile) -> Bool {
        if a.rank != b.rank { return a.rank < b.rank }
        if a.size != b.size { return a.size > b.size }
        if a.modified != b.modified { return a.modified > b.modified }
        return a.path.utf8.lexicographicallyPrecedes(b.path.utf8)
    }
}
