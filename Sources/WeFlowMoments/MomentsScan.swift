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
    /// How many posts are looked at together: few at first, for most answers need no more.
    private var reach = 16
    private static let farthest = 1024
    private var ahead: (range: Range<Int>, found: [Found]) = (0..<0, [])

    /// What was found of an entry.
    private enum Found {
        /// A post that is not meant, or none.
        case other
        case moment(Moment)
        case unreadable(PageFailure)
    }

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
            if !ahead.range.contains(position) { try lookAhead() }
            let found = ahead.found[position - ahead.range.lowerBound]
            position += 1
            switch found {
            case .other: continue
            case .moment(let moment): return moment
            // Only now: a page that no post of the answer lies on is none of its damage.
            case .unreadable(let failure): if !damage.contains(failure) { damage.append(failure) }
            }
        }
        return nil
    }

    /// Reads the next posts in the order in which they lie in the file: the disk gives pages that follow each other many
    /// times as fast as those that do not, and pages that are verified side by side cost a third.
    private func lookAhead() throws(WeFlowError) {
        let count = min(reach, entries.count - position)
        reach = min(2 * reach, Self.farthest)
        ahead.range = position..<(position + count)
        ahead.found = [Found](repeating: .other, count: count)
        let order = (0..<count).sorted { entries[position + $0].rowID < entries[position + $1].rowID }
        reader.plan(order.map { entries[position + $0] })
        for place in order {
            do throws(PageFailure) {
                if let moment = try moment(entries[position + place]) { ahead.found[place] = .moment(moment) }
            } catch {
                guard error.reason != .moved else { throw error.error }
                ahead.found[place] = .unreadable(error)
            }
        }
    }

    private func moment(_ entry: MomentEntry) throws(PageFailure) -> Moment? {
        let read = try reader.withRow(entry) { userName, content in
            authors.isEmpty || authors.contains(userName)
                ? decoder.moment(tid: entry.tid, userName: userName, content: content, keepsXML: keepsXML) : nil
        }
        guard let moment = read else { return nil }
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
    /// Whether the text, the card or a picture's own text holds the keyword.
    func mentions(_ keyword: KeywordMatcher) -> Bool {
        if keyword.matches(text) { return true }
        if let card, keyword.matches(card.title) || keyword.matches(card.description) { return true }
        return media.contains { keyword.matches($0.description) }
    }
}
