import WeFlowModel
import WeFlowPages
import WeFlowStore

/// A table's own counter, as its shard keeps it.
typealias TableCounter = ShardCounters.Counter

/// Finds what is new in one table, by what is known of it: whether it went on, went back to an earlier state, or was made
/// anew. It reads rows through closures and decides; of files it knows nothing.
struct TableLook {
    /// How many rows from the end of a table are always looked at for rows that were turned into notices.
    static let reach: Int64 = 200
    /// How many are looked at, at most, where more can have been turned.
    static let farthest: Int64 = 50_000
    /// How many rows at the end of a table tell that it went on.
    static let window = 64

    /// The table.
    let place: TableKey
    /// What is known of it, nil where it was never seen.
    let old: ArrivalState.Counter?
    /// Its counter now; nil where nothing can have been added.
    let sequence: TableCounter?
    /// Whether its session's row changed, so that a row may have been turned into a notice.
    let isSuspect: Bool
    /// Whether its session has rows that are known from other shards, or from a shard of this number.
    let isElsewhere: Bool
    /// Whether rows of its session went away once, from this table or another: what is added may be one of them.
    let isChecked: Bool
    /// Whether its shard is another file than before, or an earlier state of it.
    let isDoubted: Bool
    /// Whether its shard could not be read when the journal began.
    let isUnseen: Bool
    let times: LookTimes
    let sums: RowSums
    /// Sums of what clients passed over, and whether a stream did.
    let missed: [UInt64: Bool]

    /// Walks the rows behind an id while the body says so.
    ///
    /// Returns whether all of them could be read.
    typealias Rows = (_ after: Int64, _ body: (ArrivedRow) -> Bool) throws(WeFlowError) -> Bool
    /// Gives the rows that are known, which costs something the first time.
    typealias Known = () throws(WeFlowError) -> KnownRows

    /// What was found.
    struct Outcome {
        var counter: ArrivalState.Counter
        var entries: [(row: ArrivedRow, entry: ArrivalEntry)] = []
        /// Sums of rows that are known from now on and have no entry.
        var known: [UInt64] = []
        /// Whether the table went back to an earlier state, so that others of its shard may have too.
        var wentBack = false
        /// Whether rows were taken for new without a comparison.
        var isUnchecked = false
    }

    /// Looks at the table.
    func run(rows: Rows, known: Known) throws(WeFlowError) -> Outcome {
        guard let old else {
            return try compare(ArrivalState.Counter(), isNew: true, rows: rows, known: known)
        }
        if let sequence, Self.fell(sequence, old) {
            return try compare(old, isNew: false, rows: rows, known: known)
        }
        let start = try start(old, rows)
        var walked: [ArrivedRow] = []
        let isWhole = try rows(start) { row in
            walked.append(row)
            return true
        }
        var sum: UInt64 = 0
        for row in walked where row.localID > old.windowStart && row.localID <= old.last {
            sum &+= sums.sum(of: row, in: place.hash)
        }
        // What a client passed over may be back where it was.
        let isBack =
            !missed.isEmpty
            && (isDoubted || walked.contains { $0.localID <= old.last && isMissed($0) })
        guard sum == old.windowSum, !isBack else { return try compare(old, isNew: false, rows: rows, known: known) }
        return try goOn(old, walked, from: start, isWhole: isWhole, known: known)
    }

    /// Whether a counter is that of a table that was made anew, or of an earlier state of it.
    private static func fell(_ sequence: TableCounter, _ old: ArrivalState.Counter) -> Bool {
        sequence.last < old.sequence || (sequence.slot != old.slot && sequence.slot != 0 && old.slot != 0)
    }

    // MARK: A table that went on

    /// The row behind which rows are walked: far enough back for the window and for what may have been turned.
    private func start(_ old: ArrivalState.Counter, _ rows: Rows) throws(WeFlowError) -> Int64 {
        var reach = Self.reach
        var start = max(0, old.last.saturating(minus: reach))
        while isSuspect, start > 0, reach < Self.farthest {
            // Rows that came late stand among others, so several are asked.
            var (count, newest) = (0, Int64.min)
            _ = try rows(start) { row in
                newest = max(newest, row.createTime)
                count += 1
                return count < 32
            }
            guard newest >= times.turnable else { break }
            reach = min(reach * 4, Self.farthest)
            start = max(0, old.last.saturating(minus: reach))
        }
        return min(start, old.windowStart)
    }

    private func goOn(
        _ old: ArrivalState.Counter, _ walked: [ArrivedRow], from start: Int64, isWhole: Bool, known: Known
    ) throws(WeFlowError) -> Outcome {
        var outcome = Outcome(counter: old)
        var window = Window(start)
        for row in walked {
            window.add(row.localID, sums.sum(of: row, in: place.hash))
            let isNotice = MessageType(localType: row.localType).isNotice
            if row.localID > old.last {
                outcome.counter.last = row.localID
                if isNotice { outcome.counter.notices.append(row.localID) }
                if isChecked {
                    try take(row, verdict(row, known()), &outcome)
                } else {
                    take(row, .new, &outcome)
                    outcome.isUnchecked = true
                }
            } else if isNotice, isTurnable(row, old) {
                outcome.counter.notices.append(row.localID)
                let verdict = try verdict(row, known())
                if verdict != .known { take(row, verdict, &outcome) }
            }
        }
        // Rows that could not be read may come to light; they are then told from those that were.
        if !isWhole { outcome.counter.isChecked = true }
        finish(&outcome, window)
        return outcome
    }

    /// Whether a notice that was walked may have been another row when it was looked at last.
    private func isTurnable(_ row: ArrivedRow, _ old: ArrivalState.Counter) -> Bool {
        (row.localID > old.base || row.createTime >= times.noticeable)
            && (row.localID > old.last.saturating(minus: Self.reach) || row.createTime >= times.turnable)
            && !old.notices.contains(row.localID)
    }

    // MARK: A table that is not as it was

    /// Compares all rows with those that are known.
    private func compare(
        _ old: ArrivalState.Counter, isNew: Bool, rows: Rows, known: Known
    ) throws(WeFlowError) -> Outcome {
        var outcome = Outcome(counter: old)
        // A table of which nobody knows anything is new as a whole.
        let isAsked = !isNew || isElsewhere || isUnseen || isChecked
        outcome.isUnchecked = !isAsked
        let known = isAsked ? try known() : KnownRows()
        var floor = old.floor
        if floor > 0 {
            var first: UInt64?
            _ = try rows(floor) { row in
                first = sums.sum(of: row, in: place.hash)
                return false
            }
            if first != old.anchor { floor = 0 }
        }
        outcome.counter.notices = []
        outcome.counter.last = floor
        var window = Window(floor)
        var (hasKnown, hasUnknown) = (false, false)
        let isWhole = try rows(floor) { row in
            window.add(row.localID, sums.sum(of: row, in: place.hash))
            outcome.counter.last = row.localID
            if MessageType(localType: row.localType).isNotice { outcome.counter.notices.append(row.localID) }
            var verdict = isAsked ? self.verdict(row, known) : .new
            if verdict == .known {
                hasKnown = true
                // The server has given it an id since: under that it may come again.
                if isAsked, row.serverID != 0, !known.contains(stored(row)) { outcome.known.append(stored(row)) }
            }
            if verdict != .known, verdict != .turned, row.localID <= old.last { hasUnknown = true }
            if verdict == .new, !isNew, row.localID <= old.floor { verdict = .doubtful }
            if verdict == .new, isNew, isUnseen, row.createTime < times.noticeable {
                verdict = row.createTime >= times.createdAt.saturating(minus: LookTimes.doubtful) ? .doubtful : .known
                if verdict == .known { outcome.known.append(stored(row)) }
            }
            take(row, verdict, &outcome)
            return true
        }
        // Row ids are not given twice as long as the table counts them.
        let fell = sequence.map { Self.fell($0, old) } ?? false
        if !fell, (sequence?.slot ?? old.slot) != 0 { outcome.counter.last = max(outcome.counter.last, old.last) }
        if floor == 0 { (outcome.counter.floor, outcome.counter.anchor) = (0, 0) }
        if isNew {
            outcome.counter.isChecked = hasKnown || !isWhole
        } else if fell || hasUnknown || !isWhole || !hasKnown && old.windowSum != 0 {
            outcome.counter.isChecked = true
            outcome.counter.base = min(old.base, outcome.counter.last)
            outcome.wentBack = hasKnown
        }
        finish(&outcome, window)
        return outcome
    }

    /// What a row is, by what is known.
    private enum Verdict: Equatable {
        case known, new, turned, doubtful
        /// A client passed over what has this sum.
        case missed(UInt64)
    }

    private func verdict(_ row: ArrivedRow, _ known: KnownRows) -> Verdict {
        let own = sums.sum(of: row, in: place.hash)
        // A row to which the server has given its id by now had another sum before.
        let both =
            row.serverID != 0 ? [own, sums.sum(localID: row.localID, sortSeq: row.sortSeq, in: place.hash)] : [own]
        let unknown: Verdict = known.isWhole ? .new : .doubtful
        guard MessageType(localType: row.localType).isNotice else {
            if let sum = both.first(where: { missed[$0] != nil }) { return .missed(sum) }
            return both.contains(where: known.contains) ? .known : unknown
        }
        let notices = both.map(RowSums.notice)
        if let sum = notices.first(where: { missed[$0] != nil }) { return .missed(sum) }
        if notices.contains(where: known.contains) { return .known }
        guard both.contains(where: known.contains) else { return unknown }
        // The message is known: the notice in its place was there already, or takes it back only now.
        return known.hasNotices || row.createTime >= times.noticeable ? .turned : .known
    }

    // MARK: Both

    /// Whether a client passed over what a row is.
    private func isMissed(_ row: ArrivedRow) -> Bool {
        let (own, before) = sums.stored(row, in: place.hash)
        return missed[own] != nil || missed[before] != nil
    }

    /// What an entry of a row has as its sum.
    private func stored(_ row: ArrivedRow) -> UInt64 { sums.stored(row, in: place.hash).0 }

    private func take(_ row: ArrivedRow, _ verdict: Verdict, _ outcome: inout Outcome) {
        guard verdict != .known else { return }
        let isNotice = MessageType(localType: row.localType).isNotice
        var sum = stored(row)
        var doubt: ArrivalEntry.Doubt = []
        switch verdict {
        case .known, .new, .turned: break
        case .doubtful:
            doubt = .repeats
            if row.createTime < times.before.saturating(minus: LookTimes.revocable) { doubt.insert(.isOld) }
        case .missed(let before):
            // What a stream passed over is an event still.
            doubt = missed[before] == true ? .repeats : [.repeats, .isOld]
            if sum != before { outcome.known.append(sum) }
            sum = before
        }
        let entry = ArrivalEntry(
            place: place, localID: row.localID, createTime: row.createTime,
            kind: verdict == .turned ? .turned : isNotice ? .notice : .message, seenAt: times.now, sum: sum,
            doubt: doubt)
        outcome.entries.append((row, entry))
    }

    private func finish(_ outcome: inout Outcome, _ window: Window) {
        (outcome.counter.windowStart, outcome.counter.windowSum) = window.end(Self.window)
        if let sequence {
            (outcome.counter.sequence, outcome.counter.slot) = (sequence.last, sequence.slot)
        }
        // Those before are found among the rows that are known.
        let start = outcome.counter.last.saturating(minus: Self.reach)
        outcome.counter.notices.removeAll { $0 <= start }
    }
}
