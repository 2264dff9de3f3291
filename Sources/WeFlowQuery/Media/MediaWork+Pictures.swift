import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowStore
import WeFlowSystem

/// A picture to be exported.
struct PictureJob: Sendable {
    /// The places of its messages among the requests.
    var places: [Int]
    /// The exported file's name without extension.
    let base: String
    /// Names that it may have in the account.
    var names: [String]
    /// Files that may hold it, best first.
    var files: [PictureFile] = []
    /// What was exported under its name before, looked for once.
    var exported: [(name: String, existing: ExportedThere)] = []

    /// Takes in files that are not known yet.
    mutating func add(_ others: [PictureFile]) {
        for file in others where !files.contains(file) { files.append(file) }
        files.sort(by: PictureFile.precedes)
    }

    /// Whether there is none better than a thumbnail.
    var wantsMore: Bool { files.first.map { $0.rendition == .thumb } ?? true }
}

extension MediaWork {
    /// Extensions of what is exported, the likeliest first.
    static let pictureExtensions = ["jpg", "png", "gif", "webp", "bmp", "tif", "heic", "avif"]

    /// Finds the files of all pictures. Messages that show the same picture share one job, so that the best of their
    /// files is exported.
    func findPictures(_ names: LocalNames) -> [PictureJob] {
        var jobs: [PictureJob] = []
        var known: [String: Int] = [:]
        for (place, request) in requests(of: .image) {
            let candidates = request.names()
            let base = Self.base(request) ?? names.name(request)
            let job: Int
            if let at = known[base] {
                job = at
                jobs[at].places.append(place)
                jobs[at].names += candidates.filter { !jobs[at].names.contains($0) }
            } else {
                job = jobs.count
                known[base] = job
                jobs.append(PictureJob(places: [place], base: base, names: candidates))
            }
            let month = places.month(of: request.createTime)
            jobs[job].add(jobs[job].names.flatMap { places.pictures($0, month: month) })
        }
        findMore(&jobs)
        return jobs.indices.filter { !finishExported(&jobs[$0]) }.map { jobs[$0] }
    }

    /// Finishes a picture whose best file was exported and not touched since: one look at the exported file.
    private func finishExported(_ job: inout PictureJob) -> Bool {
        guard let best = job.files.first else { return false }
        for ending in Self.pictureExtensions {
            let name = "\(job.base).\(ending)"
            let target = file(.image, name, best.rendition)
            guard let there = exporter.exports.existing(target.path) else { continue }
            job.exported.append((name, there))
            guard there.bears(best.stamp(size: there.size)) else { continue }
            finish(job.places, .file(target), written: false)
            return true
        }
        return false
    }

    /// Looks in all other places for pictures of which there is nothing but a thumbnail so far.
    private func findMore(_ jobs: inout [PictureJob]) {
        let poor = jobs.indices.filter { jobs[$0].wantsMore }
        guard !poor.isEmpty else { return }
        let resources = resourceNames(poor.flatMap { jobs[$0].places.map { ($0, requests[$0]) } })
        for job in poor {
            for name in jobs[job].places.compactMap({ resources[$0] }) where !jobs[job].names.contains(name) {
                jobs[job].names.append(name)
            }
        }
        let rows = hardlinks(poor.flatMap { jobs[$0].names }, kind: .image)
        let months = places.months(in: places.attachments)
        for job in poor {
            let names = jobs[job].names
            for name in names.compactMap({ HexName($0) }) {
                for row in rows[name] ?? [] {
                    let record = row.extra.withUnsafeBytes { StoredName.recordFolder(in: $0) }
                    jobs[job].add(places.pictures(row, recordFolder: record))
                }
            }
            let requests = jobs[job].places.map { self.requests[$0] }
            let near = requests.flatMap { [places.month(of: $0.createTime)] + places.neighbours(of: $0.createTime) }
            jobs[job].add(names.flatMap { name in near.flatMap { places.pictures(name, month: $0) } })
            if jobs[job].wantsMore {
                jobs[job].add(names.flatMap { name in months.flatMap { places.pictures(name, month: $0) } })
            }
            if jobs[job].wantsMore {
                for request in requests {
                    jobs[job].add(places.pictures(localID: request.localID, createTime: request.createTime))
                }
            }
        }
    }

    /// The exported name of a picture without its extension; nil where nothing but the message's place names it.
    private static func base(_ request: MediaRequest) -> String? {
        guard case .image(let image) = request.reference else { return nil }
        return [image.md5, request.packedName].lazy.compactMap { HexName($0)?.text }.first
    }

    /// Exports a picture: the first of its files that decodes to what every viewer shows, else the first that decodes
    /// at all.
    func export(_ job: PictureJob) throws(WeFlowError) {
        var loss: MediaLoss?
        var second: (picture: Picture, file: PictureFile)?
        for candidate in job.files {
            // What was exported from this file and not touched since is not even opened.
            let done = job.exported.first { $0.existing.bears(candidate.stamp(size: $0.existing.size)) }
            if let done {
                return finish(job.places, .file(file(.image, done.name, candidate.rendition)), written: false)
            }
            if let known = exporter.failure(of: candidate) {
                loss = known.or(loss)
                continue
            }
            switch try decode(candidate) {
            case .success(let picture) where picture.format.isDisplayable:
                return try put(picture, of: candidate, job)
            case .success(let picture):
                second = second ?? (picture, candidate)
            case .failure(let reason):
                exporter.note(reason, of: candidate)
                loss = reason.or(loss)
            }
        }
        if let second { return try put(second.picture, of: second.file, job) }
        finish(job.places, .missing(.image, loss ?? .notDownloaded), written: false)
    }

    private func put(_ picture: Picture, of source: PictureFile, _ job: PictureJob) throws(WeFlowError) {
        let target = file(.image, "\(job.base).\(picture.format.fileExtension)", source.rendition)
        let written = try exporter.exports.put(
            picture.bytes, to: target.path, stamp: source.stamp(size: picture.bytes.count))
        finish(job.places, .file(target), written: written)
    }
}

/// A picture that was decoded.
struct Picture: Sendable {
    let bytes: ArraySlice<UInt8>
    let format: MediaFormat
}

extension MediaLoss: Error {}

extension PictureFile {
    /// The stamp of what is exported from this file.
    func stamp(size exported: Int) -> ExportStamp {
        ExportStamp(modified: modified, source: size, variant: rank, size: exported)
    }
}

extension MediaWork {
    /// Decodes a file in whatever form it is.
    ///
    /// - Throws: `.system` where the export folder, which a conversion needs, cannot be written to.
    private func decode(_ file: PictureFile) throws(WeFlowError) -> Result<Picture, MediaLoss> {
        guard let bytes = read(file) else { return .failure(.damaged) }
        let keys = exporter.settings.imageKeys
        let decoded: DatPicture
        do throws(MediaFailure) {
            decoded = try DatPicture(decoding: bytes, keys: keys)
        } catch {
            guard error == .imageXorKeyNeeded, let xor = exporter.electedXorKey(electXorKey),
                let again = try? DatPicture(decoding: bytes, keys: ImageKeys(aes: keys.aes, xor: xor))
            else { return .failure(MediaLoss(error)) }
            decoded = again
        }
        guard decoded.format.isPicture else { return .failure(.damaged) }
        return try displayable(Picture(bytes: decoded.bytes, format: decoded.format)).map { .success($0) }
            ?? .failure(.damaged)
    }

    /// The bytes of a file; nil where it cannot be read.
    private func read(_ file: PictureFile) -> [UInt8]? {
        do throws(SystemError) {
            return try SourceFile(path: file.path).readAll()
        } catch {
            if exporter.isFirst(of: .permission) { note(.system("\(file.path) cannot be read", error)) }
            return nil
        }
    }

    /// The picture itself, or what a wxgf container holds; nil where that cannot be taken out of it.
    func displayable(_ picture: Picture) throws(WeFlowError) -> Picture? {
        guard picture.format == .wxgf else { return picture }
        guard let container = WxgfContainer(picture.bytes) else { return nil }
        if let (range, format) = container.embedded {
            return Picture(bytes: container.bytes(of: range), format: format)
        }
        guard let ffmpeg = exporter.settings.ffmpeg else {
            note(Self.ffmpegNeeded)
            return nil
        }
        return try ffmpeg.picture(of: container, in: exporter.exports).map { picture in
            Picture(bytes: picture.bytes[...], format: picture.format)
        }
    }

    private static let ffmpegNeeded = WeFlowError(
        .unavailable,
        "some pictures are in WeChat's own form wxgf; install ffmpeg, or name it with WEFLOW_FFMPEG, to have them all")

    /// Lets the newest thumbnails of the chat tell the account's XOR key.
    private func electXorKey() -> UInt8? {
        var election = XorKeyElection()
        for path in places.thumbnails(limit: XorKeyElection.electorate) {
            // A thumbnail that cannot be read has no vote.
            guard let file = try? SourceFile(path: path), file.size >= 17, let head = try? file.read(15, at: 0),
                let end = try? file.read(2, at: file.size - 2)
            else { continue }
            election.add(head: head, lastTwo: end)
        }
        return election.winner
    }
}
