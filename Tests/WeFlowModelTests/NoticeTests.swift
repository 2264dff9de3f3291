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
        ("<x><id>1@chatroom</id></x>", "[系统消息]"), ("甲修改群名为 &lt;b&gt; &amp;amp;", "甲修改群名为 <b> &amp;"),
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

    @Test func namesDoNotMakeARevocation() {
        // The second name begins with a mark that combines with the quotation mark.
        for body in ["\"撤回哥\"加入了群聊", "\"\u{301}撤回\"加入了群聊", "甲修改群名为“撤回了一条消息”"] {
            #expect(decode(body).content == .notice(body))
        }
    }
}
