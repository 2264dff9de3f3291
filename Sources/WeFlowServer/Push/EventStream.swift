import NIOCore
import WeFlowArrivals
import WeFlowOutput
import WeFlowPages
import WeFlowQuery
import WeFlowStore

/// What a client of the stream asks for (<doc:EventStreams>).
struct EventStreamRequest: Sendable {
    /// Where its events begin.
    let start: PushFeed.Start
    /// Which it wants.
    let filter: PushFilter

    /// Reads the parameters and `Last-Event-ID`. An id that is none counts as absent: clients send back what other
    /// servers gave them.
    ///
    /// - Throws: `.usage`, naming the parameter, where one is malformed.
    init(_ call: Call) throws(WeFlowError) {
        let request = try PushRequest(call.parameters)
        let id = request.lastEventID ?? HTTPField.Name("Last-Event-ID").flatMap { call.headers[$0] }
        if let id = id.flatMap({ UInt64($0) }), id > 0 {
            start = .after(id: id)
        } else {
            start = .last(seconds: Int64(request.replay))
        }
        filter = request.filter
    }
}

/// The stream of events to one client. It begins with what the client missed, and then follows what arrives at the pace
/// of the client; whoever does not read is cut by the connection's own limit.
struct EventStream: Sendable {
    let request: EventStreamRequest
    /// What the request's token gave it.
    let leave: Leave?
    let push: PushContext
    let watch: ArrivalWatch
    /// What the first event calls the stream.
    let address: String

    /// Events that are held for one client while it takes them.
    private static let batch = 50

    /// Sends until the client has gone, push is switched off, the request's token has ceased to hold, or the server stops.
    ///
    /// - Throws: why nothing can be sent; where the client has gone away.
    func run(_ writer: AnswerWriter) async throws {
        guard writer.wantsBody else {
            writer.head.headerFields = Self.fields
            return
        }
        // What is written from here on calls, so nothing between it and the first look is missed.
        let listener = try watch.listen(toEvents: true)
        defer { listener.call.finish() }
        let number = push.openAnswers.add(leave, isStream: true) { listener.call.finish() }
        defer { push.openAnswers.remove(number) }
        let feed = PushFeed(watch.journal, from: request.start, texts: watch.texts)
        let first = try feed.next(atMost: Self.batch)
        writer.head.headerFields = Self.fields
        try await writer.send(ready)
        // Whatever the store and the events do, and however long that takes.
        let ping = writer.interjecting(ByteBuffer(string: ": ping\n\n"))
        let heartbeat = push.heartbeat(ping)
        defer { heartbeat.cancel() }
        if let gap = feed.gap { try await writer.send(Self.gapFrame(gap)) }
        var place = try await send(first, of: feed, writer)
        var calls = listener.calls.makeAsyncIterator()
        while let start = place {
            place = try await catchUp(from: start, writer)
            // A stream that has to end does not wait for the next call to do so.
            guard place != nil, await calls.next() != nil else { break }
        }
        try Task.checkCancellation()
    }

    /// The settings that say which events are sent now; nil where the stream has to end.
    private func settings() throws -> ServeSettings? {
        let settings = try push.settings()
        return try settings.push && leave?.stillHolds() ?? true ? settings : nil
    }

    /// Sends what came since a place in the journal.
    ///
    /// - Returns: the place behind it; nil where the stream has to end.
    private func catchUp(from start: UInt64, _ writer: AnswerWriter) async throws -> UInt64? {
        var place = start
        while true {
            if let latest = watch.events(from: place) {
                guard place < latest.end else { return place }
                guard let settings = try settings() else { return nil }
                for frame in latest.frames where request.filter.admits(frame.event) {
                    if settings.sends(frame.event.sessionID) { try await writer.send(frame.bytes) }
                }
                place = latest.end
            } else {
                let feed = PushFeed(watch.journal, from: .after(id: place &- 1), texts: watch.texts)
                let first = try feed.next(atMost: Self.batch)
                if let gap = feed.gap { try await writer.send(Self.gapFrame(gap)) }
                guard let next = try await send(first, of: feed, writer) else { return nil }
                guard next != place else { return place }
                place = next
            }
        }
    }

    /// Sends a batch, and what there is behind it.
    ///
    /// - Returns: the place behind it all; nil where the stream has to end.
    private func send(_ first: PushFeed.Batch, of feed: PushFeed, _ writer: AnswerWriter) async throws -> UInt64? {
        var batch = first
        while true {
            guard let settings = try settings() else { return nil }
            for event in batch.events where request.filter.admits(event) && settings.sends(event.sessionID) {
                try await writer.send(event.frame.byteBuffer())
            }
            guard batch.hasMore else { return feed.position ?? 0 }
            batch = try feed.next(atMost: Self.batch)
        }
    }

    // MARK: Frames

    private static let fields: HeaderFields = {
        var fields: HeaderFields = [
            .contentType: ContentType.events, .cacheControl: "no-cache, no-transform", .connection: "keep-alive",
        ]
        if let buffering = HTTPField.Name("X-Accel-Buffering") { fields[buffering] = "no" }
        return fields
    }()

    private var ready: ByteBuffer {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        json.bool("success", true)
        json.string("stream", address)
        json.endObject()
        return Self.frame("event: ready\ndata: ", json, "\nretry: 3000\n\n")
    }

    /// Its id is the last one that is gone: whoever comes back with it goes on at the oldest that there is.
    private static func gapFrame(_ gap: PushFeed.Gap) -> ByteBuffer {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        json.quoted("lastEventId", gap.lastEventID)
        json.quoted("oldest", gap.oldest)
        json.endObject()
        return frame("id: \(gap.oldest &- 1)\nevent: gap\ndata: ", json, "\n\n")
    }

    private static func frame(_ head: String, _ json: borrowing JSONWriter, _ tail: String) -> ByteBuffer {
        var bytes = ByteBuffer(string: head)
        bytes.writeImmutableBuffer(json.bytes.byteBuffer())
        bytes.writeString(tail)
        return bytes
    }
}
