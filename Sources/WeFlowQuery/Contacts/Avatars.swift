import WeFlowMedia
public import WeFlowStore

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
        return "data:\(type ?? "image/jpeg");base64,\(base64(picture))"
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        return String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            var at = 0
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let count = min(3, bytes.count - start)
                var group = UInt32(bytes[start]) << 16
                if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
                if count > 2 { group |= UInt32(bytes[start + 2]) }
                for place in 0..<4 {
                    let digit = digits[Int(group >> UInt32(18 - 6 * place) & 63)]
                    text[at] = place <= count ? digit : UInt8(ascii: "=")
                    at += 1
                }
            }
            return at
        }
    }
}
