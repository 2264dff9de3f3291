/// The forms in which a program reads a list.
public enum ListForm: Sendable, Equatable {
    /// One object with an envelope.
    case json(JSONWriter.Style)
    /// An object a line.
    case lines
    /// A line of the columns' names, then a row an object.
    case csv(CSVWriter.Options)

    /// Whether the answer is one value, behind which a line has no end yet.
    public var isDocument: Bool { if case .json = self { true } else { false } }

    /// How the JSON is laid out, as far as there is any.
    var style: JSONWriter.Style { if case .json(let style) = self { style } else { .compact } }
}

/// Writes the items of a list, each once said as an object, in any form.
struct ListWriter: ~Copyable {
    private let form: ListForm
    private let columns: [StaticString]
    /// Whether there is an envelope, where the form has one.
    private let isWhole: Bool
    /// The document, the lines, or one object at a time on its way into a row.
    private var writer: JSONWriter
    private var csv: CSVWriter

    /// Begins a list.
    ///
    /// - Parameters:
    ///   - form: the form.
    ///   - name: what an envelope calls the list.
    ///   - columns: the keys of all objects in their order, also those that only some have.
    ///   - capacity: how many bytes fit before the buffer grows for the first time.
    ///   - envelope: writes the members of the envelope that stand before the list.
    init(
        _ form: ListForm, _ name: StaticString, columns: [StaticString], capacity: Int = 4096,
        envelope: (inout JSONWriter) -> Void
    ) {
        (self.form, self.columns, isWhole) = (form, columns, true)
        switch form {
        case .json(let style):
            writer = JSONWriter(style: style, capacity: capacity)
            csv = CSVWriter(capacity: 0)
            writer.beginObject()
            envelope(&writer)
            writer.key(name)
            writer.beginArray()
        case .lines:
            writer = JSONWriter(capacity: capacity)
            csv = CSVWriter(capacity: 0)
        case .csv(let options):
            writer = JSONWriter()
            csv = CSVWriter(options, capacity: capacity)
            csv.header(columns)
        }
    }

    /// The same with the envelope that most lists have.
    init(_ form: ListForm, _ name: StaticString, count: Int, columns: [StaticString], capacity: Int = 4096) {
        self.init(form, name, columns: columns, capacity: capacity) { writer in
            writer.bool("success", true)
            writer.integer("count", count)
        }
    }

    /// The same with items in front that another writer wrote.
    init(
        _ form: ListForm, _ name: StaticString, count: Int, columns: [StaticString], items: consuming OutputBytes
    ) {
        self.init(form, name, count: count, columns: columns, capacity: 96 << 10)
        if case .csv = form { csv.fragment(items) } else { writer.fragment(items) }
    }

    /// Begins items that stand within a list, for another writer to join.
    init(itemsIn form: ListForm, columns: [StaticString]) {
        (self.form, self.columns, isWhole) = (form, columns, false)
        switch form {
        case .json(let style):
            writer = JSONWriter(style: style, depth: 2)
            csv = CSVWriter(capacity: 0)
        case .lines:
            writer = JSONWriter()
            csv = CSVWriter(capacity: 0)
        case .csv(let options):
            writer = JSONWriter()
            csv = CSVWriter(options)
        }
    }

    /// How many bytes wait.
    var count: Int { csv.bytes.count + writer.bytes.count }

    /// Hands on what waits.
    mutating func flush(_ sink: (borrowing OutputBytes) throws -> Void) rethrows {
        if case .csv = form {
            try sink(csv.bytes)
            csv.removeBytes()
        } else {
            try sink(writer.bytes)
            writer.removeBytes()
        }
    }

    /// Writes an object.
    ///
    /// - Parameter members: writes its members.
    @inline(__always)
    mutating func object(_ members: (inout JSONWriter) -> Void) {
        writer.beginObject()
        members(&writer)
        writer.endObject()
        switch form {
        case .json: break
        case .lines: writer.endLine()
        case .csv:
            Self.put(writer.bytes, columns, into: &csv)
            writer.removeBytes()
        }
    }

    private static func put(_ object: borrowing OutputBytes, _ columns: [StaticString], into csv: inout CSVWriter) {
        object.withBytes { csv.row(of: $0, columns) }
    }

    /// Ends the list.
    consuming func finish() -> OutputBytes {
        switch form {
        case .json:
            if isWhole {
                writer.endArray()
                writer.endObject()
            }
            return writer.finish()
        case .lines: return writer.finish()
        case .csv: return csv.finish()
        }
    }
}
