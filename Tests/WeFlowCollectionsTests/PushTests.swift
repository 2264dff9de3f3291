import Testing

@testable import WeFlowCollections

@Suite("Pushes of official accounts")
struct PushTests {
    private func push(_ xml: String) -> Push? { Array(xml.utf8).withUnsafeBytes { Push($0) } }

    private func item(
        _ number: Int, _ more: String = "", name: String = "item", title: String = "title"
    ) -> String {
        "<\(name)><\(title)><![CDATA[标题\(number)]]></\(title)><url><![CDATA[http://mp/s?idx=\(number)&sn=1]]></url>\(more)</\(name)>"
    }

    private func reader(_ items: String, _ head: String = "<name>号</name>") -> String {
        "<mmreader><category type=\"20\" count=\"2\">\(head)\(items)</category></mmreader>"
    }

    private func message(_ inner: String, _ head: String = "") -> String {
        "<msg><appmsg><title>标题1</title><type>5</type>\(head)\(inner)</appmsg></msg>"
    }

    @Test("each article has its own title, abstract, cover and time")
    func articles() throws {
        let items =
            item(1, "<pub_time>1760000000</pub_time><cover>https://a/c.jpg|0|0</cover><digest>摘要</digest>")
            + item(2, "<summary>简介 &amp; 更多</summary><cover_16_9>https://a/d.jpg</cover_16_9>", title: "title_v2")
        let found = try #require(push(message(reader(items))))
        #expect(found.accountName == "号")
        #expect(found.articles.map(\.title) == ["标题1", "标题2"])
        #expect(found.articles.map(\.url) == ["http://mp/s?idx=1&sn=1", "http://mp/s?idx=2&sn=1"])
        #expect(found.articles.map(\.digest) == ["摘要", "简介 & 更多"])
        #expect(found.articles.map(\.cover) == ["https://a/c.jpg", "https://a/d.jpg"])
        #expect(found.articles.map(\.publishedAt) == [1_760_000_000, nil])
    }

    @Test("the first article takes what it lacks from what stands above the list, the others do not")
    func first() throws {
        let head = "<topnew><cover>https://a/top.jpg|0|0</cover><digest>上</digest></topnew>"
        let found = try #require(push(message(reader(item(1) + item(2), head), "<thumburl>https://a/t.jpg</thumburl>")))
        #expect(found.articles.map(\.cover) == ["https://a/top.jpg", ""])
        #expect(found.articles.map(\.digest) == ["上", ""])
        let other = try #require(
            push(message(reader(item(1), ""), "<des>说明</des><thumburl>https://a/t.jpg</thumburl>")))
        #expect(other.articles.map(\.cover) == ["https://a/t.jpg"] && other.articles.map(\.digest) == ["说明"])
    }

    @Test("what has no address or no title is no article, and a receipt is a push without any")
    func notices() throws {
        let items = item(1) + "<item><title>提示</title><url></url></item>" + "<item><url>http://mp/</url></item>"
        #expect(try #require(push(message(reader(items)))).articles.count == 1)
        let receipt = message(reader("<item><title>缴费成功</title><url></url></item>"), "<url></url>")
        #expect(try #require(push(receipt)).articles.isEmpty)
    }

    @Test("the second list of the news repeats articles")
    func news() throws {
        let items = item(1) + item(1, name: "newitem") + item(2, name: "newitem") + item(3, name: "newitem")
        #expect(try #require(push(reader(items))).articles.map(\.title) == ["标题1", "标题2", "标题3"])
        // What an account pushes twice by itself is there twice.
        #expect(try #require(push(message(reader(item(1) + item(1))))).articles.count == 2)
    }

    @Test("a card without a list is one article")
    func card() throws {
        let xml = message("", "<des>说明</des><url>http://a/?b=1&amp;c=2</url><thumburl>https://a/t</thumburl>")
        #expect(
            try #require(push(xml)).articles == [
                .init(title: "标题1", digest: "说明", url: "http://a/?b=1&c=2", cover: "https://a/t")
            ])
        #expect(try #require(push(message(""))).articles.isEmpty)
        #expect(push("<msg><appmsg><title>t</title><type>6</type><url>http://a/</url></appmsg></msg>") == nil)
        #expect(push("TD") == nil && push("") == nil)
    }

    @Test("any beginning of a push gives what can be read of it")
    func cut() {
        let bytes = Array(message(reader(item(1) + item(2))).utf8)
        for length in 0...bytes.count {
            let push = bytes.prefix(length).withUnsafeBytes { Push($0) }
            #expect((push?.articles.count ?? 0) <= 2)
        }
        let many = push(message(reader(String(repeating: item(1), count: 3000))))
        #expect(many?.articles.count == Push.mostArticles)
    }
}
