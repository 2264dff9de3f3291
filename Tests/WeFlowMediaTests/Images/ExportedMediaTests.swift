import Testing
import WeFlowMedia

@Suite struct ExportedMediaTests {
    static let hex = "0123456789ABCDEF0123456789abcdef"

    @Test(arguments: [
        ("a/b:c?.", "a_b_c_"), ("..", "session"), (" xxx@chatroom ", "xxx@chatroom"), ("", "session"),
        (" \t\u{3000}\u{FEFF}", "session"), (".hidden", "_hidden"), ("...a...", "_..a"),
        ("<>:\"/\\|?*\u{1}\u{0}", "___________"),
        ("张三 的群", "张三 的群"), ("wxid_a.b", "wxid_a.b"), ("../../etc", "_._.._etc"),
    ]) func namesAreSanitised(_ text: String, _ name: String) {
        #expect(FileName.sanitised(text, fallback: "session") == name)
    }

    @Test func longNamesAreCutBetweenCharacters() {
        #expect(FileName.sanitised(String(repeating: "a", count: 500), fallback: "x").utf8.count == 120)
        let chinese = FileName.sanitised("a" + String(repeating: "群", count: 100), fallback: "x")
        #expect(chinese == "a" + String(repeating: "群", count: 39))
        let family = "👨‍👩‍👧‍👦"
        #expect(
            FileName.sanitised(String(repeating: family, count: 9), fallback: "x")
                == String(repeating: family, count: 4))
        let dotted = String(repeating: "a", count: 118) + "..bc"
        #expect(FileName.sanitised(dotted, fallback: "x") == String(repeating: "a", count: 118))
    }

    @Test func aSecondTalkerOfOneFolderGetsItsOwn() {
        #expect(FileName.talkerFolder("filehelper") == "filehelper")
        #expect(FileName.talkerFolder("filehelper", distinct: true) == "filehelper_9e20f478")
        #expect(FileName.talkerFolder("12345678901@chatroom", distinct: true) == "12345678901@chatroom_e05048ca")
        #expect(FileName.talkerFolder("..", distinct: false) == "session")
    }

    @Test func picturesAreNamedAfterTheirDigestThenTheirFileThenTheirId() {
        let lower = Self.hex.lowercased()
        #expect(FileName.picture(md5: Self.hex, packed: "ff", localId: 4, format: .jpeg) == "\(lower).jpg")
        #expect(FileName.picture(md5: "zz", packed: Self.hex, localId: 4, format: .png) == "\(lower).png")
        #expect(FileName.picture(md5: nil, packed: nil, localId: 4, format: .webp) == "image_4.webp")
        #expect(
            FileName.picture(md5: "../\(Self.hex.dropFirst(3))", packed: nil, localId: 4, format: nil) == "image_4.jpg")
    }

    @Test func voicesAreNamedAfterTheirId() {
        #expect(FileName.voice(localId: 100) == "voice_100.wav")
        #expect(FileName.voice(localId: 100, laterCreateTime: 1_733_000_000) == "voice_100_1733000000.wav")
    }

    @Test func videosAreNamedAfterTheirFileThenTheirDigestThenTheirId() {
        let lower = Self.hex.lowercased()
        #expect(FileName.video(packed: Self.hex, md5: nil, localId: 200) == "\(lower).mp4")
        #expect(FileName.video(packed: nil, md5: lower, localId: 200) == "\(lower).mp4")
        #expect(FileName.video(packed: "", md5: "", localId: 200) == "video_200.mp4")
    }

    @Test(
        arguments: [
            (MediaFormat.gif, nil, "gif"), (.png, "http://host/a.jpg", "png"), (nil, "http://host/a.JPG?x=.png", "jpg"),
            (nil, "http://host/a.webp#b", "webp"), (nil, "http://host.png/a", "gif"), (nil, "http://host/a.exe", "gif"),
            (nil, nil, "gif"), (nil, "http://host/stodownload?m=1&f=a.png", "gif"),
        ] as [(MediaFormat?, String?, String)])
    func stickersAreNamedAfterTheirDigest(_ format: MediaFormat?, _ url: String?, _ suffix: String) {
        let name = FileName.emoji(md5: Self.hex, localId: 300, format: format, url: url)
        #expect(name == "\(Self.hex.lowercased()).\(suffix)")
        #expect(FileName.emoji(md5: nil, localId: 300, format: format, url: url) == "emoji_300.\(suffix)")
    }

    @Test func anExportedFileHasItsPathAndAddress() {
        let plain = ExportedMedia(talkerFolder: "123@chatroom", kind: .image, fileName: "abc.jpg")
        #expect(plain.relativePath == "123@chatroom/images/abc.jpg")
        #expect(plain.urlPath == "/api/v1/media/123@chatroom/images/abc.jpg")
        let odd = ExportedMedia(talkerFolder: "张 ~%", kind: .emoji, fileName: "a#b+c\u{9}.gif")
        #expect(odd.urlPath == "/api/v1/media/%E5%BC%A0%20~%25/emojis/a%23b%2Bc%09.gif")
        #expect(MediaKind.allCases.map(\.folder) == ["images", "voices", "videos", "emojis", "files"])
    }

    @Test(arguments: [
        ("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.JPEG", "image/jpeg"), ("a.gif", "image/gif"),
        ("a.webp", "image/webp"), ("a.wav", "audio/wav"), ("a.mp3", "audio/mpeg"), ("a.b.mp4", "video/mp4"),
        ("a.bmp", "application/octet-stream"), ("png", "application/octet-stream"), ("", "application/octet-stream"),
    ]) func exportedFilesAreServedByTheirExtension(_ name: String, _ type: String) {
        #expect(ExportedMedia.contentType(of: name) == type)
    }

    @Test func onlySingleComponentsAreSafe() {
        for name in ["a", "a.b", "...", "a b.pdf", "图.doc"] { #expect(FileName.isSafeComponent(name), "\(name)") }
        for name in ["", ".", "..", "a/b", "a\\b", "a\u{0}b", "/"] {
            #expect(!FileName.isSafeComponent(name), "\(name)")
        }
    }
}
