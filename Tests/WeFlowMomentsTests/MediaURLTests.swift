import Testing
import WeFlowPages
import WeFlowQuery

@testable import WeFlowMoments

@Suite struct MediaURLTests {
    @Test func `an address is taken apart and put together again`() throws {
        let url = try MediaURL(parsing: "HTTPS://ShMmSns.qpic.cn:8443/mmsns/a/0?token=x&idx=1#top")
        #expect(url.scheme == .https)
        #expect(url.host == "shmmsns.qpic.cn")
        #expect(url.port == 8443)
        #expect(url.target == "/mmsns/a/0?token=x&idx=1")
        #expect(url.string == "https://shmmsns.qpic.cn:8443/mmsns/a/0?token=x&idx=1")
        #expect(url.withoutQuery == "https://shmmsns.qpic.cn:8443/mmsns/a/0")
        #expect(try MediaURL(parsing: "http://a.qq.com?x=1").target == "/?x=1")
        #expect(try MediaURL(parsing: "http://[::1]:80/a").string == "http://[::1]/a")
    }

    @Test(arguments: [
        "", "a", "ftp://a.qq.com/", "file:///etc/passwd", "http://", "http:///a", "http://user@a.qq.com/",
        "http://a.qq.com:80@evil.example/", "http://a.qq.com\\@evil.example/", "http://a.qq.com/ x",
        "http://a.qq.com/\r\nX: 1",
        "http://a..qq.com/", "http://a.qq.com./", "http://a.qq.com:0/", "http://a.qq.com:65536/", "http://a.qq.com:-1/",
        "http://a.qq.com:8 0/", "http://[::1/", "http://[1.2.3.4]/", "http://例.qq.com/", "http://a.qq.com/图",
        "javascript://a.qq.com/",
    ])
    func `what is not clearly an address is refused, and not repeated`(text: String) {
        let error = #expect(throws: WeFlowError.self) { try MediaURL(parsing: text) }
        #expect(error?.kind == .usage)
        #expect(error?.sentence.contains("evil") == false)
    }

    @Test func `an endless address is refused`() {
        #expect(throws: WeFlowError.self) {
            try MediaURL(parsing: "https://a.qq.com/" + String(repeating: "a", count: MediaURL.lengthLimit))
        }
    }

    @Test(arguments: [
        ("/b?c", "https://a.qq.com/b?c"), ("//b.qq.com/c", "https://b.qq.com/c"),
        ("http://c.qq.com/", "http://c.qq.com/"),
        ("d", "https://a.qq.com/x/d"), ("?q", "https://a.qq.com/x/?q"), ("d/e:f", "https://a.qq.com/x/d/e:f"),
        ("file:///etc/passwd", nil), ("//user@b.qq.com/", nil), ("gopher:x", nil),
    ])
    func `a redirect is read from where it stands`(location: String, wanted: String?) throws {
        let url = try MediaURL(parsing: "https://a.qq.com/x/y?token=secret")
        #expect(url.resolving(location)?.string == wanted)
    }

    @Test func `characters that have no place in an address are encoded, the rest stays`() throws {
        #expect(
            try MediaURL(parsing: "https://a.qq.com/%2F|[x]?q={\"}&r=a+b").target == "/%2F%7C%5Bx%5D?q=%7B%22%7D&r=a+b")
    }

    @Test(arguments: [
        ("https://a.qq.com/x?token=T&idx=1", "https://a.qq.com/x"), ("https://a.qq.com/x", "https://a.qq.com/x"),
        ("https://a.qq.com/x?token=T&idx=1&m=2", "https://a.qq.com/x?m=2"),
        ("https://a.qq.com/x?mytoken=T", "https://a.qq.com/x?mytoken=T"),
    ])
    func `the token is no part of what a file is`(text: String, wanted: String) throws {
        #expect(try MediaURL(parsing: text).withoutToken == wanted)
    }
}
