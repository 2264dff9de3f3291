import WeFlowPages
import WeFlowSystem

/// Lines that wait to be put in order among others, in memory and, where they are many, in sorted runs in a file.
final class PendingLines {
    /// A line that waits.
    private struct Waiting {
        let order: ArchiveLine.Order
        let month: Month
        let range: Range<Int>
    }

    /// Lines of one month that lie sorted in the file: where, and how many bytes.
    private struct Run {
        let start: Int64
        let length: Int
    }

    private var waiting: [Waiting] = []
    private var pool: [UInt8] = []
    private var runs: [Month: [Run]] = [:]
    private var file: File?
    private var offset: Int64 = 0
    private let makeFile: () throws(WeFlowError) -> String

    /// More bytes than these are put into the file.
    private static let mostHeld = 4 << 20
    private static let headSize = 36

    /// - Parameter makeFile: gives the path of a new file, should one be needed.
    init(_ makeFile: @escaping () throws(WeFlowError) -> String) { self.makeFile = makeFile }

    /// The months that lines wait for.
    var months: Set<Month> { Set(runs.keys).union(waiting.map(\.month)) }

    /// Lets a line with its end wait.
    ///
    /// - Throws: `.system` where the file cannot be written.
    func add(_ line: UnsafeRawBufferPointer, _ order: ArchiveLine.Order, in month: Month) throws(WeFlowError) {
        waiting.append(Waiting(order: order, month: month, range: pool.count..<pool.count + line.count))
        pool.append(contentsOf: line)
        if pool.count >= Self.mostHeld { try spill() }
    }

    private func spill() throws(WeFlowError) {
        if file == nil {
            let path = try makeFile()
            do throws(SystemError) { file = try File(path, for: .making, followingLinks: false) } catch {
                throw .system("\(path) cannot be written", error)
            }
            // Nobody asks for it by its name.
            Paths.discard(path)
        }
        guard let file else { return }
        do throws(SystemError) {
            waiting.sort { ($0.month.number, $0.order) < ($1.month.number, $1.order) }
            var at = waiting.startIndex
            while at < waiting.endIndex {
                let month = waiting[at].month
                var bytes: [UInt8] = []
                while at < waiting.endIndex, waiting[at].month == month {
                    let line = waiting[at]
                    for word in [
                        UInt64(bitPattern: line.order.createTime), UInt64(bitPattern: line.order.sortSeq),
                        UInt64(bitPattern: line.order.localID), line.order.tie,
                    ] { withUnsafeBytes(of: word) { bytes += $0 } }
                    withUnsafeBytes(of: UInt32(truncatingIfNeeded: line.range.count)) { bytes += $0 }
                    bytes += pool[line.range]
                    at += 1
                }
                try file.write(bytes, at: offset)
                runs[month, default: []].append(Run(start: offset, length: bytes.count))
                offset += Int64(bytes.count)
            }
        } catch {
            throw .system("a file in the archive's state folder cannot be written", error)
        }
        waiting.removeAll(keepingCapacity: true)
        pool.removeAll(keepingCapacity: true)
    }

    /// The lines that wait for a month, in order.
    func lines(of month: Month) -> Sorted {
        let held = waiting.filter { $0.month == month }.sorted { $0.order < $1.order }
        var sources = (runs[month] ?? []).compactMap { run in
            file.map { Source.filed(FiledRun($0, start: run.start, length: run.length)) }
        }
        sources.append(.held(held.map { ($0.order, $0.range) }[...]))
        return Sorted(pool: pool, sources: sources)
    }

    fileprivate enum Source {
        case held(ArraySlice<(order: ArchiveLine.Order, range: Range<Int>)>)
        case filed(FiledRun)
    }

    /// Lines out of several runs in one order.
    final class Sorted {
        private let pool: [UInt8]
        private var sources: [Source]
        private var heads: [ArchiveLine.Order?]

        fileprivate init(pool: [UInt8], sources: [Source]) {
            (self.pool, self.sources) = (pool, sources)
            heads = sources.map { _ in nil }
        }

        /// The order of the next line; nil behind the last.
        ///
        /// - Throws: `.system` where the file cannot be read.
        func next() throws(WeFlowError) -> ArchiveLine.Order? {
            try leader().flatMap { heads[$0] }
        }

        private func leader() throws(WeFlowError) -> Int? {
            var best: Int?
            for place in sources.indices {
                if heads[place] == nil {
                    switch sources[place] {
                    case .held(let lines): heads[place] = lines.first?.order
                    case .filed(let run): heads[place] = try run.head()
                    }
                }
                guard let head = heads[place] else { continue }
                if let known = best.flatMap({ heads[$0] }), known <= head { continue }
                best = place
            }
            return best
        }

        /// Hands the next line on, with its end.
        ///
        /// - Throws: what `body` throws.
        func take(_ body: (UnsafeRawBufferPointer) throws(WeFlowError) -> Void) throws(WeFlowError) {
            guard let place = try leader() else { return }
            heads[place] = nil
            switch sources[place] {
            case .held(var lines):
                guard let line = lines.popFirst() else { return }
                sources[place] = .held(lines)
                try pool.withUnsafeBytes { bytes in
                    Result { () throws(WeFlowError) in try body(UnsafeRawBufferPointer(rebasing: bytes[line.range])) }
                }.get()
            case .filed(let run):
                try run.take().withUnsafeBytes { bytes in
                    Result { () throws(WeFlowError) in try body(bytes) }
                }.get()
            }
        }
    }

    /// A sorted run in the file, read piece by piece.
    fileprivate final class FiledRun {
        private let file: File
        private var start: Int64
        private var length: Int
        private var piece: [UInt8] = []
        private var at = 0

        private static let pieceLength = 64 << 10

        init(_ file: File, start: Int64, length: Int) {
            (self.file, self.start, self.length) = (file, start, length)
        }

        /// Sees to it that so many bytes are there.
        private func need(_ count: Int) throws(WeFlowError) {
            guard piece.count - at < count else { return }
            let wanted = min(length, max(Self.pieceLength, count))
            do throws(SystemError) {
                piece = Array(piece[at...]) + (try file.bytes(wanted, at: start))
            } catch {
                throw .system("a file in the archive's state folder cannot be read", error)
            }
            at = 0
            start += Int64(wanted)
            length -= wanted
        }

        func head() throws(WeFlowError) -> ArchiveLine.Order? {
            guard piece.count - at + length >= PendingLines.headSize else { return nil }
            try need(PendingLines.headSize)
            return piece.withUnsafeBytes { bytes in
                ArchiveLine.Order(
                    createTime: bytes.loadUnaligned(fromByteOffset: at, as: Int64.self),
                    sortSeq: bytes.loadUnaligned(fromByteOffset: at + 8, as: Int64.self),
                    localID: bytes.loadUnaligned(fromByteOffset: at + 16, as: Int64.self),
                    tie: bytes.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self))
            }
        }

        func take() throws(WeFlowError) -> [UInt8] {
            try need(PendingLines.headSize)
            let count = piece.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: at + 32, as: UInt32.self)) }
            try need(PendingLines.headSize + count)
            let first = at + PendingLines.headSize
            at = first + count
            return Array(piece[first..<at])
        }
    }
}
