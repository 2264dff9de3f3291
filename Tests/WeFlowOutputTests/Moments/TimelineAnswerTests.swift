import Testing
import WeFlowModel
import WeFlowMoments
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowOutput

@Suite struct TimelineAnswerTests {
    /// A post that has everything once.
    static func moment() -> Moment {
        var moment = Moment(tid: -3_682_792_958_082_786_726, username: "wxid_a")
        moment.createTime = 1_760_000_123
        moment.text = "a \"b\"\u{2028}"
        moment.type = 3
        moment.rawXML = Array("<a/>".utf8)
        var item = MomentAttachment()
        item.type = 2
        item.key = .max
        item.resource.url = "http://a.qpic.cn/P/0"
        (item.resource.md5, item.resource.token, item.resource.encIdx) = ("M", "T", "1")
        var live = LivePhoto()
        live.resource.url = "http://v.video.qq.com/c"
        live.key = 9
        item.livePhoto = live
        moment.media = [item]
        moment.likes = [MomentLike(username: "u", nickname: "U")]
        var comment = MomentComment()
        (comment.id, comment.username, comment.nickname, comment.content) = ("2", "c", "C", "hi")
        (comment.refCommentID, comment.refUsername, comment.refNickname) = ("1", "u", "U")
        comment.createTime = 1_760_000_200
        var sticker = MomentSticker()
        (sticker.url, sticker.md5, sticker.width, sticker.height) = ("http://s", "5", 120, 60)
        comment.stickers = [sticker]
        var picture = MomentAttachment()
        (picture.resource.url, picture.resource.token) = ("http://c.qpic.cn/mmcomment/P/0", "T")
        (picture.width, picture.height, picture.size) = (100, 80, 4096)
        var silent = MomentComment()
        (silent.id, silent.username, silent.pictures) = ("3", "d", [picture])
        moment.comments = [comment, silent]
        var location = MomentLocation()
        (location.latitude, location.longitude, location.city) = (30.2413, 120.149, "杭州")
        moment.location = location
        var card = MomentCard()
        (card.title, card.url) = ("T", "https://example.com/?a=1&b=2")
        moment.card = card
        return moment
    }

    static func answer(_ media: TimelineMedia) throws -> String {
        let moment = moment()
        let base = media == .raw ? nil : "http://h"
        let addresses = MomentAddressing(hosts: try MediaHosts(), proxyBase: base).media(of: moment)
        let addressing = MomentAddressing(hosts: try MediaHosts(), proxyBase: base)
        let item = TimelineItem(
            moment: addressing.mended(moment), nickname: "N", likes: ["U"], avatarURL: "https://w/0", media: addresses)
        return String(decoding: encodeTimeline([item], media: media, form: .json(.compact)).array(), as: UTF8.self)
    }

    static let head = """
        {"success":true,"count":1,"timeline":[{"tid":"-3682792958082786726","id":"14763951115626764890",\
        "username":"wxid_a","nickname":"N","createTime":1760000123,"contentDesc":"a \\"b\\"\\u2028","type":3,"media":[
        """
    static let tail = """
        ],"likes":["U"],"comments":[{"id":"2","nickname":"C","content":"hi","refCommentId":"1","refNickname":"U",\
        "emojis":[{"url":"http://s","md5":"5","width":120,"height":60}],"username":"c","refUsername":"u",\
        "createTime":1760000200},{"id":"3","nickname":"d","content":"","refCommentId":"","refNickname":"",\
        "images":[{"url":"https://c.qpic.cn/mmcomment/P/0?token=T&idx=1","width":100,"height":80,"size":4096}],\
        "username":"d","refUsername":"","createTime":0}],"rawXml":"<a/>","avatarUrl":"https://w/0","location":{"latitude":30.2413,\
        "longitude":120.149,"city":"杭州"},"linkTitle":"T","linkUrl":"https://example.com/?a=1&b=2"}]}
        """

    @Test func `a post without media addresses has the network's own`() throws {
        let media = """
            {"url":"https://a.qpic.cn/P/0?token=T&idx=1","thumb":"","md5":"M","token":"T","key":"18446744073709551615",\
            "encIdx":"1","livePhoto":{"url":"https://v.video.qq.com/c","thumb":"","key":"9"}}
            """
        #expect(try Self.answer(.raw) == Self.head + media + Self.tail)
    }

    @Test(arguments: [true, false])
    func `media addresses stand beside, and in place of, the network's`(replace: Bool) throws {
        let raw = "https://a.qpic.cn/P/0?token=T&idx=1"
        let proxy =
            "http://h/api/v1/sns/media/proxy?url=https%3A%2F%2Fa.qpic.cn%2FP%2F0%3Ftoken%3DT%26idx%3D1"
            + "&key=18446744073709551615"
        let rawClip = "https://v.video.qq.com/c"
        let proxyClip = "http://h/api/v1/sns/media/proxy?url=https%3A%2F%2Fv.video.qq.com%2Fc&key=9"
        let media = """
            {"url":"\(replace ? proxy : raw)","thumb":"","md5":"M","token":"T","key":"18446744073709551615",\
            "encIdx":"1","livePhoto":{"url":"\(replace ? proxyClip : rawClip)","thumb":"","key":"9",\
            "rawUrl":"\(rawClip)","rawThumb":"","proxyUrl":"\(proxyClip)","resolvedUrl":"\(proxyClip)"},\
            "rawUrl":"\(raw)","rawThumb":"","proxyUrl":"\(proxy)","resolvedUrl":"\(proxy)"}
            """
        #expect(try Self.answer(.resolved(replace: replace, inline: false)) == Self.head + media + Self.tail)
    }

    @Test func `an inlined picture is the resolved address, the proxy's stays`() throws {
        let moment = Self.moment()
        var addresses = MomentAddressing(hosts: try MediaHosts(), proxyBase: "http://h").media(of: moment)
        addresses[0].item.inlineURL = "data:image/gif;base64,AA=="
        let item = TimelineItem(moment: moment, nickname: "N", likes: [], avatarURL: "", media: addresses)
        let answer = String(
            decoding: encodeTimeline([item], media: .resolved(replace: true, inline: true), form: .json(.compact))
                .array(),
            as: UTF8.self)
        #expect(answer.contains("\"media\":[{\"url\":\"data:image/gif;base64,AA==\""))
        #expect(answer.contains("\"resolvedUrl\":\"data:image/gif;base64,AA==\""))
        #expect(answer.contains("\"proxyUrl\":\"http://h/"))
        #expect(!answer.contains("avatarUrl"))
    }
}

@Suite struct MomentsDocumentTests {
    static func post() throws -> ExportedMoment {
        let moment = MomentAddressing(hosts: try MediaHosts(), proxyBase: nil).mended(TimelineAnswerTests.moment())
        var post = ExportedMoment(
            moment: moment, author: MomentIdentity(username: "wxid_a", alias: "al", remark: "R", nickname: "N"))
        post.media = MomentAddressing(hosts: try MediaHosts(), proxyBase: nil).media(of: moment)
        post.files[0].file = "media/1_0.jpg"
        post.files[0].live = "media/1_0_live.mp4"
        return post
    }

    static func export(_ posts: [ExportedMoment]) -> MomentsExport {
        var filter = MomentsFilter()
        filter.usernames = ["wxid_a"]
        return MomentsExport(
            exportTime: 1_760_000_123_045, filter: filter,
            selection: .init(images: true, livePhotos: true, videos: false), owner: nil, posts: posts)
    }

    @Test func `the document has the shape that the application writes`() throws {
        let text = String(
            decoding: encodeMomentsDocument(Self.export([try Self.post()]), zone: .utc).array(), as: UTF8.self)
        #expect(
            text == """
                {
                  "exportTime": "2025-10-09T08:55:23.045Z",
                  "totalPosts": 1,
                  "filters": {
                    "usernames": [
                      "wxid_a"
                    ],
                    "keyword": ""
                  },
                  "posts": [
                    {
                      "id": "14763951115626764890",
                      "username": "wxid_a",
                      "nickname": "R",
                      "createTime": 1760000123,
                      "createTimeStr": "2025/10/9 08:55:23",
                      "contentDesc": "a \\"b\\"\\u2028",
                      "type": 3,
                      "media": [
                        {
                          "url": "https://a.qpic.cn/P/0?token=T&idx=1",
                          "thumb": "",
                          "localPath": "media/1_0.jpg"
                        }
                      ],
                      "likes": [
                        "U"
                      ],
                      "comments": [
                        {
                          "id": "2",
                          "nickname": "C",
                          "content": "hi",
                          "refCommentId": "1",
                          "refNickname": "U",
                          "emojis": [
                            {
                              "url": "http://s",
                              "md5": "5",
                              "width": 120,
                              "height": 60
                            }
                          ],
                          "username": "c",
                          "refUsername": "u",
                          "createTime": 1760000200
                        },
                        {
                          "id": "3",
                          "nickname": "d",
                          "content": "",
                          "refCommentId": "",
                          "refNickname": "",
                          "images": [
                            {
                              "url": "https://c.qpic.cn/mmcomment/P/0?token=T&idx=1",
                              "width": 100,
                              "height": 80,
                              "size": 4096
                            }
                          ],
                          "username": "d",
                          "refUsername": "",
                          "createTime": 0
                        }
                      ],
                      "location": {
                        "latitude": 30.2413,
                        "longitude": 120.149,
                        "city": "杭州"
                      },
                      "linkTitle": "T",
                      "linkUrl": "https://example.com/?a=1&b=2"
                    }
                  ]
                }
                """)
    }

    @Test func `ArkMe gets the identity of everybody, each like once`() throws {
        var post = try Self.post()
        post.moment.likes.append(post.moment.likes[0])
        post.moment.likes.append(MomentLike(username: "", nickname: "only a name"))
        post.likes = [
            MomentIdentity(username: "u", alias: "ua", displayName: "Uu"), MomentIdentity(username: "u"),
            MomentIdentity(username: "", displayName: "only a name"),
        ]
        let text = String(decoding: encodeArkmeDocument(Self.export([post]), zone: .utc).array(), as: UTF8.self)
        let flat = text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
        for part in [
            #""format": "arkmejson","schemaVersion": "1.0.0","recordOwner": {"username": "","wxid": "","displayName": ""}"#,
            #""mediaSelection": {"images": true,"livePhotos": true,"videos": false},"totalPosts": 1"#,
            #""author": {"username": "wxid_a","wxid": "wxid_a","alias": "al","wechatId": "al","remark": "R","nickName": "N","#
                + #""displayName": "R"},"createTime""#,
            #""livePhoto": {"url": "https://v.video.qq.com/c","thumb": "","localPath": "media/1_0_live.mp4"}"#,
            #""likesDetail": [{"nickname": "U","username": "u","wxid": "u","alias": "ua","wechatId": "ua","#
                + #""displayName": "Uu","source": "xml"},{"nickname": "only a name","displayName": "only a name","#
                + #""source": "legacy"}]"#,
            #""commentsDetail": [{"id": "2","nickname": "C","username": "c","wxid": "c","displayName": "C","content": "hi","#
                + #""refCommentId": "1","refNickname": "U","refUsername": "u","refWxid": "u","refDisplayName": "U","emojis""#,
            #""content": "","refCommentId": "","images": [{"url": "https://c.qpic.cn/mmcomment/P/0?token=T&idx=1","#
                + #""width": 100,"height": 80,"size": 4096}],"source": "xml"}"#,
        ] {
            #expect(flat.contains(part), "\(part)")
        }
    }
}
