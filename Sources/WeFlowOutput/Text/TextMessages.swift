internal import WeFlowParameters
internal import WeFlowQuery

/// Messages for reading, a line each: time, sender and displayed text, under a line for each day (<doc:TextAndTables>).
struct TextMessages: MessageForm {
    let people: ChatPeople
    let style: TerminalStyle

    var makeFragment: @Sendable () -> TextFragment {
        let (people, style) = (people, style)
        return { TextFragment(people, zone: .system, style: style) }
    }

    func add(_ message: borrowing Message, to piece: TextFragment) { piece.add(message) }

    func summary(of page: MessagesQuery.Page, _ pieces: [TextFragment]) -> MessageSummary { MessageSummary() }

    func summary(
        of query: MessagesQuery, _ pool: FragmentPool<TextFragment>, _ stepped: () -> Void
    ) async throws -> MessageSummary {
        MessageSummary()
    }

    func document(_ summary: MessageSummary) -> Document { Document(style) }

    /// The lines, those of the days between batches included.
    final class Document: MessageDocument {
        private let style: TerminalStyle
        private var day: Day?

        init(_ style: TerminalStyle) { self.style = style }

        func write(_ piece: TextFragment, to sink: ByteSink) async throws {
            guard let first = piece.firstDay else { return }
            if first != day {
                var line = OutputBytes(capacity: 64)
                line.append((day == nil ? "" : "\n") + first.line(style))
                try await sink(line)
            }
            day = piece.lastDay
            try await sink(piece.bytes)
        }

        func end(to sink: ByteSink) async throws {}
    }
}
