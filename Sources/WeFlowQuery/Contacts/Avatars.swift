import Synchronization
import WeFlowMedia
public import WeFlowPages
public import WeFlowStore
import WeFlowSystem

/// Pictures of people and groups that have no address, as `data:` addresses out of `head_image.db`
/// (<doc:NamesOfPeople#Avatars>).
public final class Avatars: Sendable {
    private let account: Account
    private let failure = Mutex<WeFlowError?>(nil)
    /// A picture of more bytes is not taken; the client's have a few KiB.
    private static let largest = 1 << 20

    /// Why pictures that were asked for may be missing, where the database that is there cannot be read whole.
    public var notice: WeFlowError? { failure.withLock { $0 } }

    /// Names the account; nothing is read yet.
    public init(_ account: Account) {
        self.account = account
    }

    /// The pictures of these usernames.
    ///
    /// - Parameters:
    ///   - usernames: those without an address.
    ///   - limit: how many bytes the longest address may have.
    /// - Returns: `data:` addresses by username; those without a picture are missing. A database that is missing has
    ///   none, and one that cannot be read says so in ``notice``: a picture is an extra.
    public func addresses(of usernames: [String], limit: Int = .max) -> [String: String] {
        guard !usernames.isEmpty, account.hasDatabase(HeadImages.database) else { return [:] }
        var addresses: [String: String] = [:]
        do throws(WeFlowError) {
            let images = try HeadImages(account)
            for username in usernames where addresses[username] == nil {
                guard let picture = picture(of: username, images), !picture.isEmpty, picture.count <= Self.largest,
                    picture.count <= limit / 4 * 3
                else { continue }
                addresses[username] = Self.address(of: picture)
            }
        } catch {
            note(error)
        }
        return addresses
    }

    private func picture(of username: String, _ images: HeadImages) -> [UInt8]? {
        do throws(WeFlowError) {
            return try images.picture(of: username)
        } catch {
            note(error)
            return nil
        }
    }

    private func note(_ error: WeFlowError) {
        failure.withLock {
            $0 = $0 ?? WeFlowError(error.kind, "pictures of people are missing: \(error.sentence)")
        }
    }

    /// The address that holds a picture itself; what has no known signature is called a JPEG, as the client does.
    static func address(of picture: [UInt8]) -> String {
        let format = MediaFormat(of: picture)
        let type = format?.isDisplayable == true ? format?.contentType : nil
        return "data:\(type ?? "image/jpeg");base64,\(Base64.encoded(picture))"
    }
}
