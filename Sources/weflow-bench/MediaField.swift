internal import Foundation

/// Pictures and voices of a chat, exported into an empty folder.
struct MediaField {
    let workshop: Workshop
    private let account: Account

    private static let counts = (pictures: 1000, voices: 200)

    /// Makes the account, or finds it.
    init(_ workshop: Workshop) throws {
        self.workshop = workshop
        account = try workshop.media(pictures: Self.counts.pictures, voices: Self.counts.voices)
    }

    func pictures() throws -> Line {
        try line("\(Self.counts.pictures) pictures, exported", "pictures", leaving: ["--no-voice"], goal: 0.20)
    }

    func voices() throws -> Line {
        try line("\(Self.counts.voices) voices, as WAV", "voices", leaving: ["--no-image"], goal: 0.25)
    }

    private func line(_ what: String, _ task: String, leaving others: [String], goal: Double) throws -> Line {
        guard let key = account.imageKey, let xor = account.imageXor else {
            throw Workshop.Failure(description: "the account of pictures has no key for them")
        }
        // In memory, where there is such a file system: one on a disk is slow at making files where others were removed.
        let place = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : workshop.folder.path
        let folders = ["weflow", "python"].map { "\(place)/weflow-bench-\($0)-\(task)" }
        let remove = { (folder: String) in
            if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
        }
        defer { for folder in folders where FileManager.default.fileExists(atPath: folder) { Workshop.remove(folder) } }
        let weflow = Contender(
            label: "weflow",
            command: [
                workshop.options.weflow, "messages", account.talker, "--media", "--limit", "0", "--format", "jsonl",
                "--export-path", folders[0], "--image-key", key, "--image-xor-key", String(xor),
                "--account", account.account, "--key-file", account.keyFile,
            ] + others, before: { try remove(folders[0]) })
        let python = Contender(
            label: "Python with C libraries",
            command: [
                workshop.python, workshop.source("media_peer.py"), account.store, account.peerKey, account.table, task,
                key, String(xor), folders[1],
            ], before: { try remove(folders[1]) })
        let contest = try Contest(
            workshop, rounds: workshop.options.repetitions, [("weflow", weflow), ("python", python)])
        let sums = try folders.map(Self.sums)
        guard sums[0] == sums[1] else {
            throw Workshop.Failure(description: "weflow and Python do not export the same \(task)")
        }
        return try contest.line(what, "weflow", "python", goal: goal)
    }

    /// What the files of a folder hold, whatever they are called.
    private static func sums(of folder: String) throws -> String {
        try Workshop.output(
            of: ["/bin/sh", "-c", "find \"$0\" -type f -exec sha256sum {} + | cut -c 1-64 | sort", folder])
    }
}
