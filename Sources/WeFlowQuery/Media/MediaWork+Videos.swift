import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowStore

/// A video to be exported.
struct VideoJob: Sendable {
    /// The places of its messages among the requests.
    var places: [Int]
    /// The exported file's name.
    let name: String
    /// Names that it may have in the account, without extension.
    var names: [String]
    /// Files that may hold it, best first.
    var files: [FolderCache.File] = []
}

extension MediaWork {
    /// Finds the files of all videos.
    func findVideos(_ names: LocalNames) -> [VideoJob] {
        var jobs: [VideoJob] = []
        var known: [String: Int] = [:]
        for (place, request) in requests(of: .video) {
            let candidates = request.names()
            let base = candidates.first ?? names.name(request)
            if let at = known[base] {
                jobs[at].places.append(place)
                jobs[at].names += candidates.filter { !jobs[at].names.contains($0) }
            } else {
                known[base] = jobs.count
                jobs.append(VideoJob(places: [place], name: "\(base).mp4", names: candidates))
            }
        }
        for job in jobs.indices {
            jobs[job].files = files(jobs[job], in: jobs[job].places.map { places.month(of: requests[$0].createTime) })
        }
        findMore(&jobs)
        return jobs
    }

    /// Looks in all other places for videos that are not in the month of their message.
    private func findMore(_ jobs: inout [VideoJob]) {
        let missing = jobs.indices.filter { jobs[$0].files.isEmpty }
        guard !missing.isEmpty else { return }
        let resources = resourceNames(missing.flatMap { jobs[$0].places.map { ($0, requests[$0]) } })
        let rows = hardlinks(missing.flatMap { jobs[$0].names }, kind: .video)
        let months = places.months(in: places.videos)
        for job in missing {
            let names = jobs[job].names
            let linked = names.compactMap { HexName($0) }.flatMap { rows[$0] ?? [] }.filter { row in
                row.fileName.lowercased().hasSuffix(".mp4") && FileName.isSafeComponent(row.fileName)
            }
            let others =
                jobs[job].places.compactMap { resources[$0] }
                + linked.map { String($0.fileName.lowercased().dropLast(4)) }
            jobs[job].names += others.filter { !names.contains($0) }
            let near = jobs[job].places.flatMap { place in
                let moment = requests[place].createTime
                return [places.month(of: moment)] + places.neighbours(of: moment)
            }
            jobs[job].files = files(jobs[job], in: near)
            if jobs[job].files.isEmpty { jobs[job].files = files(jobs[job], in: linked.map(\.first) + months) }
        }
    }

    private func files(_ job: VideoJob, in months: [String]) -> [FolderCache.File] {
        var seen: Set<String> = []
        return job.names.flatMap { name in
            months.filter(FileName.isSafeComponent).flatMap { places.videos(name, month: $0) }
        }.filter { seen.insert($0.path).inserted }
    }

    /// Exports a video: the first of its files that is one.
    func export(_ job: VideoJob) throws(WeFlowError) {
        let target = file(.video, job.name)
        let there = exporter.exports.existing(target.path)
        for candidate in job.files {
            let stamp = ExportStamp(modified: candidate.modified, source: candidate.size, size: candidate.size)
            if let there, there.size == candidate.size, there.bears(stamp) {
                return finish(job.places, .file(target), written: false)
            }
            // What cannot be read is passed over like what is no video.
            guard let source = try? SourceFile(path: candidate.path), let head = try? source.read(8, at: 0),
                VideoName.isVideo(head)
            else { continue }
            let copied = ExportStamp(modified: candidate.modified, source: source.size, size: source.size)
            let written = try exporter.exports.copy(source, to: target.path, stamp: copied)
            return finish(job.places, .file(target), written: written)
        }
        finish(job.places, .missing(.video, job.files.isEmpty ? .notDownloaded : .damaged), written: false)
    }
}
