/// A row of `contact` or `stranger` that the sample has.
struct SamplePerson {
    var username: String
    var nickname = ""
    var remark = ""
    var alias = ""
    var localType: Int64 = 1
    var verifyFlag: Int64 = 0
    var quanPin = ""
    var signature = ""
    /// 1 male, 2 female.
    var gender: UInt64 = 0
    /// How the contact was added, 0 for unknown.
    var scene: UInt64 = 0
    var phone = ""
    /// Numbers of labels with commas between them.
    var labels = ""
    /// Unix seconds of becoming contacts, 0 for unknown.
    var addedAt: Int64 = 0
    /// 0x8 is blocked, 0x800 pinned.
    var flag: Int64 = 3
    var avatarURL = ""
    /// Colour of a picture in `head_image.db`, where there is one.
    var avatar: PixelPicture?
}

/// A group that the sample has.
struct SampleGroup {
    var username: String
    var owner: String
    /// Username and the name in this group, "" where it has none.
    var members: [(username: String, nickname: String)]
    var announcement = ""
}

/// The invented people. Nobody of them exists.
package enum SamplePeople {
    static let me = "wxid_molihuacha0001"
    static let lin = "wxid_xiaolinyumao02"
    static let mao = "wxid_amaodemaozhu03"
    /// One who writes English.
    package static let tom = "wxid_tombakesbread4"
    static let mum = "wxid_pinganshifu005"
    static let wang = "laowang1985"
    static let xu = "wxid_xuxianchuan006"
    static let gone = "wxid_yijingtuiqun07"
    static let company = "25984985231467@openim"
    static let cats = "gh_meiriyizhimao1"
    static let weather = "gh_shanjiantianqi"
    /// A group.
    package static let hikers = "48201337001@chatroom"
    static let family = "48201337002@chatroom"
    static let bakers = "48201337003@chatroom"

    /// The account folder's name: the own username and four characters.
    static let folder = "\(me)_d3m0"

    static let contacts = [
        SamplePerson(
            username: me, nickname: "茉莉", alias: "moli_tea", signature: "少糖，去冰", avatar: .teacup),
        SamplePerson(
            username: lin, nickname: "小林", remark: "林（羽毛球）", alias: "lin_smash", signature: "今天也没接到球",
            gender: 2, scene: 14, phone: "13800000000", labels: "1,2,", addedAt: SampleTime.beijing(2025, 9, 1, 21),
            flag: 3 | 0x800, avatarURL: "https://avatar.example.com/lin"),
        SamplePerson(username: mao, nickname: "阿毛🐱", alias: "amao", signature: "猫说了算", avatar: .cat),
        SamplePerson(
            username: tom, nickname: "Tom Baker", alias: "tom_bakes", signature: "Flour is a state of mind",
            gender: 1, scene: 17, labels: "2,", addedAt: SampleTime.beijing(2025, 11, 3, 9),
            avatarURL: "https://avatar.example.com/tom"),
        SamplePerson(
            username: mum, nickname: "平安是福🌸", remark: "妈妈", signature: "开心每一天", gender: 2, phone: "13900000000",
            labels: "3,"),
        SamplePerson(username: wang, nickname: "老王", remark: "老王（修电脑）", signature: "先重启试试"),
        SamplePerson(
            username: company, nickname: "何经理", remark: "奶茶原料-何经理", localType: 5, signature: "珍珠现货"),
        SamplePerson(username: xu, nickname: "许小仙", localType: 3),
        SamplePerson(username: "wxid_laotongxue0008", nickname: "老同学", localType: 0, quanPin: "laotongxue"),
        SamplePerson(username: "26001112223334@openim", nickname: "隔壁公司的人", localType: 6),
        SamplePerson(username: cats, nickname: "每日一只猫", localType: 1, verifyFlag: 24, avatar: .cat),
        SamplePerson(username: weather, nickname: "山间天气", localType: 1, verifyFlag: 8),
        SamplePerson(username: "filehelper", nickname: "文件传输助手"),
        SamplePerson(username: "fmessage", nickname: "朋友推荐消息"),
        SamplePerson(username: "weixin", nickname: "微信团队"),
        SamplePerson(username: hikers, nickname: "周末爬山小分队 ⛰️", localType: 1),
        SamplePerson(username: family, localType: 2),
        SamplePerson(username: bakers, nickname: "Cake & Code 🍰", remark: "蛋糕会", localType: 1),
    ]

    /// Names of labels, whose number is their place, from 1.
    static let labels = ["羽毛球", "朋友", "家人"]

    static let strangers = [SamplePerson(username: "wxid_kanyunderen009", nickname: "看云的人", localType: 3)]

    static let groups = [
        SampleGroup(
            username: hikers, owner: lin,
            members: [
                (lin, "队长（走得最慢）"), (me, "茉莉·后勤"), (mao, "猫的助理"), (tom, "Tom 面包担当"), (xu, ""), (gone, "已下山"),
            ], announcement: "周六九点宝石山北门集合，带水，带伞，不带作业。"),
        SampleGroup(username: family, owner: mum, members: [(mum, ""), (me, ""), (wang, "修电脑的")]),
        SampleGroup(
            username: bakers, owner: tom, members: [(tom, "Head of Butter"), (me, ""), (mao, ""), (lin, "Taster")]),
    ]

    /// The name to show.
    package static func name(of username: String) -> String {
        let person = (contacts + strangers).first { $0.username == username }
        return [person?.remark, person?.nickname, person?.alias].compactMap { $0 }.first { !$0.isEmpty } ?? username
    }
}
