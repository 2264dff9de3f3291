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
    /// The drafts that hold an open file, the last one used last.
    private var open: [Month] = []
    private let pending: PendingLines
    private var changes: [Month: [UInt64: [LineChange]]] = [:]
    /// Months that a rehearsal would write anew.
    private var rehearsed: Set<Month> = []

    /// A month that the archive does not have yet.
    private struct Draft {
        let file: SummedFile
        var last: ArchiveLine.Order
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
        guard known[month] == nil else { return try wait(line, order, in: month) }
        if let draft = drafts[month] {
            // What comes too late is put in its place in the end.
            guard draft.last < order || draft.last == order else { return try wait(line, order, in: month) }
            try draft.file.append(line, time: order.createTime)
            drafts[month]?.last = order
        } else {
            let file = try staging.newFile()
            try file.append(line, time: order.createTime)
            drafts[month] = Draft(file: file, last: order)
        }
        try touch(month)
    }

    /// A rehearsal has no need of the order.
    private func wait(
        _ line: UnsafeRawBufferPointer, _ order: ArchiveLine.Order, in month: Month
    ) throws(WeFlowError) {
        if staging.isReal { try pending.add(line, order, in: month) } else { rehearsed.insert(month) }
    }

    private func touch(_ month: Month) throws(WeFlowError) {
        guard open.last != month else { return }
        open.removeAll { $0 == month }
        open.append(month)
        if open.count > Self.mostOpen { try drafts[open.removeFirst()]?.file.rest() }
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
