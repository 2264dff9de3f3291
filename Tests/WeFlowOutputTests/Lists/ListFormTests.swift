import Testing

@testable import WeFlowOutput

@Suite("Forms of a list")
struct ListFormTests {
    private func written(_ form: ListForm, _ names: [String]) -> String {
        var list = ListWriter(form, "people", count: names.count, columns: ["name", "nested", "last"])
        for name in names {
            list.object { writer in
                writer.key("name")
                writer.string(name)
                if name.isEmpty { return }
                writer.key("nested")
                writer.beginArray()
                writer.string(name)
                writer.endArray()
                writer.key("last")
                writer.integer(-1)
            }
        }
        return String(decoding: list.finish().array(), as: UTF8.self)
    }

    @Test("an envelope, a line an object, or a row an object")
    func forms() {
        let names = ["=a", ""]
        #expect(
            written(.json(.compact), names)
                == #"{"success":true,"count":2,"people":[{"name":"=a","nested":["=a"],"last":-1},{"name":""}]}"#)
        #expect(written(.lines, names) == "{\"name\":\"=a\",\"nested\":[\"=a\"],\"last\":-1}\n{\"name\":\"\"}\n")
        #expect(written(.csv(.init()), names) == "name,nested,last\r\n'=a,\"[\"\"=a\"\"]\",-1\r\n,,\r\n")
        #expect(written(.json(.pretty), ["b"]).hasPrefix("{\n  \"success\": true,\n  \"count\": 1,\n"))
    }

    @Test("a list of nothing is an empty list, no line, or the names of the columns")
    func nothing() {
        #expect(written(.json(.compact), []) == #"{"success":true,"count":0,"people":[]}"#)
        #expect(written(.lines, []).isEmpty)
        #expect(written(.csv(.init(hasMark: true)), []) == "\u{FEFF}name,nested,last\r\n")
    }
}
