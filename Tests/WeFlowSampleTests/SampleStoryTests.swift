import Testing
import WeFlowMedia
import WeFlowModel

@testable import WeFlowSample

/// What the invented people said is complete, and reads as they meant it.
struct SampleStoryTests {
    private static let messages = SampleStory.all().flatMap(\.messages)

    /// Sub-types of app messages that a person can meet.
    private static let appTypes: Set<Int64> = [
        1, 3, 4, 5, 6, 7, 8, 17, 19, 24, 33, 36, 40, 44, 49, 50, 51, 57, 62, 63, 68, 74, 76, 92, 88, 115, 124, 2000,
        2001,
        2003,
    ]
    /// Those that only groups have.
    private static let groupTypes: Set<Int64> = [53, 87]
    /// Types of the other messages.
    private static let baseTypes: Set<Int64> = [1, 3, 34, 42, 43, 47, 48, 50, 62, 10000]

    private func types(_ isIncluded: (SampleMessage) -> Bool) -> (app: Set<Int64>, base: Set<Int64>) {
        let messages = Self.messages.filter(isIncluded)
        return (
            Set(messages.filter { $0.base == 49 }.map { $0.localType >> 32 }),
            Set(messages.filter { $0.base != 49 }.map(\.base))
        )
    }

    @Test func groupsAndPrivateChatsHaveEveryKind() {
        let group = types(\.isGroup)
        #expect(group.app.isSuperset(of: Self.appTypes.union(Self.groupTypes)))
        #expect(group.base.isSuperset(of: Self.baseTypes.union([10002])))
        let person = types { !$0.isGroup }
        #expect(person.app.isSuperset(of: Self.appTypes))
        #expect(person.base.isSuperset(of: Self.baseTypes.union([2, 35, 37, 40, 65, 66])))
    }

    @Test func bothFormsOfRevocationAreThere() {
        let revocations = Self.messages.filter {
            if case .revoke = content(of: $0) { true } else { false }
        }
        #expect(revocations.contains { $0.body.hasPrefix("<sysmsg") && $0.isGroup })
        #expect(revocations.contains { !$0.body.hasPrefix("<") && $0.isGroup })
        #expect(revocations.contains { $0.body.hasPrefix("<sysmsg") && !$0.isGroup })
        #expect(revocations.contains { $0.body.hasPrefix("你撤回了") })
    }

    private func content(of message: SampleMessage) -> MessageContent {
        var body = message.body
        return body.withUTF8 { bytes in
            MessageContent.decode(localType: message.localType, body: UnsafeRawBufferPointer(bytes)) { username in
                SamplePeople.name(of: username)
            }
        }
    }

    @Test(arguments: messages)
    func everyMessageReadsAsItWasMeant(message: SampleMessage) {
        let content = content(of: message)
        var body = message.body
        let text = body.withUTF8 { content.displayText(of: UnsafeRawBufferPointer($0)) }
        #expect(!text.isEmpty && text != "[消息]" && text != "[系统消息]")
        #expect(!text.contains("</") && !text.contains("${"))
        if case .unreadable = content { Issue.record("unreadable") }
        if case .unknown(let type, _) = content { #expect(type.base == 35 || type.base == 65) }
        if content.chatLabType == .reply { #expect(content.quote?.content.isEmpty == false) }
    }

    @Test func aReplyQuotesAMessageThatIsThere() throws {
        let ids = Set(Self.messages.map { String($0.serverID) })
        let quotes = Self.messages.compactMap { content(of: $0).quote }
        #expect(quotes.count >= 6)
        for quote in quotes { #expect(ids.contains(quote.platformMessageId)) }
    }

    @Test func idsAreUniqueAndBeyondJavaScript() {
        let sent = Self.messages.map(\.serverID).filter { $0 != 0 }
        #expect(Set(sent).count == sent.count)
        #expect(sent.allSatisfy { $0 > 1 << 53 && $0 < 1 << 63 })
        #expect(sent.count == Self.messages.count - 1)
    }

    @Test func everyChatRunsForward() {
        for story in SampleStory.all() {
            #expect(zip(story.messages, story.messages.dropFirst()).allSatisfy { $0.time < $1.time })
            #expect(story.messages.allSatisfy { $0.talker == story.talker })
        }
    }

    @Test func mediaLieInTheMiddleOfAMonth() {
        // Then the month's folder is the same in every time zone.
        for message in Self.messages where message.media != nil {
            for hours in [-12, 14] as [Int64] {
                #expect(SampleTime.month(of: message.time + hours * 3600) == SampleTime.month(of: message.time))
            }
        }
    }

    @Test(arguments: [(2025, 1, 1, 1_735_660_800), (2026, 4, 18, 1_776_441_600), (2024, 2, 29, 1_709_136_000)])
    func timesAreThoseOfBeijing(year: Int, month: Int, day: Int, seconds: Int64) {
        #expect(SampleTime.beijing(year, month, day) == seconds)
    }

    @Test func momentsAreOfEveryKind() {
        var decoder = MomentDecoder()
        let moments = SampleMoments.all().map { sample in
            var content = sample.content
            return content.withUTF8 { bytes in
                decoder.moment(
                    tid: Int64(bitPattern: sample.id), userName: sample.author, content: UnsafeRawBufferPointer(bytes))
            }
        }
        #expect(moments.allSatisfy { $0.isWhole })
        #expect(Set(moments.map(\.type)) == [1, 2, 3, 15, 28, 42, 54])
        for (moment, sample) in zip(moments, SampleMoments.all()) {
            #expect(moment.id == sample.id && moment.username == sample.author)
            #expect(moment.createTime == Int64(sample.id >> 23) / 1000)
        }
        #expect(moments.contains { $0.media.count == 3 && $0.likes.count == 3 && $0.comments.count == 3 })
        #expect(moments.contains { $0.location?.poiName == "宝石山" })
        #expect(moments.contains { $0.media.contains { $0.livePhoto != nil } })
        #expect(moments.contains { $0.card?.url == "https://example.com/ten-loaves?a=1&b=2" })
    }

    @Test(arguments: [PixelPicture.cat, .mountains, .bread, .teacup])
    func picturesAreStoredAsTheClientDoes(picture: PixelPicture) throws {
        let stored = SampleDat.encode(picture.png, key: "0123456789abcdef", xorKey: 0x5A)
        let keys = ImageKeys(aes: try ImageKey("0123456789abcdef"), xor: 0x5A)
        let opened = try DatPicture(decoding: stored, keys: keys)
        #expect(opened.form == .v2 && opened.format == .png && opened.xorKey == 0x5A)
        #expect(Array(opened.bytes) == picture.png)
        #expect(throws: MediaFailure.self) {
            try DatPicture(decoding: stored, keys: ImageKeys(aes: try ImageKey("fedcba9876543210")))
        }
    }
}

struct SampleAccountTests {
    @Test func theContentIsTheSameAndTheKeysAreNot() async throws {
        let (a, b) = (try await SampleAccount(), try await SampleAccount())
        #expect(a.files.map(\.path) == b.files.map(\.path))
        #expect(a.files.map(\.bytes.count) == b.files.map(\.bytes.count))
        #expect(a.counts == b.counts)
        #expect(a.key != b.key && a.imageKey != b.imageKey)
        #expect(a.key.utf8.count == 64 && a.imageKey.utf8.count == 16)
        for (one, other) in zip(a.files, b.files) where one.path.hasSuffix(".db") {
            #expect(one.bytes[..<4096] != other.bytes[..<4096])
            #expect(!one.bytes.starts(with: "SQLite format 3".utf8))
        }
        #expect(a.files.reduce(0) { $0 + $1.bytes.count } < 1 << 20)
        // Nothing that is plain before it is sealed can be found afterwards.
        let words = [SamplePeople.me, "CREATE TABLE", "宝石山", "msgsource"].map { Array($0.utf8) }
        for file in a.files where file.path.hasSuffix(".db") {
            for word in words {
                let found = file.bytes.indices.contains { start in
                    file.bytes[start] == word[0] && file.bytes[start...].starts(with: word)
                }
                #expect(!found, "\(file.path) holds \(String(decoding: word, as: UTF8.self))")
            }
        }
    }
}
