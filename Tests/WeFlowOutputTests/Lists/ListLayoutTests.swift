import Testing
import WeFlowPages
import WeFlowQuery

@testable import WeFlowOutput

@Suite("Lists that are read while they are written")
struct ListLayoutTests {
    private static let layout = ListLayout<String>("names", columns: ["name"]) { name, writer in
        writer.key("name")
        writer.string(name)
    }

    /// Items that fail at a place, once for each in the list of failures.
    private final class Items: ListItems {
        let items: HeldItems<[String]>
        var failure: (after: Int, error: WeFlowError)?
        private(set) var counts = 0
        private var given = 0

        init(_ names: [String], failure: (after: Int, error: WeFlowError)? = nil) {
            items = HeldItems(names)
            self.failure = failure
        }

        func next() throws -> String? {
            if let failure, given == failure.after { throw failure.error }
            given += 1
            return items.next()
        }

        func count() -> Int {
            counts += 1
            return items.count()
        }
    }

    private final class Sink: OutputSink {
        var bytes: [UInt8] = []
        var largest = 0

        func write(_ bytes: UnsafeRawBufferPointer) {
            self.bytes += bytes
            largest = max(largest, bytes.count)
        }

        func flush() {}
        func finish() {}
    }

    private func names(_ count: Int) -> [String] {
        (0..<count).map { "=\($0) " + String(repeating: "名\"\n", count: 20) }
    }

    @Test(
        "the bytes are those of a list that is held, and a long one is written in pieces",
        arguments: [0, 1, 500, 60_000])
    func same(count: Int) async throws {
        let names = names(count)
        for form in [ListForm.json(.compact), .json(.pretty), .lines, .csv(.init()), .csv(.init(hasMark: true))] {
            let sink = Sink()
            let list = try await Self.layout.write(in: form, to: sink) { Items(names) }
            #expect(sink.bytes == Self.layout.encoded(names, form: form).array(), "\(form)")
            #expect(sink.largest < 3 << 20)
            // Only an envelope in front of more than is held back has to know before the end.
            #expect(list.counts == (count == 60_000 && form.isDocument ? 1 : 0), "\(form)")
        }
    }

    @Test("a database that moves is read anew as long as nothing has been written, and then it is an error")
    func moved() async throws {
        let moved = PageFailure(.moved, database: "a.db", page: 1).error
        #expect(moved.isTransient)
        let names = names(60_000)
        var attempts = 0
        let sink = Sink()
        _ = try await Self.layout.write(in: .lines, to: sink) {
            attempts += 1
            return Items(names, failure: attempts < 3 ? (after: 100, error: moved) : nil)
        }
        #expect(attempts == 3 && sink.bytes == Self.layout.encoded(names, form: .lines).array())
        for (after, error) in [(50_000, moved), (100, WeFlowError(.storeFailed, "it is damaged"))] {
            var opened = 0
            let torn = Sink()
            await #expect(throws: error) {
                _ = try await Self.layout.write(in: .lines, to: torn) {
                    opened += 1
                    return Items(names, failure: (after: after, error: error))
                }
            }
            #expect(opened == 1 && torn.bytes.isEmpty == (after == 100))
        }
    }
}
