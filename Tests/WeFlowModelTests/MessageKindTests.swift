import Testing

@testable import WeFlowModel

/// The whole table of kinds, once more by hand.
@Suite struct MessageKindTests {
    /// Numbers, the word, what stands for an unreadable one, and the ChatLab number.
    static let bases: [(types: [Int64], name: String, placeholder: String, chatLab: Int)] = [
        ([1, 2], "text", "[文本]", 0), ([3], "image", "[图片]", 1), ([34], "voice", "[语音]", 2),
        ([43, 62], "video", "[视频]", 3),
        ([47], "sticker", "[表情]", 5), ([48], "location", "[位置]", 8), ([42, 66, 67], "card", "[名片]", 27),
        ([37, 40], "other", "[好友请求]", 99), ([50], "call", "[通话]", 23), ([10000, 10002], "notice", "[系统消息]", 80),
        ([0, 35, 51, 52, 53, 65, 127, 128, 11000, 0xFFFF_FFFF], "other", "[消息]", 99),
    ]
    static let apps: [(types: [Int64], name: String, placeholder: String, chatLab: Int)] = [
        ([0], "other", "[链接]", 99), ([1, 4, 7, 68], "link", "[消息]", 7), ([5, 49], "link", "[链接]", 7),
        ([40], "link", "[消息]", 26), ([6, 74], "file", "[文件]", 4), ([3, 76, 92], "music", "[音乐]", 24),
        ([8], "sticker", "[表情]", 5), ([17], "location", "[消息]", 8), ([19], "record", "[聊天记录]", 26),
        ([24], "record", "[笔记]", 24), ([33, 36, 44], "miniprogram", "[小程序]", 24), ([50], "channels", "[视频号]", 27),
        ([51], "channels", "[视频号]", 24), ([63, 88], "channels", "[视频号直播]", 24), ([53], "solitaire", "[接龙]", 0),
        ([57], "reply", "[引用消息]", 25), ([62], "pat", "拍一拍", 22), ([87], "announcement", "[群公告]", 80),
        ([115, 124], "other", "[礼物]", 24), ([2000], "transfer", "[转账]", 21), ([2001], "redpacket", "[红包]", 20),
        ([2003], "redpacket", "[红包封面]", 20),
        ([2, 9, 82, 111, 127, 128, 1999, 2002, 2004, 10000, 0x7FFF_FFFF], "other", "[消息]", 99),
    ]

    private static let all: [(type: Int64, name: String, placeholder: String, chatLab: Int)] =
        bases.flatMap { row in row.types.map { ($0, row.name, row.placeholder, row.chatLab) } }
        + apps.flatMap { row in row.types.map { ($0 << 32 | 49, row.name, row.placeholder, row.chatLab) } }

    @Test(arguments: all.indices)
    func everyNumberHasItsNameLabelAndChatLabNumber(_ place: Int) {
        let (type, name, placeholder, chatLab) = Self.all[place]
        let kind = MessageKind(MessageType(localType: type))
        #expect(kind.name.rawValue == name)
        #expect("\(kind.placeholder)" == placeholder)
        #expect(kind.chatLabType.rawValue == chatLab)
        #expect(MessageKind(localType: type, content: nil) == kind)
        // Of a message without content the type says all.
        "".withBytes { body in
            let content = MessageContent.decode(localType: type, body: body)
            #expect(content.chatLabType.rawValue == chatLab)
            if !MessageType(localType: type).isText { #expect(content.displayText(of: body) == placeholder) }
            #expect(MessageKind(localType: type, content: content) == kind)
        }
    }

    @Test func theTableHoldsNoNumberTwiceAndNoneThatIsNotHere() {
        let bases = MessageKind.allCases.flatMap(\.baseTypes)
        let apps = MessageKind.allCases.flatMap(\.appTypes).map { Int64($0.number) }
        #expect(Set(bases).count == bases.count && Set(apps).count == apps.count)
        #expect(Set(bases).isSubset(of: Self.bases.flatMap(\.types)))
        #expect(Set(apps).isSubset(of: Self.apps.flatMap(\.types)))
        for kind in MessageKind.allCases {
            for type in kind.baseTypes { #expect(MessageKind(MessageType(localType: type)) == kind) }
            for type in kind.appTypes { #expect(type.kind == kind) }
            if let label = kind.label { #expect("\(label)".hasPrefix("[") && "\(kind.placeholder)" == "\(label)") }
        }
        // A sub-type makes nothing else of the other types.
        #expect(MessageKind(MessageType(localType: 5 << 32 | 10000)) == .notice)
        #expect(MessageKind(MessageType(localType: 57 << 32 | 3)) == .image)
    }

    @Test func theNamesAreTheWordsOfTheFilter() {
        let words =
            "text image voice video sticker location card link file music miniprogram record channels solitaire reply transfer "
            + "redpacket call pat announcement notice revoke other"
        #expect(MessageKind.Name.allCases.map(\.rawValue).joined(separator: " ") == words)
        // Each is the word of some kind.
        #expect(Set(MessageKind.allCases.map(\.name)) == Set(MessageKind.Name.allCases))
    }

    @Test(arguments: [
        (10000, "\"甲\" 撤回了一条消息", "revoke"), (10002, Sample.revoke, "revoke"), (10000, Sample.patWire, "pat"),
        (10000, Sample.template, "notice"), (10000, "", "notice"), (49, Sample.link, "link"),
        (Sample.appType(5), Sample.quote, "reply"), (Sample.appType(5), Sample.transfer, "transfer"),
        (49, Sample.record, "record"), (50, Sample.call, "call"), (1, "x", "text"), (3, Sample.image, "image"),
        (Sample.appType(8), Sample.app(8, ""), "sticker"), (Sample.appType(17), Sample.app(17, "x"), "location"),
        (Sample.appType(2001), Sample.app(2001, "x", "<wcpayinfo><scenetext>群收款</scenetext></wcpayinfo>"), "redpacket"),
        (Sample.appType(777), Sample.app(777, "x"), "other"), (37, Sample.friendRequest, "other"),
    ])
    func theContentTellsMoreThanTheType(_ type: Int64, _ body: String, _ name: String) {
        body.withBytes { bytes in
            let content = MessageContent.decode(localType: type, body: bytes)
            #expect(MessageKind(localType: type, content: content).name.rawValue == name)
        }
    }
}
