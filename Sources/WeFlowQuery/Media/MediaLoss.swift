public import WeFlowMedia
import WeFlowPages

/// Why the file of a message could not be had; the raw value is `mediaError` (<doc:ExportingMedia#Losses>).
public enum MediaLoss: String, Sendable, Equatable, CaseIterable {
    /// There is no file: WeChat fetches pictures and videos when they are opened.
    case notDownloaded = "not downloaded by WeChat"
    /// The picture is encrypted and no key was given.
    case keyNeeded = "image key needed"
    /// The picture is encrypted with another key than the one given.
    case wrongKey = "wrong image key"
    /// The file is there and cannot be made into anything that opens.
    case damaged = "damaged"
    /// The media network has the sticker no longer, and says so.
    case expired = "expired on the network"
    /// The media network could not be asked, or gave no answer; it may be asked again.
    case unreachable = "unreachable"
    /// There is no file: the client never fetched it here, or somebody moved it.
    case absent = "absent: there is no such file in the account"
    /// What lies in the file's place is not the file.
    case mismatch = "mismatch: the file in its place has another size or other bytes"
    /// The file is larger than was asked for.
    case tooLarge = "too large"

    /// The reason behind a decoder's failure.
    init(_ failure: MediaFailure) {
        switch failure {
        case .imageKeyNeeded, .imageXorKeyNeeded: self = .keyNeeded
        case .wrongImageKey: self = .wrongKey
        case .damaged, .unknownFormat, .wrongMediaKey: self = .damaged
        }
    }

    /// Why a sticker could not be fetched. Only the network itself can tell that it has expired.
    init(fetching error: WeFlowError) {
        self = error.kind == .gone ? .expired : .unreachable
    }

    /// Of two reasons of one picture's renditions, the one that its user can do something about.
    func or(_ other: MediaLoss?) -> MediaLoss {
        guard let other else { return self }
        let order: [MediaLoss] = [
            .keyNeeded, .wrongKey, .unreachable, .damaged, .mismatch, .expired, .tooLarge, .absent, .notDownloaded,
        ]
        return order.first { $0 == self || $0 == other } ?? self
    }
}

/// What became of the media of one message.
public indirect enum MediaOutcome: Sendable, Equatable {
    /// It lies in the export folder.
    case file(ExportedFile)
    /// It could not be had.
    case missing(MediaKind, MediaLoss)
}

/// An exported file.
public struct ExportedFile: Sendable, Equatable {
    /// Its place below the export path, kind and name.
    public let exported: ExportedMedia
    /// Its absolute path.
    public let path: String
    /// Which version of a picture it is; nil for other kinds.
    public let rendition: Rendition?
}
