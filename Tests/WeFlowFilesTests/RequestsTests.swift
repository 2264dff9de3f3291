import Testing
import WeFlowPages
import WeFlowParameters
import WeFlowQuery

@testable import WeFlowFiles

@Suite struct RequestsTests {
    @Test func extensionsAreTakenWithAndWithoutADotInAnyCase() throws {
        let request = try FilesRequest(Parameters(commandLine: ["ext": "PDF, .docx,,tar"]))
        #expect(request.endings == ["pdf", "docx", "tar"])
    }

    @Test func aSizeWithoutAFolderForCopiesIsRefused() {
        #expect(throws: WeFlowError.self) { try FilesRequest(Parameters(commandLine: ["maxFile": "5M"])) }
    }

    @Test(arguments: [
        ("0", 0), ("17", 17), ("1k", 1024), ("50M", 50 << 20), ("2G", 2 << 30), ("9223372036854775807", Int64.max),
        ("99999999999G", Int64.max),
    ])
    func sizesAreBytesOrHaveAUnit(_ text: String, _ bytes: Int64) throws {
        let request = try FilesRequest(Parameters(commandLine: ["maxFile": text, "copyTo": "/tmp"]))
        #expect(request.largestFile == bytes)
    }

    @Test(arguments: ["-1", "5MB", "M", "1.5G", "5 M", "0x10", "１", "99999999999999999999"])
    func whatIsNoSizeIsRefused(_ text: String) {
        #expect(throws: WeFlowError.self) {
            try FilesRequest(Parameters(commandLine: ["maxFile": text, "copyTo": "/tmp"]))
        }
    }

    @Test(arguments: [
        ("wxid_a", ChatKind.person), ("filehelper", .person), ("25984985@openim", .person),
        ("1@chatroom", .group), ("1@im.chatroom", .group), ("gh_1", .official), ("wxid_shop", .official),
        ("weixin", .other), ("x@app", .other), ("x@finder", .other), ("x@kefu.openim", .other),
        ("newsapp", .other), ("newsapple_zhao", .person),
    ])
    func chatsAreOfFourKinds(_ id: String, _ kind: ChatKind) {
        #expect(ChatKind(of: id, isVerified: ["wxid_shop"].contains(id)) == kind)
    }

    @Test func anUnknownKindOfChatsIsNamed() {
        #expect(throws: WeFlowError.self) { try UnreadRequest(Parameters(commandLine: ["sessionType": "groups"])) }
    }

    @Test func picturesAreAllWrittenUnlessALimitIsGiven() throws {
        #expect(try AvatarsRequest(Parameters(commandLine: ["outputDir": "/tmp"])).limit == Parameters.all)
        #expect(try AvatarsRequest(Parameters(commandLine: ["outputDir": "/tmp", "limit": "5"])).limit == 5)
        #expect(try AvatarsRequest(Parameters(commandLine: [:])).limit == 100)
    }
}
