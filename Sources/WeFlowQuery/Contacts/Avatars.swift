import WeFlowMedia
public import WeFlowStore
import WeFlowSystem

/// Pictures of people and groups that have no address, as `data:` addresses out of `head_image.db`
/// (<doc:NamesOfPeople#Avatars>).
public struct Avatars: Sendable {
    private let account: Account
    /// A picture of more bytes is not taken; the client's have a few KiB.
    private static let largest = 1 << 20

    /// Names the account; nothing is read yet.
    public init(_ account: Account) {
        self.account = account
    }

    /// The pictures of these usernames.
    ///
    /// - Parameters:
    ///   - usernames: those without an address.
    ///   - limit: how many bytes the longest address may have.
    /// - Returns: `data:` addresses by username; those without a picture are missing. A database that is missing or
    ///   cannot be read has none: a picture is an extra.
    public func addresses(of usernames: [String], limit: Int = .max) -> [String: String] {
        guard !usernames.isEmpty, account.hasDatabase(HeadImages.database),
            let images = try? HeadImages(account)
        else { return [:] }
        var addresses: [String: String] = [:]
        for username in usernames where addresses[username] == nil {
            guard let picture = try? images.picture(of: username), !picture.isEmpty, picture.count <= Self.largest,
                picture.count <= limit / 4 * 3
            else { continue }
            addresses[username] = Self.address(of: picture)
        }
        return addresses
    }

    /// The address that holds a picture itself; what has no known signature is called a JPEG, as the client does.
    static func address(of picture: [UInt8]) -> String {
        let format = MediaFormat(of: picture)
        let type = format?.isDisplayable == true ? format?.contentType : nil
        return "data:\(type ?? "image/jpeg");base64,\(Base64.encoded(picture))"
    }
}
