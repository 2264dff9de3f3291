/// Where the files of an archive lie beside its pages.
enum MediaPaths {
    /// What a browser would run as a page, were it opened: it comes from strangers.
    private static let active: Set<String> = [
        "html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "xslt", "swf", "hta",
    ]

    /// What is looked at or listened to. A document may be opened, changed and saved: it must not be the archive's own.
    private static let shownOnly: Set<String> = [
        "jpg", "jpeg", "png", "gif", "webp", "bmp", "heic", "wav", "mp3", "m4a", "mp4", "mov", "webm",
    ]

    /// Whether a file can be a second name of the archive's.
    static func isShownOnly(_ path: String) -> Bool { shownOnly.contains(ending(of: path)) }

    private static func ending(of path: String) -> String { path.split(separator: ".").last?.lowercased() ?? "" }

    /// The name of an archive's file beside the pages: its own, but that what a browser would run ends in `.txt`.
    static func name(_ path: String) -> String {
        active.contains(ending(of: path)) ? path + ".txt" : path
    }

    /// The same, seen from a page.
    static func shown(_ path: String, from page: String) -> String { page + name(path) }
}
