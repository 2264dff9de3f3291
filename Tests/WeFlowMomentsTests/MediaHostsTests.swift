import Testing
import WeFlowPages
import WeFlowQuery

@testable import WeFlowMoments

@Suite struct MediaHostsTests {
    @Test(arguments: [
        ("http://shmmsns.qpic.cn/a/0?x=1", "https://shmmsns.qpic.cn/a/0?x=1"),
        ("https://a.b.video.qq.com/v", "https://a.b.video.qq.com/v"),
        ("https://wx.qlogo.cn:443/m", "https://wx.qlogo.cn/m"),
        ("http://SZMMSNS.QPIC.CN:80/a", "https://szmmsns.qpic.cn/a"),
    ])
    func `the media network is asked over TLS and its addresses are checked`(text: String, wanted: String) throws {
        let admission = try MediaHosts().admit(MediaURL(parsing: text))
        #expect(admission.url.string == wanted)
        #expect(admission.checksAddress)
    }

    @Test(arguments: [
        "https://example.com/", "https://qpic.cn.example.com/", "https://evilqpic.cn/", "https://qpic.cn/",
        "http://127.0.0.1/",
        "http://[::1]/", "https://8.8.8.8/", "http://localhost/", "https://a.qq.com:22/", "http://a.qq.com:443/",
        "https://a.qpic.cn.:443/",
        "http://127.0.0.1:5998/", "https://127.0.0.1:5999/", "http://169.254.169.254/latest/meta-data",
    ])
    func `other hosts and ports are refused`(text: String) throws {
        let hosts = try MediaHosts(additional: ["http://127.0.0.1:5999"])
        let error = #expect(throws: WeFlowError.self) { try hosts.admit(MediaURL(parsing: text)) }
        #expect(error?.kind == .usage)
    }

    @Test func `an origin of the configuration is taken as it stands`() throws {
        let hosts = try MediaHosts(additional: ["http://127.0.0.1:5999", "https://img.example.org:8443/"])
        let admission = try hosts.admit(MediaURL(parsing: "http://127.0.0.1:5999/mmsns/a/0"))
        #expect(admission.url.string == "http://127.0.0.1:5999/mmsns/a/0")
        #expect(!admission.checksAddress)
        #expect(try hosts.admit(MediaURL(parsing: "https://img.example.org:8443/x")).checksAddress == false)
        #expect(hosts.keepsScheme("http://127.0.0.1:5999/mmsns/a/0"))
        #expect(!hosts.keepsScheme("http://shmmsns.qpic.cn/a/0"))
    }

    @Test func `a name of the configuration is a host, with a dot every host below`() throws {
        let hosts = try MediaHosts(additional: ["cdn.example.org", ".Example.NET"])
        #expect(
            try hosts.admit(MediaURL(parsing: "http://cdn.example.org/a")).url.string == "https://cdn.example.org/a")
        #expect(try hosts.admit(MediaURL(parsing: "https://a.b.example.net/")).checksAddress)
        for text in ["https://x.cdn.example.org/", "https://example.net/"] {
            #expect(throws: WeFlowError.self) { try hosts.admit(MediaURL(parsing: text)) }
        }
    }

    @Test(arguments: ["", ".", "a b", "http://127.0.0.1:5999/path", "example.org:80", "ftp://a", "*.qq.com"])
    func `an entry of another form is refused`(entry: String) {
        #expect(throws: WeFlowError.self) { try MediaHosts(additional: [entry]) }
    }
}
