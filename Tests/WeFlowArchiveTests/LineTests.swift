import Testing
import WeFlowPages
import WeFlowParameters

@testable import WeFlowArchive

/// Lines of archives: taken apart, told apart, changed.
struct LineTests {
    static func line(
        _ serverID: UInt64 = 7, time: Int64 = 1_700_000_000, sequence: Int64 = 1_700_000_000_000, local: Int64 = 1,
        type: Int64 = 1, text: String = "好", tail: String = ""
    ) -> String {
        """
        {"localId":\(local),"serverId":"\(serverID)","localType":\(type),"createTime":\(time),"sortSeq":\(sequence),\
        "isSend":0,"senderUsername":"wxid_a","senderName":"安","content":"\(text)","rawContent":"\(text)",\
        "parsedContent":"\(text)","detail":{}\(tail)}
        """
    }

    static func with<Result>(_ text: String, _ body: (ArchiveLine, UnsafeRawBufferPointer) throws -> Result) throws
        -> Result
    {
        try Array(text.utf8).withUnsafeBytes { bytes in
            let line = try #require(ArchiveLine(bytes))
            return try body(line, bytes)
        }
    }

    @Test func valuesAreFoundAndMistakesToo() {
        let good = [
            "{}", "[]", "0", "-1.5e+3", "true", "null", #""\"\\\/\b\f\n\r\t\u00e4""#,
            #"{"a":[1,{"b":"]}"}],"c":"\u2028"}"#,
            " [ 1 , 2 ] ",
        ]
        let bad = [
            "", "{", "{\"a\"}", "[1,]", "01", "1.", "+1", "tru", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"",
            "{\"a\":1,}",
            "[1 2]", String(repeating: "[", count: 300) + String(repeating: "]", count: 300),
        ]
        func isWhole(_ text: String) -> Bool {
            Array(text.utf8).withUnsafeBytes { bytes in
                var scan = JSONScan(bytes)
                return scan.value() != nil && scan.next() == nil && scan.at == bytes.count
            }
        }
        for text in good { #expect(isWhole(text), "\(text)") }
        for text in bad { #expect(!isWhole(text), "\(text)") }
    }

    @Test func nobodyHasTheKeyThatMarksWhatIsFree() {
        var index = LineIndex(expected: 4)
        #expect(index.find(0) == nil)
        for key in 1...40 as ClosedRange<UInt64> { index.insert(key &* 0x9E37_79B9_7F4A_7C15, .seen) }
        #expect(index.find(0) == nil && index.find(0x9E37_79B9_7F4A_7C15) != nil)
    }

    @Test func aTextEndsWhereItEndsWhateverItsLength() {
        for length in 0..<40 {
            for (mark, size) in [("", 0), ("\\\"", 2), ("\\\\", 2), ("ä", 2)] {
                let inside = String(repeating: "x", count: length) + mark + String(repeating: "y", count: 11)
                let text = "\"\(inside)\","
                Array(text.utf8).withUnsafeBytes { bytes in
                    var scan = JSONScan(bytes)
                    #expect(scan.string()?.count == length + size + 11)
                }
            }
        }
    }

    @Test func escapesBecomeWhatTheyStandFor() {
        let escaped = Array(#"a\n\t\"\\\/\u4f60\ud83d\ude00\ud83dx"#.utf8)
        let plain = escaped.withUnsafeBytes { JSONScan.unescaped($0) }
        #expect(String(decoding: plain, as: UTF8.self) == "a\n\t\"\\/你😀\u{FFFD}x")
    }

    @Test func numbersAreThoseOf64Bits() {
        let cases: [(String, Int64?)] = [
            ("0", 0), ("\"18446744073709551615\"", -1), ("-5", -5), ("18446744073709551616", nil), ("1.5", nil),
            ("\"\"", nil),
        ]
        for (text, value) in cases {
            Array(text.utf8).withUnsafeBytes { bytes in
                #expect(JSONScan(bytes).integer(0..<bytes.count) == value)
            }
        }
    }

    @Test func whatTheArchiveSaysStandsBehindTheMessage() throws {
        try Self.with(Self.line(tail: #","media":{"path":"m"},"gone":5,"later":[1]"#)) { line, bytes in
            #expect(line.order.tie == 7 && line.order.localID == 1)
            #expect(line.media.map { Array(bytes[$0]) } == Array(#"{"path":"m"}"#.utf8))
            #expect(bytes[..<line.end].elementsEqual(Self.line().utf8.dropLast()))
        }
        for text in [
            "{}", Self.line() + "x", String(Self.line().dropLast()),
            Self.line().replacing("1700000000,", with: "\"x\","),
        ] {
            Array(text.utf8).withUnsafeBytes { #expect(ArchiveLine($0) == nil, "\(text)") }
        }
    }

    @Test func aMessageIsItsServerIDElseAllThatIsKnownOfIt() throws {
        var (a, b) = (EqualMessages(), EqualMessages())
        func key(_ text: String, _ equal: inout EqualMessages) throws -> UInt64 {
            try Self.with(text) { line, bytes in equal.key(of: line, bytes) }
        }
        // Restored and renumbered it is the same message.
        #expect(try key(Self.line(9), &a) == key(Self.line(9, time: 5, sequence: 6, local: 70, text: "另"), &b))
        #expect(try key(Self.line(9), &a) != key(Self.line(10), &b))
        // The second of two that are equal is another one, and so is each that differs in anything but its place.
        let first = try key(Self.line(0), &a)
        #expect(try key(Self.line(0, sequence: 3, local: 900), &b) == first)
        let others = [
            try key(Self.line(0), &a), try key(Self.line(0, time: 1), &a), try key(Self.line(0, type: 3), &a),
            try key(Self.line(0, text: "坏"), &a),
        ]
        #expect(Set(others + [first]).count == 5)
    }

    @Test func changesAreAddedAndNothingElseIsTouched() throws {
        func changed(_ tail: String, _ changes: [LineChange]) throws -> String? {
            try Self.with(Self.line(tail: tail)) { line, bytes in
                LineChange.apply(changes, to: line, bytes).map { String(decoding: $0, as: UTF8.self) }
            }
        }
        let head = Self.line().dropLast()
        #expect(try changed("", [.recalled(5)]) == head + #","recalled":5}"#)
        #expect(try changed("", [.gone(6)]) == head + #","gone":6}"#)
        #expect(try changed(#","gone":6"#, [.recalled(5)]) == head + #","recalled":5}"#)
        #expect(try changed(#","recalled":5"#, [.gone(6), .recalled(7)]) == nil)
        #expect(try changed(#","gone":6"#, [.gone(7)]) == nil)
        let media = Array(#"{"path":"media/ab/c.jpg"}"#.utf8)
        #expect(
            try changed(#","mediaError":"damaged","gone":6"#, [.media(media)])
                == head + #","media":{"path":"media/ab/c.jpg"},"gone":6}"#)
        #expect(try changed(#","media":{}"#, [.media(media)]) == nil)
        #expect(
            try changed("", [.edited(8, Array("坏".utf8)), .edited(9, Array("好".utf8))])
                == head + #","edited":[{"time":8,"content":"坏"}]}"#)
        #expect(try changed(#","edited":[{"time":8,"content":"坏"}]"#, [.edited(9, Array("坏".utf8))]) == nil)
        #expect(
            try changed(#","edited":[{"time":8,"content":"坏"}]"#, [.edited(9, Array("新".utf8))])
                == head + #","edited":[{"time":8,"content":"坏"},{"time":9,"content":"新"}]}"#)
        #expect(
            try changed("", [.detail(Array(#"{"transcript":"喂"}"#.utf8))])
                == head.replacing("\"detail\":{}", with: #""detail":{"transcript":"喂"}"#) + "}")
    }

    @Test func anyBytesAreALineOrNone() {
        var state: UInt64 = 42
        func random(_ limit: Int) -> Int {
            state = MessageIdentity.mix(state &+ 0x9E37_79B9_7F4A_7C15)
            return Int(state % UInt64(limit))
        }
        let good = Array(Self.line(tail: #","media":{"path":"m"},"edited":[{"time":8,"content":"坏"}]"#).utf8)
        for _ in 0..<4000 {
            var bytes = good
            for _ in 0...random(3) {
                switch random(3) {
                case 0: bytes[random(bytes.count)] = UInt8(truncatingIfNeeded: random(256))
                case 1: bytes.removeSubrange(random(bytes.count)..<bytes.count)
                default: bytes.insert(contentsOf: good.prefix(random(20)), at: random(bytes.count + 1))
                }
                if bytes.isEmpty { bytes = [0x7B] }
            }
            bytes.withUnsafeBytes { bytes in
                guard let line = ArchiveLine(bytes) else { return }
                _ = LineChange.apply([.recalled(1), .edited(2, [0x78])], to: line, bytes)
                _ = MessageIdentity.base(line, bytes)
                _ = line.hasTranscript(bytes)
            }
        }
    }
}

/// What an archive has of a chat, by key.
struct LineIndexTests {
    @Test func whatIsPutInIsFoundHoweverMuchItGrows() throws {
        var index = LineIndex(expected: 4, comparesContents: true)
        let keys = (1...5000).map { MessageIdentity.mix(UInt64($0)) }
        for (place, key) in keys.enumerated() {
            index.insert(
                key, LineIndex.Info(month: Month(number: 24_000 + place % 40), .old), content: UInt32(place + 1))
        }
        var handedOn: Set<UInt64> = []
        try index.forEach { key, info throws(WeFlowError) in
            handedOn.insert(key)
            #expect(info.isDisjoint(with: [.old, .seen]))
        }
        #expect(index.count == 5000 && handedOn == Set(keys))
        #expect(index.insertMissing(keys[7], []) == index.find(keys[7]) && index.count == 5000)
        for (place, key) in keys.enumerated() {
            guard let slot = index.find(key) else {
                Issue.record("\(place) is lost")
                continue
            }
            #expect(index.infos[slot].month.number == 24_000 + place % 40 && index.content(slot) == UInt32(place + 1))
            if place.isMultiple(of: 2) { index.mark(slot, .seen) }
        }
        #expect(index.find(MessageIdentity.mix(5001)) == nil)
        #expect(index.unseen.count == 2500)
    }

    @Test(arguments: [("2026-01", 24_312), ("0000-01", 0), ("9999-12", 119_999)])
    func monthsHaveNames(_ name: String, _ number: Int) {
        #expect(Month(number: number).name == name && Month(name: name[...]) == Month(number: number))
    }

    /// Zones whose clocks change at the edges of months, by seconds and the offset from then on.
    static let zones: [(name: String, changes: [(from: Int64, offset: Int64)])] = [
        ("none", []),
        ("set back across midnight of a month's first day", [(0, 3600), (1_698_796_800, 0)]),
        ("set forward across it", [(0, 0), (1_698_796_800 - 1800, 3600)]),
        ("a day left out", [(0, -36_000), (1_698_796_800 - 86_400, 50_400)]),
    ]

    @Test(arguments: zones.indices)
    func aClockTellsEachMonthAsTheZoneDoes(_ place: Int) {
        let changes = Self.zones[place].changes
        let zone = LocalZone { moment in changes.last { $0.from <= moment }?.offset ?? 28_800 }
        var clock = MonthClock(zone)
        // The turn from October to November 2023, second by second and up and down.
        let turn: Int64 = 1_698_796_800
        var times = Array(stride(from: turn - 3 * 86_400, to: turn + 3 * 86_400, by: 61))
        times += times.reversed()
        times += (-90...90).map { turn + $0 } + [0, -1, .min, .max, turn]
        for time in times {
            let civil = zone.civil(at: min(max(time, -62_000_000_000), 253_300_000_000))
            let month = Month(number: min(max(civil.year, 0), 9999) * 12 + civil.month - 1)
            #expect(clock.month(of: time) == month, "\(time) in a zone with \(Self.zones[place].name)")
        }
    }

    @Test func otherNamesAreNoMonths() {
        for name in ["2026-13", "2026-00", "202-01", "2026-1", "-026-01", "2026_01", ""] {
            #expect(Month(name: name[...]) == nil)
        }
    }
}
