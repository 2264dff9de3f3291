import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowStore
import WeFlowSystem

/// A file to be exported.
struct FileJob: Sendable {
    /// The places of its messages among the requests.
    var places: [Int]
    /// The exported file's name.
    let name: String
    /// Where it is.
    let found: FoundFile
}

extension MediaWork {
    /// Finds the files of all file messages. Messages of one file in one name share a job.
    func findFiles() throws -> [FileJob] {
        let hash = TableHash(of: chat.talker)
        let wanted = requests(of: .file).compactMap { place, request in
            request.file(in: hash).map { (place: place, request: request, file: $0) }
        }
        guard !wanted.isEmpty else { return [] }
        let findings = exporter.files.find(wanted.map(\.file))
        for page in findings.damage { note(page.error) }
        for error in findings.errors { note(error) }
        // All files of the chat are looked through for their names: only where one is to be had.
        let names =
            findings.files.contains { $0.state == .present }
            ? try exporter.documents.names(of: chat, by: exporter.files) : [:]
        var jobs: [FileJob] = []
        var known: [String: Int] = [:]
        for (wanted, found) in zip(wanted, findings.files) {
            let (place, request) = (wanted.place, wanted.request)
            let size = found.state == .present ? found.sizeOnDisk : found.size
            if let largest = request.largestFile, size > largest {
                finish([place], .missing(.file, .tooLarge), written: false)
                continue
            }
            guard found.state == .present else {
                finish([place], .missing(.file, found.state == .absent ? .absent : .mismatch), written: false)
                continue
            }
            let row = ChatDocuments.Row(request.entry, in: chat)
            let name = names[row] ?? DocumentName(found.nameOnDisk).text
            if let at = known[name], jobs[at].found == found {
                jobs[at].places.append(place)
            } else {
                known[name] = jobs.count
                jobs.append(FileJob(places: [place], name: name, found: found))
            }
        }
        return jobs
    }

    /// Exports a file as it is.
    func export(_ job: FileJob) throws(WeFlowError) {
        let target = file(.file, job.name)
        let size = Int(clamping: job.found.sizeOnDisk)
        let stamp = ExportStamp(modified: job.found.modified, source: size, size: size)
        if let there = exporter.exports.existing(target.path), there.size == size, there.bears(stamp) {
            return finish(job.places, .file(target), written: false)
        }
        let source: SourceFile
        do {
            source = try SourceFile(exporter.files.open(job.found))
        } catch {
            // It went away since it was found, or may not be read.
            return finish(job.places, .missing(.file, .absent), written: false)
        }
        let copied = ExportStamp(modified: job.found.modified, source: source.size, size: source.size)
        let written = try exporter.exports.copy(source, to: target.path, stamp: copied)
        finish(job.places, .file(target), written: written)
    }
}

extension MediaRequest {
    /// The file that it is about, nil where it is about something else.
    fileprivate func file(in chat: TableHash) -> WantedFile? {
        guard case .file(let content) = reference else { return nil }
        return WantedFile(content, chat: chat, localID: localID, createTime: createTime)
    }
}
