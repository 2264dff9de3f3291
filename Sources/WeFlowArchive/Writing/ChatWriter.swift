import WeFlowPages

/// Writes the months of one chat: new ones line by line, those that are there anew with what is added and changed. For one
/// thread.
final class ChatWriter {
    /// What came of it.
    struct Outcome {
        /// The months that were written.
        var months: [Month: FileRecord] = [:]
        /// Lines that were altered.
        var changed = 0
        /// Lines that are marked as gone now.
        var gone = 0
    }

    private let staging: Staging
    private let archive: ArchiveFolder
    private let folder: String
    /// The months that the archive has, and this run's earlier ones.
    private let known: [Month: FileRecord]
    private var drafts: [Month: Draft] = [:]
    /// The draft that was written to last, which the next line mostly belongs to.
    private var current: (month: Month, draft: Draft)?
    /// The drafts that hold an open file, the last one used last.
    private var open: [Month] = []
    private let pending: PendingLines
    private var changes: [Month: [UInt64: [LineChange]]] = [:]
    /// Months that a rehearsal would write anew.
    private var rehearsed: Set<Month> = []

    /// A month that the archive does not have yet.
    private final class Draft {
        let file: SummedFile
        var last = ArchiveLine.Order.first

        init(_ file: SummedFile) { self.file = file }
    }

    private static let mostOpen = 6

    /// - Parameters:
    ///   - folder: the chat's folder below `chats/`.
    ///   - known: its months.
    ///   - archive: where they lie.
    ///   - staging: where new files go.
    init(_ folder: String, known: [Month: FileRecord], in archive: ArchiveFolder, _ staging: Staging) {
        (self.folder, self.known, self.archive, self.staging) = (folder, known, archive, staging)
        pending = PendingLines { () throws(WeFlowError) in "\(staging.folder)/\(try staging.place())" }
    }

    /// Adds a line with its end.
    ///
    /// - Throws: `.system` where it cannot be written.
    func add(_ line: UnsafeRawBufferPointer, _ order: ArchiveLine.Order, in month: Month) throws(WeFlowError) {
        // What comes too late is put in its place in the end.
        guard try !append(line, rows: 1, from: order, to: order, in: month) else { return }
        // A rehearsal has no need of the order.
        if staging.isReal { try pending.add(line, order, in: month) } else { rehearsed.insert(month) }
    }

    /// Appends lines with their ends, in order, to a month that the archive does not have yet.
    ///
    /// - Parameters:
    ///   - lines: side by side.
    ///   - rows: how many.
    ///   - first: the place of the first.
    ///   - last: the place of the last.
    ///   - month: the month of all of them.
    /// - Returns: false where they do not belong behind all that is written; nothing was done then.
    /// - Throws: `.system` where they cannot be written.
    func append(
        _ lines: UnsafeRawBufferPointer, rows: Int, from first: ArchiveLine.Order, to last: ArchiveLine.Order,
        in month: Month
    ) throws(WeFlowError) -> Bool {
        guard let draft = try draft(of: month), !(first < draft.last) else { return false }
        try draft.file.append(lines, rows: rows, times: first.createTime...max(first.createTime, last.createTime))
        draft.last = last
        return true
    }

    /// The new file of a month; nil where the archive has the month.
    private func draft(of month: Month) throws(WeFlowError) -> Draft? {
        if let current, current.month == month { return current.draft }
        guard known[month] == nil else { return nil }
        let draft: Draft
        if let there = drafts[month] {
            draft = there
        } else {
            draft = Draft(try staging.newFile())
            drafts[month] = draft
        }
        current = (month, draft)
        open.removeAll { $0 == month }
        open.append(month)
        if open.count > Self.mostOpen { try drafts[open.removeFirst()]?.file.rest() }
        return draft
    }

    /// Changes a line.
    func change(_ key: UInt64, in month: Month, _ change: LineChange) {
        changes[month, default: [:]][key, default: []].append(change)
    }

    /// Completes all months.
    ///
    /// - Throws: `.invalidData` where a month that has to be written anew is damaged; `.system` where one cannot be
    ///   written.
    func finish() throws(WeFlowError) -> Outcome {
        var outcome = Outcome()
        let toMerge = pending.months.union(changes.keys)
        for month in rehearsed { outcome.months[month] = known[month] }
        for month in Set(drafts.keys).union(toMerge).sorted() {
            if let draft = drafts[month] {
                let record = try draft.file.finish()
                if toMerge.contains(month), staging.isReal {
                    try merge(month, base: (draft.file.path, nil), &outcome)
                    staging.discard(draft.file)
                } else {
                    keep(draft.file, record, as: month, &outcome)
                }
            } else if let record = known[month] {
                let name = ArchivePath.month(month, of: folder)
                let path = staging.kept(name)?.path ?? archive.file(name)
                try merge(month, base: (path, record), &outcome)
            }
        }
        return outcome
    }

    private func keep(_ file: SummedFile, _ record: FileRecord, as month: Month, _ outcome: inout Outcome) {
        staging.keep(file.path, as: ArchivePath.month(month, of: folder), record)
        outcome.months[month] = record
    }

    /// Writes a month anew out of the file that is there, of which the manifest says what it is unless it is this run's own.
    private func merge(
        _ month: Month, base: (path: String, record: FileRecord?), _ outcome: inout Outcome
    ) throws(WeFlowError) {
        let changes = changes[month] ?? [:]
        let additions = pending.lines(of: month)
        let old = try LineFile(base.path, sums: base.record != nil)
        let file = try staging.newFile()
        var (equal, isNew) = (EqualMessages(), false)
        let (changedBefore, goneBefore) = (outcome.changed, outcome.gone)
        while let line = try old.next() {
            guard let head = ArchiveLine(line, headOnly: true) else { throw LineFile.damaged(base.path) }
            while let next = try additions.next(), next < head.order {
                try additions.take { line throws(WeFlowError) in try file.append(line, time: next.createTime) }
                isNew = true
            }
            if !changes.isEmpty, let changed = try self.changed(line, head, changes, &equal, &outcome) {
                try (changed + [0x0A]).withUnsafeBytes { line in
                    Result { () throws(WeFlowError) in try file.append(line, time: head.order.createTime) }
                }.get()
            } else {
                // The end of the line lies behind it.
                try file.append(
                    UnsafeRawBufferPointer(start: line.baseAddress, count: line.count + (old.isCut ? 0 : 1)),
                    time: head.order.createTime)
            }
        }
        while let next = try additions.next() {
            try additions.take { line throws(WeFlowError) in try file.append(line, time: next.createTime) }
            isNew = true
        }
        if let record = base.record { try old.check(record) }
        let isChanged = outcome.changed != changedBefore || outcome.gone != goneBefore
        let record = try file.finish()
        if isNew || isChanged || base.record == nil {
            keep(file, record, as: month, &outcome)
        } else {
            staging.discard(file)
        }
    }

    private func changed(
        _ line: UnsafeRawBufferPointer, _ head: ArchiveLine, _ changes: [UInt64: [LineChange]],
        _ equal: inout EqualMessages, _ outcome: inout Outcome
    ) throws(WeFlowError) -> [UInt8]? {
        var key = MessageIdentity.key(serverID: head.serverID)
        var whole: ArchiveLine?
        if head.serverID == 0 {
            guard let line = ArchiveLine(line).map({ ($0, equal.key(of: $0, line)) }) else { return nil }
            (whole, key) = line
        }
        guard let wanted = changes[key], let parsed = whole ?? ArchiveLine(line),
            let text = LineChange.apply(wanted, to: parsed, line)
        else { return nil }
        let isGone = wanted.contains { if case .gone = $0 { true } else { false } }
        if isGone { outcome.gone += 1 } else { outcome.changed += 1 }
        return text
    }
}
