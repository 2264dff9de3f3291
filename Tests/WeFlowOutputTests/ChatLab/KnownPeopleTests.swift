import Testing

@testable import WeFlowOutput
@testable import WeFlowQuery

@Suite("Known people")
struct KnownPeopleTests {
    private let somebody = ChatPerson(platformID: "id", accountName: "name", groupNickname: "", avatar: "")

    private func place(_ name: String, isSend: Bool = false, isNotice: Bool = false, in known: KnownPeople) -> Int? {
        Array(name.utf8).withUnsafeBytes { known.place(of: $0, isSend: isSend, isNotice: isNotice) }
    }

    private func add(
        _ name: String, isSend: Bool = false, isNotice: Bool = false, to known: inout KnownPeople
    ) -> Int {
        Array(name.utf8).withUnsafeBytes { known.add(somebody, sender: $0, isSend: isSend, isNotice: isNotice) }
    }

    @Test("are told apart whatever is the same of their names, and however many they are")
    func tellsNamesApart() {
        var known = KnownPeople()
        // Lengths around those of one and two words, and names that differ in one byte at any place.
        var names = (1...40).map { String(repeating: "a", count: $0) }
        for length in [1, 7, 8, 9, 15, 16, 17, 19, 24, 25] {
            for place in 0..<length {
                names.append(
                    String(repeating: "a", count: place) + "b" + String(repeating: "a", count: length - place - 1))
            }
        }
        names += (0..<1500).map { "wxid_\($0)_same_end" } + (0..<1500).map { "wxid_same_beginning_\($0)" }
        for (place, name) in names.enumerated() {
            #expect(self.place(name, in: known) == nil)
            #expect(add(name, to: &known) == place)
        }
        for (place, name) in names.enumerated() { #expect(self.place(name, in: known) == place) }
    }

    @Test("are told apart by what they are to the message")
    func tellsKindsApart() {
        var known = KnownPeople()
        let kinds = [(false, false), (true, false), (false, true), (true, true)]
        for (place, kind) in kinds.enumerated() {
            #expect(self.place("wxid_a", isSend: kind.0, isNotice: kind.1, in: known) == nil)
            #expect(add("wxid_a", isSend: kind.0, isNotice: kind.1, to: &known) == place)
        }
        for (place, kind) in kinds.enumerated() {
            #expect(self.place("wxid_a", isSend: kind.0, isNotice: kind.1, in: known) == place)
        }
    }

    @Test("keep what was written of them, but for those without a name, who are met once")
    func keepsFields() {
        var known = KnownPeople()
        func fields(_ place: Int) -> String { known.withFieldsText(place) }
        let first = add("wxid_a", to: &known)
        known.keep(Array("first".utf8), of: first)
        for _ in 0..<3 {
            let nobody = add("", to: &known)
            #expect(nobody == 1 && place("", in: known) == nil)
            known.keep(Array("nobody".utf8), of: nobody)
            #expect(!known.isWritten(nobody))
        }
        let second = add("wxid_b", to: &known)
        #expect(second == 1 && !known.isWritten(second))
        known.keep(Array("second".utf8), of: second)
        #expect(fields(first) == "first" && fields(second) == "second")
        #expect(place("wxid_b", in: known) == second)
    }

    @Test("are handed out once in a batch")
    func handsOutOnce() {
        var known = KnownPeople()
        let place = add("wxid_a", to: &known)
        #expect(known.firstInBatch(place) == somebody)
        #expect(known.firstInBatch(place) == nil)
        known.forgetBatch()
        #expect(known.firstInBatch(place) == somebody)
        #expect(known.person(place) == somebody)
    }
}

extension KnownPeople {
    fileprivate func withFieldsText(_ place: Int) -> String {
        var text = ""
        withFields(place) { text = String(decoding: $0, as: UTF8.self) }
        return text
    }
}
