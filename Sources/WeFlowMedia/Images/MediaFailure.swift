/// Why bytes of a picture, sticker or moment could not be turned into media.
///
/// The caller knows the file or message and puts its name before the sentence.
public enum MediaFailure: Error, Sendable, Equatable, CaseIterable, CustomStringConvertible {
    /// A V2 picture, and no image key was given.
    case imageKeyNeeded
    /// An image key was given, but it is not the one of this picture.
    case wrongImageKey
    /// The tail of the picture is XORed and nothing tells the key.
    case imageXorKeyNeeded
    /// The lengths or the padding in the file contradict its content: cut, or not downloaded completely.
    case damaged
    /// Not a picture or video in any form that is known.
    case unknownFormat
    /// The key that came with the message or moment does not open these bytes.
    case wrongMediaKey

    /// The sentence, in lower case and without a full stop, with the remedy where there is one.
    public var description: String {
        switch self {
        case .imageKeyNeeded: "the picture is encrypted; give the account's image key with --image-key"
        case .wrongImageKey: "the image key does not fit this picture; check --image-key"
        case .imageXorKeyNeeded:
            "the end of the picture is covered with an unknown byte; give the account's with --image-xor-key"
        case .damaged: "the picture is damaged or not completely downloaded; open it in WeChat once more"
        case .unknownFormat: "the bytes are not a picture or video in any known form"
        case .wrongMediaKey: "the key of the message does not open the downloaded bytes"
        }
    }
}
