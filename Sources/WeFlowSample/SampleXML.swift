import WeFlowCrypto
import WeFlowPages

/// Bodies of messages as the client stores them.
enum SampleXML {
    /// A text as an element or an attribute holds it.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// A name that looks like one of WeChat's: 32 hex digits.
    static func hash(_ text: String) -> String { md5Hex(text) }

    /// The MD5 of a file.
    static func hash(_ bytes: [UInt8]) -> String { HexDigits.text(MD5.hash(bytes)) }

    /// A key for a medium of the network, which leads nowhere.
    private static let key = hash("no network has this")

    // MARK: Kinds of their own

    static func picture(_ md5: String, size: Int) -> String {
        """
        <?xml version="1.0"?>
        <msg><img aeskey="\(key)" encryver="1" cdnthumburl="3057020100" cdnmidimgurl="3057020101" length="\(size)" \
        hdlength="0" md5="\(md5)" cdnthumbwidth="128" cdnthumbheight="128"/></msg>
        """
    }

    static func voice(_ sender: String) -> String {
        """
        <msg><voicemsg endflag="1" cancelflag="0" forwardflag="0" voiceformat="4" \
        voicelength="\(SampleFiles.voiceMilliseconds)" length="\(SampleFiles.voice.count)" bufid="0" \
        clientmsgid="\(hash(sender))" fromusername="\(sender)"/></msg>
        """
    }

    static func video(_ sender: String) -> String {
        """
        <?xml version="1.0"?>
        <msg><videomsg aeskey="\(key)" cdnvideourl="3057020102" cdnthumburl="3057020103" \
        length="\(SampleFiles.video.count)" playlength="2" cdnthumbwidth="96" cdnthumbheight="72" \
        fromusername="\(sender)" md5="\(hash(SampleFiles.video))" newmd5="" rawmd5="" isplaceholder="0"/></msg>
        """
    }

    static func sticker(_ picture: PixelPicture, from sender: String, to talker: String) -> String {
        let md5 = hash(picture.png)
        return """
            <msg><emoji fromusername = "\(sender)" tousername = "\(talker)" type="2" md5="\(md5)" \
            len="\(picture.png.count)" androidmd5="\(md5)" cdnurl="\(escaped(stickerURL(md5)))" \
            width="\(picture.width)" height="\(picture.height)"/><gameext type="0" content="0"/></msg>
            """
    }

    /// Where a sticker would lie; the domain is for examples, and nobody answers there.
    static func stickerURL(_ md5: String) -> String { "https://stickers.example.com/download?m=\(md5)&filekey=1" }

    static func card(_ username: String, _ nickname: String, alias: String = "", isOfficial: Bool = false) -> String {
        """
        <?xml version="1.0"?>
        <msg username="\(username)" nickname="\(escaped(nickname))" alias="\(alias)" province="浙江" city="杭州" sex="0" \
        certflag="\(isOfficial ? 24 : 0)" bigheadimgurl="" smallheadimgurl="" antispamticket=""/>
        """
    }

    static func location(_ latitude: String, _ longitude: String, _ label: String, _ place: String) -> String {
        """
        <?xml version="1.0"?>
        <msg><location x="\(latitude)" y="\(longitude)" scale="16" label="\(escaped(label))" \
        poiname="\(escaped(place))" maptype="0" poiid=""/></msg>
        """
    }

    static func call(_ text: String, isVideo: Bool) -> String {
        """
        <voipmsg type="VoIPBubbleMsg"><VoIPBubbleMsg><msg><![CDATA[\(text)]]></msg>\
        <room_type>\(isVideo ? 0 : 1)</room_type><red_dot>false</red_dot><roomid>0</roomid><msg_type>100</msg_type>\
        </VoIPBubbleMsg></voipmsg>
        """
    }

    /// A request (37) or suggestion (40) of friendship.
    static func friendRequest(_ username: String, _ nickname: String, _ greeting: String) -> String {
        """
        <msg fromusername="\(username)" encryptusername="v3_020b3826@stranger" fromnickname="\(escaped(nickname))" \
        content="\(escaped(greeting))" scene="30" country="CN" sex="0" alias="" bigheadimgurl="" \
        smallheadimgurl="" ticket="v4_000b708f@stranger"/>
        """
    }

    // MARK: App messages

    static func app(_ type: Int64, _ title: String, _ inner: String, summary: String, sender: String) -> String {
        """
        <?xml version="1.0"?>
        <msg>
        <appmsg appid="" sdkver="0"><title>\(escaped(title))</title><des>\(escaped(summary))</des><action>view</action>\
        <type>\(type)</type>\(inner)</appmsg>
        <fromusername>\(sender)</fromusername><scene>0</scene><appinfo><version>1</version><appname></appname></appinfo>
        </msg>
        """
    }

    static func link(_ path: String, source: String = "", name: String = "") -> String {
        """
        <url>https://example.com/\(escaped(path))</url><sourceusername>\(source)</sourceusername>\
        <sourcedisplayname>\(escaped(name))</sourcedisplayname>
        """
    }

    static func music(_ path: String) -> String {
        "<url>https://example.com/\(path)</url><dataurl>https://example.com/\(path).mp3</dataurl>"
    }

    static func file(_ name: String, _ text: String) -> String {
        let bytes = Array(text.utf8)
        return appattach(name, size: bytes.count) + "<md5>\(hash(bytes))</md5>"
    }

    static func appattach(_ name: String, size: Int) -> String {
        let fileExtension = name.split(separator: ".").last.map(String.init) ?? ""
        return
            "<appattach><totallen>\(size)</totallen><attachid></attachid><fileext>\(fileExtension)</fileext></appattach>"
    }

    /// A picture of an animation that is sent as a file.
    static func gif(_ picture: PixelPicture) -> String {
        "<appattach><totallen>\(picture.png.count)</totallen><emoticonmd5>\(hash(picture.png))</emoticonmd5></appattach>"
    }

    /// The messages of a merged forward, a note or a favourite: name, time and text of each.
    static func record(_ title: String, _ items: [(name: String, text: String)], others: [String] = []) -> String {
        let list = items.enumerated().map { index, item in
            """
            <dataitem datatype="1" dataid="d\(index)"><sourcename>\(escaped(item.name))</sourcename>\
            <sourcetime>2026-04-18 09:3\(index % 10):00</sourcetime><datadesc>\(escaped(item.text))</datadesc></dataitem>
            """
        }.joined()
        let count = items.count + others.count
        return """
            <recorditem><![CDATA[<recordinfo><title>\(escaped(title))</title><desc>\(escaped(items.first?.text ?? ""))</desc>\
            <datalist count="\(count)">\(list)\(others.joined())</datalist></recordinfo>]]></recorditem>
            """
    }

    /// A file inside a forward.
    static func recordFile(_ name: String, _ file: String, _ text: String) -> String {
        let bytes = Array(text.utf8)
        return """
            <dataitem datatype="8" dataid="f0"><sourcename>\(escaped(name))</sourcename>\
            <datatitle>\(escaped(file))</datatitle><datafmt>txt</datafmt><datasize>\(bytes.count)</datasize>\
            <fullmd5>\(hash(bytes))</fullmd5></dataitem>
            """
    }

    /// A forward inside a forward.
    static func nestedRecord(_ title: String, _ name: String, _ text: String) -> String {
        """
        <dataitem datatype="17" dataid="n0"><sourcename>\(escaped(name))</sourcename><datatitle>\(escaped(title))</datatitle>\
        <recordxml><recordinfo><title>\(escaped(title))</title><datalist count="1"><dataitem datatype="1" dataid="n1">\
        <sourcename>\(escaped(name))</sourcename><datadesc>\(escaped(text))</datadesc></dataitem></datalist></recordinfo>\
        </recordxml></dataitem>
        """
    }

    static func miniProgram(_ name: String, _ path: String) -> String {
        """
        <url>https://example.com/upgrade</url><sourcedisplayname>\(escaped(name))</sourcedisplayname>\
        <weappinfo><username>gh_7f3a@app</username><appid>wx0000</appid><type>2</type><version>7</version>\
        <pagepath>\(path)</pagepath></weappinfo>
        """
    }

    /// A profile (50), a post (51) or a live broadcast (63, 88) of Channels.
    static func channels(_ type: Int64, _ nickname: String, _ text: String) -> String {
        let (name, text) = (escaped(nickname), escaped(text))
        return switch type {
        case 50: "<findernamecard><username>v2_00@finder</username><nickname>\(name)</nickname></findernamecard>"
        case 51:
            "<finderFeed><objectId>1446</objectId><feedType>4</feedType><nickname>\(name)</nickname><desc>\(text)</desc>"
                + "<mediaCount>1</mediaCount></finderFeed>"
        default:
            "<finderLive><finderLiveID>2077</finderLiveID><nickname>\(name)</nickname><desc>\(text)</desc></finderLive>"
        }
    }

    /// What the client writes as title where it wants a newer one.
    static let unsupported = "当前版本不支持展示该内容，请升级至最新版本。"

    static func transfer(_ amount: String, _ memo: String, state: Int) -> String {
        """
        <wcpayinfo><paysubtype>\(state)</paysubtype><feedesc><![CDATA[\(amount)]]></feedesc>\
        <transferid>T20260418</transferid><pay_memo><![CDATA[\(memo)]]></pay_memo></wcpayinfo>
        """
    }

    static func redPacket(_ greeting: String) -> String {
        """
        <wcpayinfo><templateid>0</templateid><url>https://example.com/hongbao</url>\
        <sendertitle><![CDATA[\(greeting)]]></sendertitle><receivertitle><![CDATA[\(greeting)]]></receivertitle>\
        <scenetext><![CDATA[微信红包]]></scenetext></wcpayinfo>
        """
    }

    static func pat(_ from: String, _ patted: String, suffix: String) -> String {
        """
        <patinfo><fromusername>\(from)</fromusername><pattedusername>\(patted)</pattedusername>\
        <patsuffix>\(escaped(suffix))</patsuffix><template><![CDATA["${\(from)}" 拍了拍 "${\(patted)}" \(suffix)]]>\
        </template></patinfo>
        """
    }

    static func quote(_ message: SampleMessage) -> String {
        """
        <refermsg><type>\(message.base)</type><svrid>\(message.serverID)</svrid><fromusr>\(message.talker)</fromusr>\
        <chatusr>\(message.sender)</chatusr><displayname>\(escaped(SamplePeople.name(of: message.sender)))</displayname>\
        <content>\(escaped(message.body))</content><createtime>\(message.time)</createtime></refermsg>
        """
    }

    // MARK: Notices

    static func revoke(_ talker: String, _ text: String, id: UInt64) -> String {
        """
        <sysmsg type="revokemsg"><revokemsg><session>\(talker)</session><msgid>1044</msgid>\
        <newmsgid>\(id)</newmsgid><replacemsg><![CDATA[\(text)]]></replacemsg></revokemsg></sysmsg>
        """
    }

    /// The form that newer clients keep.
    static func revoke(_ text: String, at time: Int64) -> String {
        """
        <sysmsg type="revokemsg"><revokemsg><content>\(escaped(text))</content><revoketime>\(time)</revoketime>\
        </revokemsg></sysmsg>
        """
    }

    static func invitation(_ username: String, _ nickname: String, _ invited: [(String, String)]) -> String {
        func members(_ people: [(String, String)]) -> String {
            let list = people.map {
                "<member><username>\($0.0)</username><nickname><![CDATA[\($0.1)]]></nickname></member>"
            }
            return "<memberlist>\(list.joined())</memberlist>"
        }
        return """
            <sysmsg type="sysmsgtemplate"><sysmsgtemplate><content_template type="tmpl_type_profile"><plain><![CDATA[]]>\
            </plain><template><![CDATA["$username$"邀请"$names$"加入了群聊]]></template><link_list>\
            <link name="username" type="link_profile">\(members([(username, nickname)]))</link>\
            <link name="names" type="link_profile">\(members(invited))<separator><![CDATA[、]]></separator></link>\
            </link_list></content_template></sysmsgtemplate></sysmsg>
            """
    }

    static func pinned(_ group: String, _ username: String, _ nickname: String) -> String {
        """
        <sysmsg type="mmchatroomtopmsg"><mmchatroomtopmsg><chatroomname>\(group)</chatroomname><op>1</op>\
        <newmsgid>1</newmsgid><msgtype>1</msgtype><username>\(username)</username><id>1</id>\
        <nickname>\(escaped(nickname))</nickname></mmchatroomtopmsg></sysmsg>
        """
    }

    static func removed(_ text: String) -> String {
        """
        <sysmsg type="delchatroommember"><delchatroommember><plain><![CDATA[\(text)]]></plain><text></text><link>\
        <scene>invite</scene></link></delchatroommember></sysmsg>
        """
    }

    static func payment(_ text: String) -> String {
        "<sysmsg type=\"paymsg\"><content><![CDATA[\(text)]]></content></sysmsg>"
    }

    static func patNotice(_ from: String, _ patted: String, _ suffix: String) -> String {
        """
        <sysmsg type="pat"><pat><fromusername>\(from)</fromusername><pattedusername>\(patted)</pattedusername>\
        <patsuffix><![CDATA[\(suffix)]]></patsuffix>\
        <template><![CDATA["${\(from)}" 拍了拍 "${\(patted)}" \(suffix)]]></template></pat></sysmsg>
        """
    }
}
