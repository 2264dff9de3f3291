extension SampleStory {
    /// A private chat in English, with every kind of message that a private chat can have.
    static func tom() -> SampleStory {
        let (me, tom) = (SamplePeople.me, SamplePeople.tom)
        var story = SampleStory(tom, at: SampleTime.beijing(2025, 12, 16, 18))
        story.notice("You have added Tom Baker as your WeChat contact. Start chatting!")
        story.say(tom, "Hello! We met at the bread counter.")
        story.say(me, "你好！I was the one who took the last loaf 🙈")
        story.say(tom, "todo: forgive Molly")

        story.later(SampleTime.beijing(2026, 4, 17, 19))
        let question = story.say(tom, "Quick question: is 3 < 5 & 7 > 2, or is it my oven?")
        story.reply(me, "Both. 都是真的。", to: question)
        let loaf = story.picture(tom, .bread)
        story.reply(me, "That is a hedgehog", to: loaf)
        story.picture(me, .teacup)
        story.voice(tom)
        story.video(tom)
        story.video(me, type: 62)
        story.sticker(me, .cat)
        story.app(tom, 8, "", SampleXML.gif(.bread))
        story.post(tom, 42, SampleXML.card(SamplePeople.mao, "阿毛🐱", alias: "amao"))
        story.post(tom, 48, SampleXML.location("30.2489", "120.1687", "No. 7 Flour Lane, Hangzhou", "Tom's Bread"))
        story.app(tom, 17, "Tom shares a live location")
        story.post(tom, 50, SampleXML.call("Duration: 02:15", isVideo: true))
        story.post(me, 50, SampleXML.call("Canceled", isVideo: false))
        story.app(
            tom, 5, "Ten loaves before breakfast", SampleXML.link("ten-loaves?a=1&b=2"), summary: "Number 7 is late")
        story.app(tom, 1, "A pasted text about rye", SampleXML.link("rye"))
        story.app(tom, 4, "Watch: dough rising in real time (9 h)", SampleXML.link("v/dough"))
        story.app(tom, 49, "Oven news", SampleXML.link("oven"))
        story.app(tom, 68, "A card about butter", SampleXML.link("butter"))
        story.app(tom, 3, "Knead Me", SampleXML.music("song/knead"), summary: "The Crusts")
        story.app(tom, 76, "Rise (Acoustic)", SampleXML.music("song/rise"), summary: "The Crusts")
        story.app(tom, 92, "Crumbs", SampleXML.music("song/crumbs"), summary: "The Crusts")
        story.app(tom, 7, "Bread Tycoon: I own 3 ovens", SampleXML.link("game/bread"))
        story.file(tom, "starter recipe.txt", "50 g flour, 50 g water, patience\n")
        story.app(tom, 74, "oven-manual.pdf", SampleXML.appattach("oven-manual.pdf", size: 1_048_576))
        story.app(
            me, 19, "茉莉和小林的聊天记录",
            SampleXML.record("茉莉和小林的聊天记录", [("小林", "Tom 的面包能敲钉子"), ("茉莉", "别告诉他")]), summary: "小林: Tom 的面包能敲钉子")
        story.app(tom, 24, "Shopping list", SampleXML.record("Shopping list", [("Tom Baker", "flour, flour, flour")]))
        story.app(tom, 40, "My favourites: crusts", SampleXML.record("Crusts", [("Tom Baker", "dark ones")]))
        story.app(tom, 33, "Order a loaf", SampleXML.miniProgram("Tom's Bread", "pages/order.html"))
        story.app(tom, 36, "Loaves left today: 2", SampleXML.miniProgram("Tom's Bread", "pages/left.html"))
        story.app(tom, 44, "The Great Rising, part 4", SampleXML.miniProgram("Stories", "pages/play.html"))
        story.app(tom, 50, SampleXML.unsupported, SampleXML.channels(50, "Tom bakes", ""))
        story.app(tom, 51, SampleXML.unsupported, SampleXML.channels(51, "Tom bakes", "A loaf shaped like a lake"))
        story.app(tom, 63, "Live: waiting for dough", SampleXML.channels(63, "Tom bakes", "Live: waiting for dough"))
        story.app(tom, 88, "Replay: still waiting", SampleXML.channels(88, "Tom bakes", "Replay: still waiting"))
        story.app(tom, 62, "\"Tom Baker\" 拍了拍 \"茉莉\" 的头", SampleXML.pat(tom, me, suffix: "的头"))
        story.app(me, 2000, "微信转账", SampleXML.transfer("￥30.00", "hedgehog bread", state: 1))
        story.app(tom, 2000, "微信转账", SampleXML.transfer("￥30.00", "hedgehog bread", state: 3))
        story.notice(
            SampleXML.payment("收款方24小时内未接收你的<_wc_custom_link_ href=\"weixin://x\">转账</_wc_custom_link_>，已过期"))
        story.app(tom, 2001, "微信红包", SampleXML.redPacket("Happy crust day"))
        story.app(tom, 2003, "A cover with a croissant on it")
        story.app(tom, 115, "A gift: one baguette", SampleXML.link("gift/baguette"))
        story.app(tom, 124, "A gift: half a baguette", SampleXML.link("gift/half"))
        story.revocation { SampleXML.revoke(tom, "\"Tom Baker\" recalled a message", id: $0) }
        story.revocation { _ in "你撤回了一条消息" }
        story.say(tom, "You saw nothing.")
        story.say(me, "看见了什么？")
        story.post(me, 1, "（这条还没发出去，电梯里没信号）", isSent: false)
        return story
    }

    /// Other private chats, short ones.
    static func others() -> [SampleStory] {
        [lin(), mao(), mother(), wang(), files(), requests(), company()]
    }

    private static func lin() -> SampleStory {
        let (me, lin) = (SamplePeople.me, SamplePeople.lin)
        var story = SampleStory(lin, at: SampleTime.beijing(2026, 4, 19, 21))
        story.say(lin, "明天羽毛球？")
        story.say(me, "膝盖说不行，它还在下山")
        story.say(lin, "好吧 [捂脸] 那你的拍子借我")
        story.say(me, "123456789012345678")
        story.say(me, "手滑，那是快递单号")
        return story
    }

    private static func mao() -> SampleStory {
        let (me, mao) = (SamplePeople.me, SamplePeople.mao)
        var story = SampleStory(mao, at: SampleTime.beijing(2026, 4, 16, 12))
        story.say(mao, "周六猫也去，算它一票")
        story.say(me, "猫粮自带吗")
        story.picture(mao, .cat)
        story.say(mao, "它说看你表现")
        return story
    }

    private static func mother() -> SampleStory {
        let (me, mum) = (SamplePeople.me, SamplePeople.mum)
        var story = SampleStory(mum, at: SampleTime.beijing(2026, 4, 20, 8))
        story.voice(mum)
        story.app(mum, 5, "震惊！喝奶茶的人后来都怎么样了", SampleXML.link("tea-shock", name: "养生头条"), summary: "转给你关心的人")
        story.say(me, "妈，那是我开的奶茶店")
        story.say(mum, "那你少放糖")
        story.app(mum, 2001, "微信红包", SampleXML.redPacket("给我女儿买水果"))
        story.sticker(mum, .teacup)
        return story
    }

    private static func wang() -> SampleStory {
        let (me, wang) = (SamplePeople.me, SamplePeople.wang)
        var story = SampleStory(wang, at: SampleTime.beijing(2026, 4, 14, 14))
        story.say(me, "王叔，电脑开不了机")
        story.say(wang, "插电了吗")
        story.say(me, "……")
        story.say(wang, "收费五十，友情价")
        story.app(me, 2000, "微信转账", SampleXML.transfer("￥50.00", "", state: 7))
        return story
    }

    private static func files() -> SampleStory {
        let me = SamplePeople.me
        var story = SampleStory("filehelper", at: SampleTime.beijing(2026, 4, 13, 23))
        story.say(me, "买：珍珠、牛奶、创可贴")
        story.file(me, "配方-绝密.txt", "其实就是茶加奶。\n")
        story.picture(me, .mountains)
        return story
    }

    private static func requests() -> SampleStory {
        var story = SampleStory("fmessage", at: SampleTime.beijing(2026, 4, 12, 12))
        let stranger = SamplePeople.strangers[0]
        story.post("fmessage", 37, SampleXML.friendRequest(stranger.username, stranger.nickname, "我也喜欢看云"))
        story.post("fmessage", 40, SampleXML.friendRequest(SamplePeople.xu, "许小仙", "你可能认识的人"))
        story.post("fmessage", 35, "<msg><pushmail><content>1</content></pushmail><title>新邮件：您的快递到了</title></msg>")
        return story
    }

    private static func company() -> SampleStory {
        let (me, company) = (SamplePeople.me, SamplePeople.company)
        var story = SampleStory(company, at: SampleTime.beijing(2026, 4, 15, 9))
        story.post(company, 65, "我是何经理，珍珠现货，量大从优")
        story.post(company, 66, SampleXML.card("25984985299999@openim", "仓库小周"))
        story.post(company, 2, "本周波霸八折")
        story.say(me, "来两袋，要会弹的")
        return story
    }
}
