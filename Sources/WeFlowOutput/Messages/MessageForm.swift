internal import WeFlowQuery

/// A form in which messages are written: what is made of each, and what stands around them.
protocol MessageForm: Sendable {
    /// Takes the messages of one batch.
    associatedtype Piece: Fragment
    /// Writes batches one behind the other.
    associatedtype Document: MessageDocument where Document.Piece == Piece

    /// Makes an empty fragment.
    var makeFragment: @Sendable () -> Piece { get }

    /// Writes a message.
    func add(_ message: borrowing Message, to piece: Piece)

    /// What is to be said of a page around its messages.
    func summary(of page: MessagesQuery.Page, _ pieces: [Piece]) -> MessageSummary

    /// The same of all messages of a query, as far as it has to be known before the first of them is written.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - pool: lends fragments.
    ///   - stepped: called now and then.
    /// - Returns: what is known.
    /// - Throws: why it cannot be read.
    func summary(
        of query: MessagesQuery, _ pool: FragmentPool<Piece>, _ stepped: () -> Void
    ) async throws -> MessageSummary

    /// Begins to write.
    func document(_ summary: MessageSummary) -> Document
}

/// What a form says of the messages around them; each names what it needs.
struct MessageSummary: Sendable {
    /// How many messages there are; nil where nobody counted.
    var total: Int?
    /// Whether more follow.
    var hasMore = false
    /// Around a message: whether there are newer ones.
    var hasNewer: Bool?
    /// How many of them have an exported file.
    var mediaCount = 0
    /// The senders in order of first appearance, each once.
    var people: [ChatPerson] = []
}

/// Messages that are being written, and what stands around them.
protocol MessageDocument: AnyObject, SendableMetatype {
    associatedtype Piece

    /// Writes what a batch holds; before the first one what stands before all messages.
    func write(_ piece: Piece, to sink: ByteSink) async throws

    /// Writes what stands behind all messages.
    func end(to sink: ByteSink) async throws
}
