import WeFlowPages
import WeFlowSystem

/// A small account that is invented from end to end, in the form in which WeChat keeps its own: encrypted databases,
/// pictures, videos, a voice, moments.
///
/// The content is the same in every run; the keys, salts and vectors are not.
package struct SampleAccount: Sendable {
    /// Files by their path below the folder that holds the account, `xwechat_files` on top.
    package private(set) var files: [(path: String, bytes: [UInt8])] = []
    /// The database key, 64 hex digits.
    package let key: String
    /// The key of pictures, 16 characters.
    package let imageKey: String
    /// The key of the last bytes of pictures.
    package let imageXorKey: UInt8
    /// Files of the media network, by their address.
    package let network: [(url: String, bytes: [UInt8])]
    /// How many chats there are to be read, and how many messages.
    package let counts: (chats: Int, messages: Int)

    /// The folder of the account.
    package static let folder = "xwechat_files/\(SamplePeople.folder)"

    /// Makes an account, all of it in memory.
    ///
    /// - Throws: `.system` where SQLite or the cipher fails.
    package init() async throws {
        let account = SecretBytes(Self.random(PageCipher.keySize))
        key = account.withUnsafeBytes { bytes in bytes.map { Self.hex($0) }.joined() }
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        imageKey = String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count)] })
        imageXorKey = UInt8.random(in: 1...255)

        let stories = SampleStory.all()
        let messages = try SampleMessages(stories)
        let media = try SampleMedia(messages.rows, imageKey: imageKey, imageXorKey: imageXorKey)
        let favorites = try SampleFavorites(messages.rows, imageKey: imageKey, imageXorKey: imageXorKey)
        network = SampleMoments.network()
        // Requests for friendship are no chat.
        let chats = stories.filter { $0.talker != "fmessage" }
        counts = (chats.count, messages.rows.count { $0.message.talker != "fmessage" })
        let databases =
            messages.databases + [
                ("contact/contact.db", try SampleContacts.contacts()),
                ("session/session.db", try SampleContacts.sessions(messages.rows)),
                ("head_image/head_image.db", try SampleContacts.avatars()),
                ("hardlink/hardlink.db", media.hardlinks),
                ("emoticon/emoticon.db", media.stickers),
                ("sns/sns.db", try Self.moments()),
                ("favorite/favorite.db", favorites.database),
                ("general/general.db", try SampleFavorites.requests()),
            ]
        let ciphers = await Self.ciphers(databases.count, account)
        for ((name, database), cipher) in zip(databases, ciphers) {
            files.append(("\(Self.folder)/db_storage/\(name)", try database.sealed(with: cipher)))
        }
        files += (media.files + favorites.files).map { ("\(Self.folder)/\($0.path)", $0.bytes) }
    }

    /// Ciphers with a salt each, made on all cores, since each costs its rounds.
    private static func ciphers(_ count: Int, _ account: SecretBytes) async -> [PageCipher] {
        let cores = System.processors
        let share = (count + cores - 1) / cores
        return await withTaskGroup(of: [PageCipher].self) { group in
            for start in stride(from: 0, to: count, by: share) {
                group.addTask {
                    let salts = (start..<min(start + share, count)).map { _ in random(PageCipher.saltSize) }
                    let keys = PageCipher.derivePageKeys(accountKey: account, salts: salts)
                    return zip(keys, salts).map { PageCipher(pageKey: $0, salt: $1) }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// `sns.db`.
    private static func moments() throws(WeFlowError) -> SampleDatabase {
        let database = try SampleDatabase()
        try database.execute(
            """
            CREATE TABLE SnsTimeLine(tid INTEGER PRIMARY KEY DESC, user_name TEXT, content TEXT, pack_info_buf TEXT);
            CREATE TABLE SnsMessage_tmp3(local_id INTEGER PRIMARY KEY AUTOINCREMENT, create_time INTEGER, type INTEGER,
              feed_id INTEGER, is_unread INTEGER, from_username TEXT, from_nickname TEXT, to_username TEXT,
              to_nickname TEXT, content TEXT, serialized_comment_buf BLOB, serialized_ref_buf BLOB, comment_id INTEGER,
              client_id TEXT, comment64_id INTEGER, comment_flag INTEGER, del_status INTEGER, is_relative_me INTEGER);
            CREATE TABLE SnsIgnoredDataItem(tid INTEGER PRIMARY KEY);
            """)
        try database.insert(
            into: "SnsTimeLine", "tid, user_name, content",
            SampleMoments.all().map { [.int(Int64(bitPattern: $0.id)), .text($0.author), .text($0.content)] })
        return database
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func hex(_ byte: UInt8) -> String {
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
}
