import WeFlowPages
import WeFlowSearch
import WeFlowSystem

/// The lines of hits, and those around them.
extension ArchiveSearching {
    /// The line of a hit.
    func line(of hit: Hit) throws(WeFlowError) -> [UInt8] {
        let path = files[Int(hit.file)].path
        let file = try LineFile.open(path)
        do throws(SystemError) {
            let bytes = try file.bytes(Int(hit.length), at: hit.offset)
            if bytes.count == Int(hit.length) { return bytes }
        } catch {
            throw .system("\(path) cannot be read", error)
        }
        throw LineFile.damaged(path)
    }

    /// What was said before and after a hit, oldest first.
    func neighbours(_ hit: Hit) throws(WeFlowError) -> (before: [[UInt8]], after: [[UInt8]]) {
        let count = request.context
        guard count > 0 else { return ([], []) }
        // The files of a chat stand together, in the order of the months.
        var all = archive.months[chats[hit.chat].chat.folder].map { $0.keys.sorted() } ?? []
        let own = files[Int(hit.file)].path
        func path(_ month: Month) -> String {
            archive.folder.file(ArchivePath.month(month, of: chats[hit.chat].chat.folder))
        }
        var before: [[UInt8]] = []
        var after: [[UInt8]] = []
        while let first = all.first, path(first) != own {
            // Only the last lines of the months before it are wanted.
            if all.count > 1, path(all[1]) == own || before.isEmpty { try tail(path(first), count, &before) }
            all.removeFirst()
        }
        var isPast = false
        for month in all {
            let file = try LineFile(path(month), sums: false)
            var offset: Int64 = 0
            while let bytes = try file.next() {
                if path(month) == own, offset == hit.offset {
                    isPast = true
                } else if isPast {
                    after.append(Array(bytes))
                    if after.count == count { return (before, after) }
                } else {
                    before.append(Array(bytes))
                    if before.count > count { before.removeFirst() }
                }
                offset += Int64(bytes.count) + 1
            }
        }
        return (before, after)
    }

    func tail(_ path: String, _ count: Int, _ lines: inout [[UInt8]]) throws(WeFlowError) {
        let file = try LineFile(path, sums: false)
        while let bytes = try file.next() {
            lines.append(Array(bytes))
            if lines.count > count { lines.removeFirst() }
        }
    }
}
