extension SampleStory {
    /// Two small groups: one that has no name, and one that talks about cake.
    static func smallGroups() -> [SampleStory] {
        let (me, mum, wang, tom, mao, lin) = (
            SamplePeople.me, SamplePeople.mum, SamplePeople.wang, SamplePeople.tom, SamplePeople.mao, SamplePeople.lin
        )
        var family = SampleStory(SamplePeople.family, at: SampleTime.beijing(2026, 4, 11, 18))
        family.say(mum, "老王，我女儿的电脑好了吗")
        family.say(wang, "好了，没插电")
        family.say(me, "@老王（修电脑）\u{2005}说好保密的！", mentions: [wang])
        family.picture(mum, .cat)

        var bakers = SampleStory(SamplePeople.bakers, at: SampleTime.beijing(2026, 4, 21, 20))
        bakers.say(tom, "Tonight: carrot cake, no carrots. A refactoring.")
        bakers.say(mao, "那不就是蛋糕？")
        let verdict = bakers.say(lin, "It compiles. 🍰")
        bakers.reply(tom, "Ship it.", to: verdict)
        bakers.picture(tom, .bread)
        bakers.say(me, "line one\nline two: 奶油\n\tindented 樱桃 \"quoted\" \\ backslash")
        return [family, bakers]
    }

    /// What the official accounts sent.
    static func officialAccounts() -> [SampleStory] {
        var cats = SampleStory(SamplePeople.cats, at: SampleTime.beijing(2026, 4, 10, 8))
        cats.say(SamplePeople.cats, "感谢关注！回复「猫」得一只猫（图片）。")
        cats.app(
            SamplePeople.cats, 5, "第 1446 只：它不看镜头，镜头看它",
            """
            \(SampleXML.link("cats/1446", source: SamplePeople.cats, name: "每日一只猫"))<mmreader><category type="20" \
            count="2"><name>每日一只猫</name><item><title>第 1446 只：它不看镜头，镜头看它</title>\
            <url>https://example.com/cats/1446</url></item><item><title>猫粮测评：猫说都行</title>\
            <url>https://example.com/cats/food</url></item></category></mmreader>
            """, summary: "附赠一声喵")
        cats.picture(SamplePeople.cats, .cat)

        var weather = SampleStory(SamplePeople.weather, at: SampleTime.beijing(2026, 4, 18, 7))
        weather.app(
            SamplePeople.weather, 5, "周六：山上多云，山下包子香",
            SampleXML.link("weather", source: SamplePeople.weather, name: "山间天气"), summary: "78 米处气温与山下相同")
        return [cats, weather]
    }

    /// All chats.
    static func all() -> [SampleStory] {
        [hikers(), tom()] + others() + smallGroups() + officialAccounts()
    }
}
