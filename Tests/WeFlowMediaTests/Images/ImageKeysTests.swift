import Testing

@testable import WeFlowMedia

@Suite struct ImageKeysTests {
    @Test(arguments: [
        "0123456789abcdef", " 0123456789abcdef\n", "ABCDEFGHIJKLMNOP", "30313233343536373839616263646566",
    ])
    func readsEveryFormThatPeopleHave(_ text: String) {
        #expect(throws: Never.self) { try ImageKey(text) }
    }

    @Test(arguments: [
        "", "0123456789abcde", "0123456789abcdef0", "3031323334353637383961626364656g", "密钥密钥密钥密钥",
        "密钥密钥密ab\u{7F}", "0123456789abcdef0123456789abcdef0123456789abcdef",
    ]) func refusesWhatIsNoImageKey(_ text: String) {
        #expect(throws: ImageKeyFormFailure.imageKey) { try ImageKey(text) }
    }

    @Test(arguments: [
        ("0", 0), ("90", 90), ("255", 255), ("0x5a", 0x5A), ("0X5A", 0x5A), ("0x0", 0), (" 0xff ", 255), ("007", 7),
    ]) func readsTheXorKey(_ text: String, _ key: UInt8) throws {
        #expect(try ImageKeys.xorKey(from: text) == key)
    }

    @Test(arguments: ["", "256", "-1", "+1", "0x", "0x100", "0x+1", "0x-1", "a4", "5a", "1.0", "1 2"])
    func refusesWhatIsNoXorKey(_ text: String) {
        #expect(throws: ImageKeyFormFailure.imageXorKey) { try ImageKeys.xorKey(from: text) }
    }

    @Test func aPictureTellsWhichReadingOfAKeyIsRight() throws {
        let hex = try #require(try ImageKey(Vectors.imageKeyHex).resolved(by: Vectors.v2a))
        let text = try #require(try ImageKey(Vectors.imageKey + "fedcba9876543210").resolved(by: Vectors.v2a[..<31]))
        #expect(hex.candidates == text.candidates)
        #expect(hex.candidates.count == 1)
    }

    @Test(arguments: [
        Vectors.v1, Vectors.png, [], Array(Vectors.v2a[..<30]), Vectors.v2(head: .text),
    ]) func aKeyIsResolvedByPicturesThatItOpensOnly(_ file: [UInt8]) throws {
        #expect(try ImageKey(Vectors.imageKey).resolved(by: file) == nil)
    }

    @Test func aWrongKeyIsNotResolved() throws {
        #expect(try ImageKey("fedcba9876543210").resolved(by: Vectors.v2a) == nil)
    }

    @Test func noKeyIsPrinted() throws {
        let keys = ImageKeys(aes: try ImageKey(Vectors.imageKey))
        var dumped = ""
        dump(keys, to: &dumped)
        #expect(!dumped.contains("AESKey"))
        #expect(!"\(keys)".contains("0123"))
        #expect("\(try ImageKey(Vectors.imageKey))" == "<redacted>")
    }

    private func thumbnail(endingIn lastTwo: [UInt8], tail: Int = 16) -> (head: [UInt8], lastTwo: [UInt8]) {
        (Vectors.header(plainLength: 1024, tailLength: tail), lastTwo)
    }

    @Test func thumbnailsElectTheXorKey() {
        var election = XorKeyElection()
        #expect(election.winner == nil)
        let votes = [
            thumbnail(endingIn: [0xA5, 0x83]), thumbnail(endingIn: [0xA5, 0x83]), thumbnail(endingIn: [0, 0x26]),
        ]
        for (head, lastTwo) in votes {
            let hasVote = election.add(head: head, lastTwo: lastTwo)
            #expect(hasVote)
        }
        #expect(election.winner == 0x5A)
    }

    @Test func halfOfTheVotesElectNothing() {
        var election = XorKeyElection()
        election.add(head: thumbnail(endingIn: []).head, lastTwo: [0xA5, 0x83])
        election.add(head: thumbnail(endingIn: []).head, lastTwo: [0x00, 0x26])
        #expect(election.winner == nil)
    }

    @Test func filesThatShowNoKeyHaveNoVote() {
        let head = thumbnail(endingIn: []).head
        let voters: [([UInt8], [UInt8])] = [
            (Vectors.png, [0xA5, 0x83]), (head, [0xA5, 0x84]), (head, [0xA5]), (head.dropLast(), [0xA5, 0x83]),
            (thumbnail(endingIn: [], tail: 1).head, [0xA5, 0x83]),
        ]
        for (head, lastTwo) in voters {
            var election = XorKeyElection()
            let hasVote = election.add(head: head, lastTwo: lastTwo)
            #expect(!hasVote)
            #expect(election.winner == nil)
        }
    }
}
