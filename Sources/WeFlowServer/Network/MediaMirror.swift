internal import WeFlowCrypto
public import WeFlowMoments
internal import WeFlowSystem

/// A folder that stands for the media network: what lies there is never asked for (<doc:MediaNetworkAccess#A-mirror>).
///
/// Files lie there as the network would give them, each under the name of its address. Nothing but that name is made of
/// an address, so none leads out of the folder.
public struct MediaMirror: Sendable {
    /// What the folder beside an account is called.
    public static let folderName = "media-network"
    private let folder: String

    /// Names a folder, which need not be there.
    public init(folder: String) { self.folder = folder }

    /// The name of the file that stands for an address.
    public static func name(of url: MediaURL) -> String { url.fingerprint() }

    /// The file that stands for an address, open; nil where there is none.
    func file(of url: MediaURL) -> File? {
        guard let file = try? File("\(folder)/\(Self.name(of: url))", for: .reading, followingLinks: false),
            (try? file.status())?.kind == .file
        else { return nil }
        return file
    }

    /// Whether something stands for an address.
    func holds(_ url: MediaURL) -> Bool { file(of: url) != nil }
}

extension MediaURL {
    /// 32 hex digits that stand for the address without its token, which changes while the file behind it does not.
    ///
    /// - Parameter more: what else tells two files apart.
    /// - Returns: the digits.
    func fingerprint(_ more: String = "") -> String {
        HexDigits.text(SHA256.hash(Array((withoutToken + more).utf8)).prefix(16))
    }
}
