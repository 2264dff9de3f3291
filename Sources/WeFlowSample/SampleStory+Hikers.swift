extension SampleStory {
    /// A group that plans a walk up a very small mountain, with every kind of message that a group can have.
    static func hikers() -> SampleStory {
        let (me, lin, mao, tom, xu) = (
            SamplePeople.me, SamplePeople.lin, SamplePeople.mao, SamplePeople.tom, SamplePeople.xu
        )
        var story = SampleStory(SamplePeople.hikers, at: SampleTime.beijing(2025, 11, 15, 10))

        // The older shard ends with the year.
        story.notice("你邀请\"小林\"、\"阿毛🐱\"、\"Tom Baker\"加入了群聊")
        story.notice(SampleXML.invitation(mao, "阿毛🐱", [(xu, "许小仙"), (SamplePeople.gone, "老陈")]))
        story.say(lin, "大家好，本群宗旨：爬小山，吃大餐")
        story.say(mao, "我家猫也想来 [旺柴]")
        story.say(tom, "Hi all! I can bring bread. Lots of bread.")
        story.say(me, "note:\n上次的雨伞还在我这儿")
        story.picture(tom, .bread)
        story.notice("\"老陈\"退出了群聊")
        story.notice("\"许小仙\"修改群名为“周末爬山小分队 ⛰️”")

        story.later(SampleTime.beijing(2026, 4, 16, 20))
        story.app(lin, 87, "群公告", "<textannouncement>\(SamplePeople.groups[0].announcement)</textannouncement>")
        let call = story.say(lin, "@所有人 周六九点，宝石山北门，谁去？", mentions: ["notify@all"])
        story.app(lin, 53, "#接龙\n周六爬山\n\n1. 小林\n2. 茉莉\n3. 阿毛（和猫）\n4. Tom 🍞")
        story.reply(mao, "猫说去，我陪着", to: call)
        story.say(tom, "@茉莉\u{2005}is it a *real* mountain this time?", mentions: [me])
        let honest = story.say(me, "海拔 78 米，是 real 的 😂")
        story.reply(tom, "That is a staircase.", to: honest)
        story.post(lin, 48, SampleXML.location("30.2619", "120.1416", "杭州市西湖区北山街宝石山北门", "宝石山"))
        story.app(lin, 17, "小林发起了位置共享")
        story.app(xu, 33, "断桥 → 湖心亭 船票 15 元", SampleXML.miniProgram("西湖摇橹船", "pages/ticket.html"))
        story.app(xu, 36, "今日余票：3", SampleXML.miniProgram("西湖摇橹船", "pages/left.html"))
        story.app(mao, 44, "猫咪养成记 第12话", SampleXML.miniProgram("小剧场", "pages/play.html"))
        story.app(
            lin, 5, "爬山前必须知道的 3 件事 & 1 件不必知道的",
            SampleXML.link("hike?id=3&from=group", source: SamplePeople.weather, name: "山间天气"),
            summary: "第三件是带水")
        story.app(mao, 4, "【猫】从 78 米高处俯瞰众生", SampleXML.link("v/cat78"))
        story.app(mao, 1, "分享一段长文：论猫为什么走在前面", SampleXML.link("text/1"))
        story.app(xu, 68, "景区导览卡", SampleXML.link("guide"))
        story.app(tom, 49, "Sourdough for people in a hurry", SampleXML.link("bread"))

        story.later(SampleTime.beijing(2026, 4, 18, 9))
        story.say(lin, "我到了")
        story.say(lin, "……我是说我到山下的包子铺了 🥟")
        let view = story.picture(mao, .mountains)
        story.reply(me, "这张好看！第二张呢？", to: view)
        story.picture(mao, nil)
        story.picture(mao, .cat)
        story.voice(mao)
        story.video(mao)
        story.video(lin, type: 62)
        story.sticker(mao, .cat)
        story.app(tom, 8, "", SampleXML.gif(.bread))
        story.app(mao, 62, "\"阿毛🐱\" 拍了拍 \"茉莉\" 的保温杯", SampleXML.pat(mao, me, suffix: "的保温杯"))
        story.notice(SampleXML.patNotice(tom, lin, "and got flour on you"))
        story.post(lin, 50, SampleXML.call("通话时长 00:42", isVideo: false))
        story.post(mao, 42, SampleXML.card(SamplePeople.cats, "每日一只猫", isOfficial: true))
        story.post(xu, 42, SampleXML.card("wxid_chuanfu0000099", "船夫老李", alias: "boatman_li"))
        story.app(mao, 3, "猫步轻俏", SampleXML.music("song/1"), summary: "阿毛乐队")
        story.app(xu, 76, "西湖水声（白噪音）", SampleXML.music("song/2"), summary: "自然")
        story.app(mao, 92, "下山进行曲", SampleXML.music("song/3"), summary: "膝盖")
        story.app(mao, 7, "猫爬山：我爬到了第 78 关", SampleXML.link("game"))
        story.app(mao, 50, SampleXML.unsupported, SampleXML.channels(50, "山顶的猫", ""))
        story.app(mao, 51, SampleXML.unsupported, SampleXML.channels(51, "山顶的猫", "它在看日落，我在看它"))
        story.app(xu, 63, "正在直播：一只鸭子", SampleXML.channels(63, "西湖直播", "正在直播：一只鸭子"))
        story.app(xu, 88, "回放：鸭子游走了", SampleXML.channels(88, "西湖直播", "回放：鸭子游走了"))
        story.file(lin, "路线图.txt", "北门 → 包子铺 → 78 米 → 包子铺\n")
        story.app(lin, 74, "照片合集（上传中）.zip", SampleXML.appattach("照片合集（上传中）.zip", size: 7_340_032))
        let (reasons, why) = ("下山的理由.txt", "1. 天黑了\n2. 饿了\n3. 没有了\n")
        story.app(
            tom, 19, "Tom和茉莉的聊天记录",
            SampleXML.record(
                "Tom和茉莉的聊天记录", [("Tom Baker", "Is the cat coming down?"), ("茉莉", "它说还没看够")],
                others: [
                    SampleXML.nestedRecord("猫的聊天记录", "猫", "喵"), SampleXML.recordFile("茉莉", reasons, why),
                ]),
            summary: "Tom Baker: Is the cat coming down?\n茉莉: 它说还没看够",
            media: .recordFile(folder: "5a3c0f9d7e1b2468", item: 3, name: reasons, text: why))
        story.app(lin, 24, "下次带的东西", SampleXML.record("下次带的东西", [("小林", "水、伞、猫粮")]))
        story.app(lin, 40, "我的收藏：杭州早餐地图", SampleXML.record("杭州早餐地图", [("小林", "葱包桧")]))
        story.app(lin, 2000, "微信转账", SampleXML.transfer("￥78.00", "包子钱", state: 1))
        story.app(me, 2000, "微信转账", SampleXML.transfer("￥78.00", "包子钱", state: 3))
        story.app(mao, 2001, "微信红包", SampleXML.redPacket("喵喵发财，大吉大利"))
        story.notice(
            "<img src=\"SystemMessages_HongbaoIcon.png\"/>  你领取了阿毛🐱的<_wc_custom_link_ href=\"weixin://x\">红包</_wc_custom_link_>"
        )
        story.app(mao, 2003, "猫爪红包封面")
        story.app(xu, 115, "送你一张船票", SampleXML.link("gift/1"))
        story.app(xu, 124, "送你一袋莲蓬", SampleXML.link("gift/2"))
        story.revocation { SampleXML.revoke(SamplePeople.hikers, "\"阿毛🐱\" 撤回了一条消息", id: $0) }
        story.revocation { _ in "\"许小仙\" 撤回了一条消息" }
        story.revocation { _ in "你撤回了一条消息" }
        let eleven = SampleTime.beijing(2026, 4, 18, 11)
        story.revocation(type: 10002) { _ in SampleXML.revoke("\"Tom Baker\" recalled a message", at: eleven) }
        story.notice(SampleXML.pinned(SamplePeople.hikers, lin, "小林"))
        story.notice(SampleXML.removed("你将\"老陈的小号\"移出了群聊"))
        story.say(tom, "@茉莉\u{2005}Best staircase of my life. 10/10.", mentions: [me])
        story.say(me, "周末愉快，下周爬 79 米的 💪")
        return story
    }
}
