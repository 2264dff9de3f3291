public import WeFlowModel
public import WeFlowPages
public import WeFlowStore

/// The posts that a filter means, newest first, one after the other. For one thread.
///
/// Times are judged by the ids, authors by the rows; a text is decoded only where a keyword asks for it, or where the
/// post is handed out.
public final class MomentsScan {
    /// Pages that could not be read so far; the posts on them are missing.
    public private(set) var damage: [PageFailure] = []

    private let filter: MomentsFilter
    private let authors: Set<String>
    private let keyword: KeywordMatcher?
    private let reader: MomentsReader
    private let keepsXML: Bool
    private var decoder = MomentDecoder()
    private let entries: [MomentEntry]
    private var position = 0

    /// Starts before the newest post.
    ///
    /// - Parameters:
    ///   - table: the posts.
    ///   - filter: which of them.
    ///   - keepsXML: whether the posts handed out carry their XML.
    /// - Throws: `.unavailable` where the database kept moving.
    public init(_ table: MomentsTable, filter: MomentsFilter, keepsXML: Bool) throws(WeFlowError) {
        self.filter = filter
        self.keepsXML = keepsXML
        authors = Set(filter.usernames)
        keyword = filter.keyword.map { KeywordMatcher($0) }
        reader = MomentsReader(table)
        var damage: [PageFailure] = []
        do throws(PageFailure) {
            let all = filter.isEmptyRange ? [] : try table.entries(&damage)
            entries = all.filter { filter.mayAdmit($0.tid) }
        } catch {
            throw error.error
        }
        self.damage = damage
    }

    /// How many posts are still to be looked at; those that the filter leaves out are counted too.
    public var remaining: Int { entries.count - position }

    /// Passes over posts.
    ///
    /// - Parameter count: how many of those that the filter means.
    /// - Throws: `.unavailable` where the database kept moving.
    public func skip(_ count: Int) throws(WeFlowError) {
        var left = count
        while left > 0, position < entries.count {
            let entry = entries[position]
            let isSurelyMeant = authors.isEmpty && keyword == nil && !filter.needsTime(of: entry.tid)
            if isSurelyMeant {
                position += 1
                left -= 1
            } else if try next() != nil {
                left -= 1
            }
        }
    }

    /// The next post that the filter means.
    ///
    /// - Returns: nil behind the last.
    /// - Throws: `.unavailable` where the database kept moving.
    public func next() throws(WeFlowError) -> Moment? {
        while position < entries.count {
            let entry = entries[position]
            position += 1
            do throws(PageFailure) {
                if let moment = try moment(entry) { return moment }
            } catch {
                guard error.reason != .moved else { throw error.error }
                if !damage.contains(error) { damage.append(error) }
            }
        }
        return nil
    }

    private func moment(_ entry: MomentEntry) throws(PageFailure) -> Moment? {
        guard let row = try reader.row(entry), authors.isEmpty || authors.contains(row.userName) else { return nil }
        let moment = decoder.moment(
            tid: entry.tid, userName: row.userName, content: row.content, keepsXML: keepsXML)
        if filter.needsTime(of: entry.tid), !filter.admits(moment.createTime) { return nil }
        if let keyword, !moment.mentions(keyword) { return nil }
        return moment
    }
}

extension MomentsFilter {
    /// Whether a post with this id can be meant, as far as the id tells.
    func mayAdmit(_ tid: Int64) -> Bool {
        guard let time = MomentID.createTime(tid: tid) else { return true }
        return admits(time)
    }

    /// Whether only the XML can tell the time that the filter asks for.
    func needsTime(of tid: Int64) -> Bool {
        (start != nil || end != nil) && !MomentID.carriesTime(tid: tid)
    }

    /// Whether a time lies in the range.
    func admits(_ seconds: Int64) -> Bool {
        seconds >= start ?? .min && seconds <= end ?? .max
    }
}

extension Moment {
    /// Whether the text, the card or a picture's own text holds the keyword (facts: sns 2, keyword matching).
    func mentions(_ keyword: KeywordMatcher) -> Bool {
        if keyword.matches(text) { return true }
        if let card, keyword.matches(card.title) || keyword.matches(card.description) { return true }
        return media.contains { keyword.matches($0.description) }
    }
}
