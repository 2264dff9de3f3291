import WeFlowMedia
import WeFlowPages
import WeFlowQuery

/// What becomes of the messages that were read.
extension ChatRun {
    /// A line of a batch that is new.
    private struct Fresh {
        let place: Int
        let key: UInt64
    }

    /// One that is archived already, without its file.
    private struct Late {
        let place: Int
        let key: UInt64
        let month: Month
    }

    /// What became of a message's file.
    private enum File {
        case stored([UInt8])
        case missing(MediaLoss)
    }

    /// What became of the files of a batch, by the places of their lines. An array and no dictionary: the places of all
    /// lines are asked for, and hashing them was 3 % of a first run.
    private struct Files {
        /// Where each line's file stands among them, -1 for a line without one; empty where no line has one.
        private var at: [Int32] = []
        private var files: [File] = []

        mutating func put(_ file: File, at place: Int, of count: Int) {
            if at.isEmpty { at = Array(repeating: -1, count: count) }
            at[place] = Int32(truncatingIfNeeded: files.count)
            files.append(file)
        }

        subscript(place: Int) -> File? { at.isEmpty || at[place] < 0 ? nil : files[Int(at[place])] }
    }

    /// Takes the messages of a batch: those that are new are written, of the others what changed.
    func take(_ batch: LineBatch, _ reader: ChatReader) async throws {
        let heads = batch.heads
        context.progress(heads.count)
        spans.take(heads)
        let (fresh, late) = try tell(heads, batch)
        let files = try await export(batch.wishes, of: heads.count, fresh, late, reader)
        try add(fresh, heads, batch, files)
        unwritten = []
        for late in late {
            guard case .stored(let json)? = files[late.place] else { continue }
            writer.change(late.key, in: late.month, .media(json))
            resolve(late.key, .missing)
        }
    }

    /// Tells what is new from what is not.
    ///
    /// - Returns: the places of new lines, in order; and the lines whose file was missing so far.
    private func tell(_ heads: [LineBatch.Head], _ batch: LineBatch) throws -> (fresh: [Fresh], late: [Late]) {
        var fresh: [Fresh] = []
        fresh.reserveCapacity(heads.count)
        var late: [Late] = []
        var (isSorted, last) = (true, ArchiveLine.Order.first)
        index.expect(heads)
        for place in heads.indices {
            let head = heads[place]
            if head.isRevoke {
                notices.append((head, batch.withLine(head) { Array($0) }))
                continue
            }
            let key = head.isNumbered ? head.key : try self.key(of: head)
            let info = LineIndex.Info(month: clock.month(of: head.order.createTime), .seen)
            if let slot = index.insertMissing(key, info, content: head.content),
                unwritten.isEmpty || unwritten.remove(key) == nil
            {
                if see(slot, key, head, batch) {
                    late.append(Late(place: place, key: key, month: index.infos[slot].month))
                }
                continue
            }
            fresh.append(Fresh(place: place, key: key))
            if head.order < last { isSorted = false }
            last = head.order
        }
        if !isSorted { fresh.sort { heads[$0.place].order < heads[$1.place].order } }
        return (fresh, late)
    }

    /// The key of a message without a number.
    private func key(of head: LineBatch.Head) throws -> UInt64 {
        if equal != nil { return equal?.key(base: head.key) ?? head.key }
        // It may be this one or another that is equal: only the whole chat tells.
        if index.find(head.key) != nil, !isRevisiting { throw ReadWhole() }
        return head.key
    }

    /// Notes that a message which is archived is still at the source, and what of it is another now.
    ///
    /// - Returns: whether its file is missing.
    private func see(_ slot: Int, _ key: UInt64, _ head: LineBatch.Head, _ batch: LineBatch) -> Bool {
        let info = index.infos[slot]
        let isFirst = !info.contains(.seen)
        index.mark(slot, .seen)
        guard info.contains(.old), isFirst || isRevisiting else { return false }
        let known = index.content(slot)
        if known != 0, head.content != 0, known != head.content, !info.contains(.notice) {
            let content = batch.withLine(head) { bytes in
                ArchiveLine(bytes).map { Array(bytes[$0.content]) }
            }
            if let content { writer.change(key, in: info.month, .edited(context.now, content)) }
        }
        if info.contains(.untold), let told = head.told {
            writer.change(key, in: info.month, .detail(batch.withLine(head) { Array($0[told]) }))
            resolve(key, .untold)
        }
        return info.contains(.missing)
    }

    private func resolve(_ key: UInt64, _ mark: LineIndex.Info) {
        if let slot = index.find(key) { index.unmark(slot, mark) }
        resolved.insert(key)
    }

    // MARK: Files

    /// Exports the files of lines that are new and of those that lacked theirs, by their places.
    private func export(
        _ wishes: [(place: Int, wish: ChatReader.MediaWish)], of count: Int, _ fresh: [Fresh], _ late: [Late],
        _ reader: ChatReader
    ) async throws -> Files {
        var files = Files()
        guard !wishes.isEmpty else { return files }
        var isWanted = Array(repeating: false, count: count)
        for line in fresh { isWanted[line.place] = true }
        for line in late { isWanted[line.place] = true }
        let wishes = wishes.filter { isWanted[$0.place] }
        guard !wishes.isEmpty else { return files }
        let (outcomes, notes): ([MediaOutcome], [WeFlowError])
        do {
            (outcomes, notes) = try await reader.export(wishes.map(\.wish))
        } catch {
            // Where a database moves meanwhile, what is new now is known when it is read again, and yet in no file.
            unwritten.formUnion(fresh.map(\.key))
            throw error
        }
        for note in notes where !outcome.notes.contains(note) { outcome.notes.append(note) }
        for ((place, wish), outcome) in zip(wishes, outcomes) {
            let file: File
            switch outcome {
            case .file(let exported):
                file = .stored(try context.intake.stored(exported.path).json(type: wish.kind.rawValue))
            // The network was not asked, so it did not fail to answer.
            case .missing(_, .unreachable), .missing(_, .expired): file = .missing(.notDownloaded)
            case .missing(_, let loss): file = .missing(loss)
            }
            files.put(file, at: place, of: count)
        }
        return files
    }

    // MARK: Adding

    /// Writes new lines. Those that lie side by side and belong into one file go there as one piece.
    private func add(
        _ fresh: [Fresh], _ heads: [LineBatch.Head], _ batch: LineBatch, _ files: Files
    ) throws {
        outcome.added += fresh.count
        var (run, month) = (0..<0, Month(number: 0))
        for line in fresh {
            let place = line.place
            let head = heads[place]
            let own = clock.month(of: head.order.createTime)
            if head.isVoice, head.told == nil { lacks(head, line.key, own, .untold, in: \.untold) }
            if let file = files[place] {
                try write(run, heads, batch, in: month)
                run = 0..<0
                try add(head, line.key, batch, file, in: own)
            } else if place == run.upperBound, own == month, !run.isEmpty {
                run = run.lowerBound..<place + 1
            } else {
                try write(run, heads, batch, in: month)
                (run, month) = (place..<place + 1, own)
            }
        }
        try write(run, heads, batch, in: month)
    }

    private func write(
        _ run: Range<Int>, _ heads: [LineBatch.Head], _ batch: LineBatch, in month: Month
    ) throws {
        guard !run.isEmpty else { return }
        let (first, last) = (heads[run.lowerBound], heads[run.upperBound - 1])
        let isWritten = try batch.withText(first.range.lowerBound..<last.range.upperBound) { lines in
            try writer.append(lines, rows: run.count, from: first.order, to: last.order, in: month)
        }
        guard !isWritten else { return }
        for head in heads[run] { try batch.withText(head.range) { try writer.add($0, head.order, in: month) } }
    }

    private func add(
        _ head: LineBatch.Head, _ key: UInt64, _ batch: LineBatch, _ file: File, in month: Month
    ) throws {
        line.removeAll(keepingCapacity: true)
        batch.withLine(head) { line.append(contentsOf: $0.dropLast()) }
        switch file {
        case .stored(let json):
            line += ",\"media\":".utf8
            line += json
        case .missing(let loss):
            line += ",\"mediaError\":\"".utf8
            line += loss.rawValue.utf8
            line += "\"".utf8
            // What is too large is not looked for again.
            if loss != .tooLarge { lacks(head, key, month, .missing, in: \.missing) }
        }
        line += "}\n".utf8
        try line.withUnsafeBytes { try writer.add($0, head.order, in: month) }
    }

    /// Notes that a line lacks something that may come.
    private func lacks(
        _ head: LineBatch.Head, _ key: UInt64, _ month: Month, _ mark: LineIndex.Info,
        in list: WritableKeyPath<SourceState.Chat, [SourceState.Revisit]>
    ) {
        if let slot = index.find(key) { index.mark(slot, mark) }
        outcome.state[keyPath: list].append(
            SourceState.Revisit(
                key: key, localID: head.place.rowID, month: month, kind: 0, createTime: head.order.createTime))
    }

    // MARK: Notices

    /// Takes the notices that messages were taken back, after all messages: what one means is then there.
    func takeNotices(isWhole: Bool) throws {
        var equal = EqualMessages()
        for (head, line) in notices {
            let own = head.isNumbered ? head.key : 0
            let meant = head.revoked == 0 ? own : MessageIdentity.key(serverID: head.revoked)
            if let (key, slot) = [meant, own].lazy.compactMap({ key in self.index.find(key).map { (key, $0) } }).first(
                where: { !self.index.infos[$0.1].contains(.notice) })
            {
                let info = index.infos[slot]
                index.mark(slot, [.seen, .recalled])
                if !info.contains(.recalled) {
                    writer.change(key, in: info.month, .recalled(head.order.createTime))
                    // Its file is of no use to anybody at the source any more.
                    resolve(key, [])
                }
                continue
            }
            let key = own != 0 ? own : isWhole ? equal.key(base: head.key) : head.key
            if let slot = index.find(key) {
                index.mark(slot, .seen)
                continue
            }
            let month = clock.month(of: head.order.createTime)
            index.insert(key, LineIndex.Info(month: month, [.seen, .notice]), content: head.content)
            outcome.added += 1
            try (line + [0x0A]).withUnsafeBytes { try writer.add($0, head.order, in: month) }
        }
        notices = []
    }
}
