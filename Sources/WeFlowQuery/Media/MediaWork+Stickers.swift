import WeFlowMedia
import WeFlowModel
import WeFlowPages
import WeFlowStore

/// A sticker to be exported.
struct StickerJob: Sendable {
    /// The places of its messages among the requests.
    var places: [Int]
    /// The exported file's name without extension.
    let base: String
    /// Its md5 in lower case; nil where it has none.
    let md5: String?
    /// What the message says of it.
    let sticker: StickerContent
    /// When the message was sent, Unix seconds.
    let createTime: Int64
}

extension MediaWork {
    /// Exports all stickers. Those that are there already cost one look; the others are fetched, a few at once.
    func exportStickers() async throws {
        let jobs = try await findStickers()
        guard !jobs.isEmpty else { return }
        let rows = stickerRows(jobs)
        var rest = jobs[...]
        try await orderedPipeline(width: 8, next: { rest.popFirst() }) { job in
            try Task.checkCancellation()
            try await self.export(job, row: job.md5.flatMap { HexName($0) }.flatMap { rows[$0] })
        } consume: {
            true
        }
    }

    /// The stickers that are not exported yet.
    private func findStickers() async throws -> [StickerJob] {
        var jobs: [StickerJob] = []
        var known: [String: Int] = [:]
        var names: LocalNames?
        for (place, request) in requests(of: .emoji) {
            guard case .sticker(let sticker) = request.reference else { continue }
            let md5 = HexName(sticker.md5)?.text
            let base: String
            if let md5 {
                base = md5
            } else {
                let made = names ?? LocalNames(chat)
                names = made
                base = made.name(request)
            }
            if let at = known[base] {
                jobs[at].places.append(place)
            } else {
                known[base] = jobs.count
                jobs.append(
                    StickerJob(
                        places: [place], base: base, md5: md5, sticker: sticker, createTime: request.createTime))
            }
        }
        return jobs.filter { job in
            guard let there = exportedSticker(job.base) else { return true }
            if let md5 = job.md5 { exporter.note(sticker: md5, at: there.path) }
            finish(job.places, .file(there), written: false)
            return false
        }
    }

    /// A sticker of this chat that is exported already: its name says all about it.
    private func exportedSticker(_ base: String) -> ExportedFile? {
        (["gif"] + Self.pictureExtensions + ["jpeg"]).lazy.map { self.file(.emoji, "\(base).\($0)") }.first { file in
            self.exporter.exports.existing(file.path).map { $0.size > 0 } ?? false
        }
    }

    /// What `emoticon.db` knows of stickers.
    private func stickerRows(_ jobs: [StickerJob]) -> [HexName: StickerRow] {
        let names = Set(jobs.compactMap(\.md5).compactMap { HexName($0) })
        var rows: [HexName: StickerRow] = [:]
        for name in StickerTables.databases where exporter.account.hasDatabase(name) && !names.isEmpty {
            do throws(WeFlowError) {
                let (found, damage) = try WeFlowError.retrying { () throws(WeFlowError) in
                    try StickerTables.rows(names, in: try exporter.account.database(name).snapshot())
                }
                rows.merge(found) { first, _ in first }
                for page in damage { note(page.error) }
            } catch {
                note(error)
            }
        }
        return rows
    }

    private func export(_ job: StickerJob, row: StickerRow?) async throws {
        if try copyFromOther(job) { return }
        if let picture = try cached(job) { return try put(picture, job) }
        var loss: MediaLoss?
        var firstError: WeFlowError?
        for url in Self.addresses(job.sticker, row) {
            let body: [UInt8]
            do {
                body = try await exporter.fetched.body(of: url)
            } catch let error as WeFlowError {
                firstError = firstError ?? error
                loss = MediaLoss(fetching: error).or(loss)
                continue
            }
            if let picture = try decode(body, keys: [job.sticker.aesKey, row?.aesKey ?? ""]) {
                return try put(picture, job, url: url)
            }
            loss = MediaLoss.damaged.or(loss)
        }
        if let firstError, exporter.isFirst(of: .network) { note(firstError) }
        finish(job.places, .missing(.emoji, loss ?? .notDownloaded), written: false)
    }

    /// All addresses of a sticker, those of the plain picture first in each place.
    private static func addresses(_ sticker: StickerContent, _ row: StickerRow?) -> [String] {
        var seen: Set<String> = [""]
        return [
            sticker.cdnURL, row?.cdnURL ?? "", sticker.encryptURL, row?.encryptURL ?? "", sticker.externURL,
            row?.externURL ?? "",
        ].filter { seen.insert($0).inserted }
    }

    private func decode(_ body: [UInt8], keys: [String]) throws(WeFlowError) -> Picture? {
        for key in keys {
            // What one key does not open, the next may.
            guard let sticker = try? StickerPicture(decoding: body, key: key.isEmpty ? nil : key) else { continue }
            return try displayable(Picture(bytes: sticker.bytes, format: sticker.format))
        }
        return nil
    }

    private func put(_ picture: Picture, _ job: StickerJob, url: String? = nil) throws(WeFlowError) {
        let target = file(.emoji, "\(job.base).\(picture.format.fileExtension)")
        let stamp = ExportStamp(modified: Int(job.createTime), source: 0, size: picture.bytes.count)
        let written = try exporter.exports.put(picture.bytes, to: target.path, stamp: stamp)
        if let md5 = job.md5 { exporter.note(sticker: md5, at: target.path) }
        finish(job.places, .file(target), written: written)
    }

    /// Takes the sticker from another chat's folder, where this run put it there.
    private func copyFromOther(_ job: StickerJob) throws(WeFlowError) -> Bool {
        guard let md5 = job.md5, let path = exporter.exportedSticker(md5),
            let source = try? SourceFile(path: path), source.size > 0,
            let name = path.split(separator: "/").last
        else { return false }
        let target = file(.emoji, String(name))
        let stamp = ExportStamp(modified: Int(job.createTime), source: 0, size: source.size)
        let written = try exporter.exports.copy(source, to: target.path, stamp: stamp)
        finish(job.places, .file(target), written: written)
        return true
    }

    /// The sticker as the client keeps it, where it is a picture as it stands.
    private func cached(_ job: StickerJob) throws(WeFlowError) -> Picture? {
        guard let md5 = job.md5 else { return nil }
        for path in places.stickers(md5, createTime: job.createTime) {
            // Mostly there is none, or it is encrypted with a key that no database has.
            guard let bytes = try? SourceFile(path: path).readAll(), let format = MediaFormat(of: bytes),
                format.isPicture
            else { continue }
            if let picture = try displayable(Picture(bytes: bytes[...], format: format)) { return picture }
        }
        return nil
    }
}
