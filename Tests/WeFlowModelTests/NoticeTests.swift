import Testing

@testable import WeFlowModel

@Suite struct NoticeTests {
    private func decode(_ body: String) -> (content: MessageContent, text: String) {
        body.withBytes { bytes in
            let content = MessageContent.decode(localType: 10000, body: bytes, names: MessageContentTests.names)
            return (content, content.displayText(of: bytes))
        }
    }

    @Test(arguments: [
        ("\"甲\"邀请\"乙\"加入了群聊", "\"甲\"邀请\"乙\"加入了群聊"),
        ("甲修改群名为 计划2026", "甲修改群名为 计划2026"),
        ("甲修改群名为“家人群 <3 & 5”", "甲修改群名为“家人群 <3 & 5”"),
        (
            "<img src=\"SystemMessages_HongbaoIcon.png\"/>  你领取了甲的<_wc_custom_link_ href=\"weixin://x\">红包</_wc_custom_link_>",
            "你领取了甲的红包"
        ),
        (Sample.template, "\"甲\"邀请\"乙、wxid_c\"加入了群聊 $what$"),
        (Sample.template.replacing("<![CDATA[]]>", with: "<![CDATA[平文]]>"), "平文"),
        (
            Sample.template.replacing(
                "<separator><![CDATA[、]]></separator>", with: "<separator><![CDATA[, ]]></separator>"),
            "\"甲\"邀请\"乙, wxid_c\"加入了群聊 $what$"
        ),
        (
            "<sysmsg type=\"delchatroommember\"><delchatroommember><plain><![CDATA[你将\"乙\"移出了群聊]]></plain><text>x</text><link>"
                + "<scene/><text>t</text><memberlist><username>wxid_b</username></memberlist></link></delchatroommember></sysmsg>",
            "你将\"乙\"移出了群聊"
        ),
        (
            "<sysmsg type=\"paymsg\"><content><![CDATA[收款方24小时内未接收你的<_wc_custom_link_ href=\"x\">转账</_wc_custom_link_>，已过期]]>"
                + "</content></sysmsg>",
            "收款方24小时内未接收你的转账，已过期"
        ),
        (
            "<sysmsg type=\"mmchatroomtopmsg\"><mmchatroomtopmsg><chatroomname>1@chatroom</chatroomname><op>1</op><newmsgid>1</newmsgid>"
                + "<nickname>甲</nickname></mmchatroomtopmsg></sysmsg>",
            "甲置顶了一条消息"
        ),
        (
            "<sysmsg type=\"mmchatroomtopmsg\"><mmchatroomtopmsg>1@chatroom 2 123 1 wxid_b 9 乙 小 0</mmchatroomtopmsg></sysmsg>",
            "乙 小移除了一条置顶消息"
        ),
        ("<sys\u{1}msg type=\"x\"><content>话</content></sysmsg>", "话"), ("\u{0}<sysmsg type", "[系统消息]"),
        ("<sysmsg<a b=\" type5\"sysmsgtemplate\">", "[系统消息]"),
        ("1@chatroom 1 123 49 wxid_b 9 乙 0", "乙置顶了一条消息"), ("1@chatroom 1 x", "1@chatroom 1 x"),
        ("<sysmsg type=\"new\"><x><id>1@chatroom</id></x></sysmsg>", "[系统消息]"),
        ("<sysmsg type=\"new\"><x><id>1</id><text><![CDATA[有<a href=\"x\">人</a>申请]]></text></x></sysmsg>", "有人申请"),
        ("<x><id>1@chatroom</id></x>", "[系统消息]"), ("甲修改群名为 &lt;b&gt; &amp;amp;", "甲修改群名为 &lt;b&gt; &amp;amp;"),
    ])
    func noticesShowTheirSentence(_ body: String, _ text: String) {
        let (content, shown) = decode(body)
        #expect(shown == text)
        #expect(content.chatLabType == .system)
    }

    @Test(arguments: [
        (
            "<sysmsg type=\"revokemsg\"><revokemsg><content>\"甲\" 撤回了一条消息</content><revoketime>1760000000</revoketime></revokemsg></sysmsg>",
            "\"甲\" 撤回了一条消息", "", false
        ),
        (Sample.revoke, "\"甲\" 撤回了一条消息", "1234567890123456789", false),
        (Sample.escaped(Sample.revoke), "\"甲\" 撤回了一条消息", "1234567890123456789", false),
        ("<revokemsg><newmsgid>7</newmsgid><replacemsg>你撤回了一条消息</replacemsg></revokemsg>", "你撤回了一条消息", "7", true),
        ("\"甲\" 撤回了一条消息", "\"甲\" 撤回了一条消息", "", false), ("你撤回了一条消息", "你撤回了一条消息", "", true),
        ("你撤回了一条消息 <a href=\"weixin://revoke_edit_click\">重新编辑</a>", "你撤回了一条消息 重新编辑", "", true),
        ("\"Tom\" recalled a message", "\"Tom\" recalled a message", "", false),
        ("尝试撤回此消息", "尝试撤回此消息", "", false),
        ("<sysmsg type=\"revokemsg\"><revokemsg><newmsgid>5</newmsgid>", "[系统消息]", "5", false),
    ])
    func revocationsAreTold(_ body: String, _ text: String, _ id: String, _ isOwn: Bool) {
        let (content, shown) = decode(body)
        #expect(shown == text)
        #expect(content.chatLabType == .recall)
        guard case .revoke(let revoke) = content else {
            Issue.record("\(content) is no revocation")
            return
        }
        #expect(revoke.revokedServerId == id)
        #expect(revoke.isOwn == isOwn)
    }

    @Test func aHostileTemplateStaysSmall() {
        let name = String(repeating: "长", count: 10_000)
        let body = Sample.template.replacing("$what$", with: String(repeating: "$names$", count: 10_000))
            .replacing("乙", with: name)
        #expect(decode(body).text.utf8.count < 2 << 20)
    }

    // MARK: Names

    /// What people and groups call themselves.
    static let odd = [
        "Kevin<iOS>", "Leo <PM>", "小王<HR>", "<Lin>", "A&B <c>", "a<b>c", "O<O>O", "A&lt;B", "a</b>c", "<3", ">_<",
        "<<>>",
        "x\"y", "\"", "“甲”", "「乙」", "$username$", "$names$", "${wxid_a}", "$", "换\n行", "👩‍👩‍👧", "&amp;", "&#60;", "'",
        "=\"", "<b", "<i>",
        "</plain>", "撤回", "撤回了一条消息吗", "收回", "<a>", "<br>", "{\"a\":1}", "A\u{301}", "<!", "<?", "％<％",
    ]

    private static func cdata(_ text: String) -> String {
        "<![CDATA[\(text.replacing("]]>", with: "]]]]><![CDATA[>"))]]>"
    }

    private static func template(_ name: String, written: (String) -> String) -> String {
        Sample.template.replacing("<![CDATA[甲]]>", with: written(name)).replacing(" $what$", with: "")
    }

    @Test(arguments: odd + ["]]>", "]]"])
    func namesAreLiteral(_ name: String) {
        let sentence = "\"\(name)\"邀请\"乙、wxid_c\"加入了群聊"
        for body in [
            sentence, Self.template(name, written: Self.cdata), Self.template(name, written: Sample.escaped),
            Sample.escaped(Self.template(name, written: Self.cdata)),
            "<sysmsg type=\"x\"><x><text>\(Self.cdata(sentence))</text></x></sysmsg>",
            "<sysmsg type=\"x\"><content>\(Sample.escaped(sentence))</content></sysmsg>",
            "<img src=\"a.png\"/>  \(sentence)<_wc_custom_link_ href=\"weixin://x\"></_wc_custom_link_>",
        ] {
            #expect(decode(body).content == .notice(sentence), "\(body)")
        }
    }

    @Test(arguments: odd + ["]]>", "]]"])
    func aRecallStaysOneWhateverTheName(_ name: String) {
        let sentence = "\"\(name)\" 撤回了一条消息"
        let inside: [(String) -> String] = [Self.cdata, Sample.escaped]
        var bodies = [sentence, sentence + " <a href=\"weixin://revoke_edit_click\">重新编辑</a>"]
        for write in inside {
            let content = "<content>\(write(sentence))</content><revoketime>1</revoketime>"
            bodies += [
                "<sysmsg type=\"revokemsg\"><revokemsg>\(content)</revokemsg></sysmsg>",
                "<revokemsg>\(content)</revokemsg>",
            ]
            bodies.append(
                "<sysmsg type=\"revokemsg\"><revokemsg><session>x</session><replacemsg>\(write(sentence))</replacemsg></revokemsg></sysmsg>"
            )
            bodies.append("<sysmsg type=\"x\"><x><text>\(write(sentence))</text></x></sysmsg>")
            let nested = "<revokemsg><replacemsg>\(write(sentence))</replacemsg></revokemsg>"
            bodies.append("<sysmsg type=\"x\"><content>\(Self.cdata(nested))</content></sysmsg>")
        }
        for body in bodies {
            let (content, text) = decode(body)
            #expect(content.chatLabType == .recall, "\(body)")
            #expect(text.hasPrefix(sentence), "\(body): \(text)")
        }
    }

    @Test(arguments: odd) func pinnedMessagesNameLiterally(_ name: String) {
        // The flat form parts its fields by blanks.
        for room in ["1@chatroom", "1@im.chatroom", "1@im_chatroom"] {
            let flat = "\(room) 1 123 49 wxid_z 9 \(name) 0"
            let fields = "<op>1</op><newmsgid>1</newmsgid><nickname>\(Self.cdata(name))</nickname>"
            for body in [
                flat, "<sysmsg type=\"mmchatroomtopmsg\"><mmchatroomtopmsg>\(fields)</mmchatroomtopmsg></sysmsg>",
            ] {
                #expect(decode(body).content == .notice(name + "置顶了一条消息"), "\(body)")
            }
        }
    }

    @Test func namesThatAreNotEscapedAreText() {
        let revoke =
            "<sysmsg type=\"revokemsg\"><revokemsg><content>\"Kevin<iOS>\" 撤回了一条消息</content></revokemsg></sysmsg>"
        #expect(decode(revoke).text == "\"Kevin<iOS>\" 撤回了一条消息")
        #expect(decode("<Lin>邀请你和乙加入了群聊").text == "<Lin>邀请你和乙加入了群聊")
        #expect(decode("<sysmsg type=\"x\"><text>甲<PM>退出<b>群</b></text></sysmsg>").text == "甲<PM>退出群")
    }

    // MARK: Forms

    private static func todo(_ what: String) -> String {
        "<sysmsg type=\"roomtoolstips\">\n<todo>\n <op>0</op>\n <title><![CDATA[群公告]]></title>\n <creator><![CDATA[wxid_a]]></creator>\n"
            + " <template><![CDATA[${wxid_a}\(what)]]></template>\n</todo>\n</sysmsg>"
    }

    @Test(arguments: ["将你的消息设置为群待办", "撤回了你的群待办", "完成了群待办", "撤回了消息的群待办"])
    func aToDoShowsItsTemplateAndTakesNothingBack(_ what: String) {
        #expect(decode(Self.todo(what)).content == .notice("甲" + what))
        #expect(decode(Self.todo(what).replacing("wxid_a}", with: "wxid_z}")).content == .notice("wxid_z" + what))
    }

    @Test(arguments: [
        // A template goes before the title, and its names are put in.
        ("<sysmsg type=\"new\"><x><title>待办</title><template>${wxid_a}完成了</template></x></sysmsg>", "甲完成了"),
        (
            "<sysmsg type=\"new\"><template>$a$ 和 ${wxid_b}</template><link_list><link name=\"a\"><plain>平</plain></link>"
                + "</link_list></sysmsg>", "平 和 乙"
        ),
        // Without a root, in CDATA, in both.
        ("<template>$a$来了</template><link_list><link name=\"a\"><title>丙</title></link></link_list>", "丙来了"),
        ("<![CDATA[<sysmsg type=\"x\"><content>话</content></sysmsg>]]>", "话"), ("<![CDATA[甲<b>来了]]>", "甲<b>来了"),
        ("<sysmsg type=\"x\"><content><![CDATA[<y><text>内</text></y>]]></content></sysmsg>", "内"),
        ("<sysmsg type=\"x\"><content><![CDATA[<y><id>1</id></y>]]></content><title>外</title></sysmsg>", "外"),
        ("<a>1</a><content>话</content>", "话"),
        ("<delchatroommember><plain>你将\"乙\"移出了群聊</plain></delchatroommember>", "你将\"乙\"移出了群聊"),
        ("<mmchatroomtopmsg><op>2</op><username>wxid_b</username></mmchatroomtopmsg>", "乙移除了一条置顶消息"),
        ("<_wc_custom_link_ href=\"x\">查看</_wc_custom_link_>", "查看"),
    ])
    func formsAreReadWhereverTheyStand(_ body: String, _ text: String) {
        #expect(decode(body).text == text)
        #expect(decode(body).content.chatLabType == .system)
    }

    @Test func aHostileNestEnds() {
        var body = "话"
        for _ in 0..<40 { body = "<sysmsg type=\"x\"><content>\(Sample.escaped(body))</content></sysmsg>" }
        #expect(decode(body).text.utf8.count < 1 << 20)
    }

    @Test func namesDoNotMakeARevocation() {
        // The second name begins with a mark that combines with the quotation mark.
        for body in [
            "\"x\"撤回\"加入了群聊", "\"撤回了一条消息\"加入了群聊", "撤回置顶了一条公告", "\"\u{301}撤回\"加入了群聊", "甲修改群名为“撤回了一条消息”",
            "\"撤回哥\"加入了群聊",
        ] {
            #expect(decode(body).content == .notice(body))
        }
    }
}
