/// Bodies as the client stores them, all invented: one for each form.
enum Sample {
    static let image =
        "<msg><img aeskey=\"00ff\" encryver=\"1\" cdnthumburl=\"3057\" cdnmidimgurl=\"3058\" cdnbigimgurl=\"\" length=\"20480\" "
        + "hdlength=\"0\" md5=\"0123456789abcdef0123456789abcdef\" cdnthumbwidth=\"120\" cdnthumbheight=\"90\"/></msg>"
    static let voice =
        "<msg><voicemsg endflag=\"1\" length=\"4096\" voicelength=\"3120\" clientmsgid=\"a1\" fromusername=\"wxid_aa11bb22\" "
        + "voiceformat=\"4\" bufid=\"0\"/></msg>"
    static let friendRequest =
        "<msg fromusername=\"wxid_cc33dd44\" encryptusername=\"v3_00@stranger\" fromnickname=\"小林\" content=\"我是小林\" "
        + "scene=\"30\" country=\"CN\" sex=\"1\" alias=\"\" bigheadimgurl=\"https://img.example.com/0\" ticket=\"v4_00@stranger\"/>"
    static let card =
        "<msg username=\"wxid_cc33dd44\" nickname=\"王小明\" alias=\"xm\" bigheadimgurl=\"https://img.example.com/b\" "
        + "smallheadimgurl=\"https://img.example.com/s\" province=\"\" city=\"\" sex=\"1\" certflag=\"0\" antispamticket=\"\"/>"
    static let video =
        "<msg><videomsg aeskey=\"00ff\" cdnvideourl=\"3057\" cdnthumburl=\"3058\" length=\"1048576\" playlength=\"12\" "
        + "fromusername=\"wxid_aa11bb22\" md5=\"0123456789abcdef0123456789abcdef\" rawmd5=\"r1\" newmd5=\"n1\"/></msg>"
    static let sticker =
        "<msg><emoji fromusername=\"wxid_aa11bb22\" type=\"2\" androidmd5=\"no\" md5=\"0123456789abcdef0123456789abcdef\" "
        + "len=\"20480\" cdnurl=\"https://emo.example.com/a?m=1&amp;f=2\" encrypturl=\"https://emo.example.com/e\" "
        + "aeskey=\"00112233445566778899aabbccddeeff\" thumburl=\"\" externurl=\"\" externmd5=\"\" productid=\"\" width=\"240\" "
        + "height=\"200\"/><gameext type=\"0\" content=\"0\"/></msg>"
    static let location =
        "<msg><location x=\"31.2304\" y=\"121.4737\" scale=\"15\" label=\"上海市黄浦区示例路1号\" poiname=\"示例大厦\" maptype=\"0\" "
        + "poiid=\"\" cityname=\"上海市\"/></msg>"
    static let call =
        "<voipmsg type=\"VoIPBubbleMsg\"><VoIPBubbleMsg><msg><![CDATA[通话时长 02:15]]></msg><room_type>1</room_type>"
        + "<red_dot>false</red_dot><roomid>0</roomid><msg_type>100</msg_type></VoIPBubbleMsg></voipmsg>"
    static let link =
        "<msg>\n  <appmsg appid=\"wx00\" sdkver=\"0\">\n    <title>示例</title><des>摘要</des><action/><type>5</type><showtype>0</showtype>"
        + "<url>https://e.example.com/?a=1&amp;b=2</url><lowurl/><dataurl/><appattach><totallen>0</totallen><attachid/><fileext/>"
        + "</appattach><extinfo/><sourceusername>gh_00</sourceusername><sourcedisplayname>示例号</sourcedisplayname><thumburl/><md5/>"
        + "</appmsg><fromusername>wxid_aa11bb22</fromusername><scene>0</scene><appinfo><version>1</version>"
        + "<appname>示例站</appname></appinfo><commenturl/></msg>"
    static let record =
        "<msg><appmsg><title>甲和乙的聊天记录</title><des>甲: 你好&#x0A;乙: [图片]</des><type>19</type><recorditem><![CDATA["
        + recordInside + "]]></recorditem></appmsg></msg>"
    static let recordInside =
        "<recordinfo><fromscene>0</fromscene><title>甲和乙的聊天记录</title><desc>甲: 你好</desc><isChatRoom>0</isChatRoom>"
        + "<datalist count=\"2\"><dataitem datatype=\"1\" dataid=\"d1\"><sourcename>甲</sourcename>"
        + "<sourcetime>2026-01-02 09:30:00</sourcetime><datadesc>你好</datadesc><srcMsgCreateTime>1767317400</srcMsgCreateTime>"
        + "</dataitem><dataitem datatype=\"2\" dataid=\"d2\"><sourcename>乙</sourcename><datafmt>jpg</datafmt>"
        + "<fullmd5>0123456789abcdef0123456789abcdef</fullmd5><datasize>20480</datasize></dataitem></datalist></recordinfo>"
    static let transfer = app(
        2000, "<![CDATA[微信转账]]>",
        "<wcpayinfo><paysubtype>1</paysubtype><feedesc><![CDATA[￥1.00]]></feedesc><transferid>T1</transferid>"
            + "<pay_memo><![CDATA[午饭]]></pay_memo><payer_username>wxid_a</payer_username></wcpayinfo>")
    static let quote = app(
        57, "好的",
        "<refermsg><type>1</type><svrid>1234567890123456789</svrid><fromusr>1@chatroom</fromusr><chatusr>wxid_aa11bb22</chatusr>"
            + "<displayname>小明</displayname><msgsource>&lt;msgsource/&gt;</msgsource><content>周六几点？</content>"
            + "<createtime>1760000000</createtime></refermsg>")
    static let template =
        "<sysmsg type=\"sysmsgtemplate\"><sysmsgtemplate><content_template type=\"tmpl_type_profile\"><plain><![CDATA[]]></plain>"
        + "<template><![CDATA[\"$username$\"邀请\"$names$\"加入了群聊 $what$]]></template><link_list>"
        + "<link name=\"username\" type=\"link_profile\"><memberlist><member><username>wxid_a</username><nickname><![CDATA[甲]]>"
        + "</nickname></member></memberlist></link><link name=\"names\" type=\"link_profile\"><memberlist><member><username>wxid_b"
        + "</username><nickname><![CDATA[乙]]></nickname></member><member><username>wxid_c</username></member></memberlist>"
        + "<separator><![CDATA[、]]></separator></link></link_list></content_template></sysmsgtemplate></sysmsg>"
    static let revoke =
        "<sysmsg type=\"revokemsg\"><revokemsg><session>1@chatroom</session><msgid>11</msgid><newmsgid>1234567890123456789</newmsgid>"
        + "<replacemsg><![CDATA[\"甲\" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>"
    static let patWire =
        "<sysmsg type=\"pat\"><pat><fromusername>wxid_a</fromusername><chatusername>1@chatroom</chatusername>"
        + "<pattedusername>wxid_b</pattedusername><patsuffix><![CDATA[的肩膀]]></patsuffix>"
        + "<template><![CDATA[\"${wxid_a}\" 拍了拍 \"${wxid_b}\" 的肩膀]]></template></pat></sysmsg>"

    /// An app message of a type, with more inside.
    static func app(_ type: Int, _ title: String, _ inside: String = "") -> String {
        "<?xml version=\"1.0\"?>\n<msg><appmsg appid=\"\" sdkver=\"0\"><title>\(title)</title><des>说明</des><type>\(type)</type>\(inside)"
            + "</appmsg><fromusername>x</fromusername></msg>"
    }

    /// `text` with the five entities.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    /// The `local_type` of an app message.
    static func appType(_ sub: Int64) -> Int64 { sub << 32 | 49 }

    /// Every sample with its type, for the mutating tests.
    static let all: [(Int64, String)] = [
        (3, image), (34, voice), (37, friendRequest), (42, card), (43, video), (47, sticker), (48, location),
        (50, call),
        (appType(5), link), (appType(19), record), (appType(2000), transfer), (appType(57), quote), (10000, template),
        (10000, revoke), (10002, patWire), (appType(53), app(53, "#接龙\n周六\n\n1. 甲")), (49, escaped(quote)),
        (appType(57), app(57, "好", "<refermsg><type>49</type><content>\(escaped(record))</content></refermsg>")),
        (12, link),
    ]
}
