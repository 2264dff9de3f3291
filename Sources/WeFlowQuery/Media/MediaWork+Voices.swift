import WeFlowMedia
import WeFlowPages
import WeFlowStore

/// A voice to be exported.
struct VoiceJob: Sendable {
    /// The place of its message among the requests.
    let place: Int
    /// The exported file's name.
    let name: String
    /// The voice as stored; nil where there is none.
    var voice: [UInt8]?
    /// Whether a database that may have it could not be read.
    var isUnreadable = false
}

extension MediaWork {
    /// Finds all voices that are not exported yet.
    func findVoices(_ names: LocalNames) throws -> [VoiceJob] {
        var jobs: [VoiceJob] = []
        for (place, request) in requests(of: .voice) {
            let later = names.isLater(request) ? Int(request.createTime) : nil
            let name = FileName.voice(localId: Int(request.localID), laterCreateTime: later)
            let target = file(.voice, name)
            // A voice never changes, so its message is all that the stamp has to tell.
            if let there = exporter.exports.existing(target.path), there.bears(request.voiceStamp(size: there.size)) {
                finish([place], .file(target), written: false)
            } else {
                jobs.append(VoiceJob(place: place, name: name))
            }
        }
        guard !jobs.isEmpty else { return [] }
        // The numbers of these databases do not follow those of the messages: each may have any of them.
        for name in exporter.account.voiceDatabases() where exporter.account.hasDatabase(name) {
            guard jobs.contains(where: { $0.voice == nil }) else { break }
            try Task.checkCancellation()
            read(name, into: &jobs)
        }
        return jobs
    }

    private func read(_ name: String, into jobs: inout [VoiceJob]) {
        do throws(WeFlowError) {
            jobs = try WeFlowError.retrying { () throws(WeFlowError) in
                var jobs = jobs
                try read(VoiceTable(exporter.account.database(name)), into: &jobs)
                return jobs
            }
        } catch {
            note(error)
            for job in jobs.indices where jobs[job].voice == nil { jobs[job].isUnreadable = true }
        }
    }

    private func read(_ table: VoiceTable, into jobs: inout [VoiceJob]) throws(WeFlowError) {
        let talker = try table.chatID(chat.talker)
        for job in jobs.indices where jobs[job].voice == nil {
            guard let talker else { break }
            jobs[job].voice = try table.voice(requests[jobs[job].place].voiceKey, chat: talker)
        }
        // Voices are filed under the chat in every store that was seen; elsewhere is the last resort.
        let missing = jobs.indices.filter { jobs[$0].voice == nil }
        let ids = missing.map { requests[jobs[$0].place].serverID }.filter { $0 != 0 }
        let strays = try table.voices(Set(ids))
        for job in missing {
            let request = requests[jobs[job].place]
            if let stray = strays[request.serverID] {
                jobs[job].voice = stray
                continue
            }
            for name in [request.sender, chat.ownUsername] where jobs[job].voice == nil && name != chat.talker {
                guard let id = try table.chatID(name) else { continue }
                jobs[job].voice = try table.voice(request.voiceKey, chat: id)
            }
        }
    }

    /// Decodes and exports a voice.
    func export(_ job: VoiceJob) throws(WeFlowError) {
        guard let voice = job.voice else {
            return finish([job.place], .missing(.voice, job.isUnreadable ? .damaged : .notDownloaded), written: false)
        }
        let wav: [UInt8]
        do throws(SilkFailure) {
            wav = try SilkVoice.wav(voice)
        } catch {
            return finish([job.place], .missing(.voice, .damaged), written: false)
        }
        guard wav.count > WAVFile.headerLength else {
            return finish([job.place], .missing(.voice, .damaged), written: false)
        }
        let target = file(.voice, job.name)
        let stamp = requests[job.place].voiceStamp(size: wav.count)
        let written = try exporter.exports.put(wav[...], to: target.path, stamp: stamp)
        finish([job.place], .file(target), written: written)
    }
}

extension MediaRequest {
    /// What names the voice in its database.
    fileprivate var voiceKey: VoiceTable.Key {
        VoiceTable.Key(serverID: serverID, createTime: createTime, localID: localID)
    }

    /// The stamp of the exported voice.
    fileprivate func voiceStamp(size: Int) -> ExportStamp {
        ExportStamp(modified: Int(createTime), source: Int(serverID), variant: Int(localID), size: size)
    }
}
