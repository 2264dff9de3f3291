internal import Foundation

/// Archives: begun, brought up to date, verified; of an account with one large chat, and of one with many small ones.
extension Field {
    /// How many chats the other account has, and in how many of them something new arrives.
    private static let chats = 5000
    private static let busy = 10
    private static let arrivals = 1000

    /// A run of the archive in a folder that is not there before.
    private func first(_ folder: String, of account: Account? = nil) -> Contender {
        weflow("archive", folder, of: account, output: .drain) { try Self.removed(folder) }
    }

    private static func removed(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    }

    /// Where the system has a file system in memory archives are begun there too, which tells the disk's part apart.
    func archive() throws -> [Line] {
        let files = FileManager.default
        let disk = workshop.path("copies")
        try files.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let memory = files.fileExists(atPath: "/dev/shm") ? "/dev/shm" : disk
        let places = [memory, disk].map { "\($0)/weflow-bench-archive" }
        let many = "\(memory)/weflow-bench-archive-of-many"
        let bare = "\(memory)/weflow-bench-files"
        let home = workshop.path("busy")
        defer {
            for place in places + [many, bare, home] where files.fileExists(atPath: place) { Workshop.remove(place) }
        }
        let version = Contender(label: "`weflow --version`", command: [workshop.options.weflow, "--version"])
        let export = messages("--limit", "0", "--format", "jsonl", "--detail", "--names")
        let small = try workshop.chats(Self.chats, each: scale / Self.chats)
        let size = try begin(many, of: small)
        let loop = Contender(
            label: "C program that makes \(size.files) files",
            command: [workshop.path("files"), bare, String(size.files), String(size.bytes)],
            before: { try Self.removed(bare) })
        let begun = try Contest(
            workshop, rounds: rounds,
            [
                ("version", version), ("export", export), ("memory", first(places[0])), ("disk", first(places[1])),
                ("many", first(many, of: small)), ("loop", loop),
            ])
        let again = weflow("archive", places[1], output: .drain)
        let sums = Contender(
            label: "sha256sum",
            command: [
                "/bin/sh", "-c", "find \"$0\" -type f ! -path '*/state/*' -exec sha256sum {} +", places[1],
            ])
        let later = try Contest(
            workshop, rounds: rounds,
            [
                ("again", again), ("verify", weflow("archive", "verify", places[1], "--no-source", output: .drain)),
                ("sums", sums), ("news", try news(home, many, of: small)),
            ])
        let (base, nothing, news) = (
            try begun.result("version").peak, try later.result("again"), try later.result("news")
        )
        let (export1, loop1, many1) = (
            try begun.result("export"), try begun.result("loop"), try begun.result("many")
        )
        let allowed = 1.6 * export1.wall + loop1.wall
        func peak(_ what: String, _ name: String) throws -> Line {
            let peak = try begun.result(name).peak
            let added = (peak - base) / 1_048_576
            return Line(
                what: what, ours: Report.megabytes(peak), peer: "`weflow --version`", theirs: Report.megabytes(base),
                ratio: String(format: "+%.1f MB", added), goal: "≤ +40 MB", met: added <= 40)
        }
        func within(_ what: String, _ sample: Sample, _ seconds: Double) -> Line {
            Line(
                what: what, ours: Report.time(sample.wall), peer: "", theirs: "", ratio: "",
                goal: "≤ \(Int(seconds * 1000)) ms", met: sample.wall <= seconds, cpu: Report.time(sample.cpu),
                peak: Report.megabytes(sample.peak))
        }
        return [
            try begun.line("archive, first run of \(scale), in memory", "memory", "export", goal: 1.6, frames: 1),
            try begun.line("the same onto the disk, all of it synced", "disk", "export"),
            try peak("its memory", "disk"),
            Line(
                what: "the same in \(Self.chats) chats, in memory", ours: Report.time(many1.wall),
                peer: "1.6 exports, and the C program that makes \(size.files) files", theirs: Report.time(allowed),
                ratio: Report.ratio(many1.wall / allowed), goal: "≤ 1", met: many1.wall <= allowed,
                cpu: "\(Report.time(many1.cpu)) / \(Report.time(1.6 * export1.cpu + loop1.cpu))",
                peak: Report.megabytes(many1.peak)),
            try peak("its memory", "many"),
            within("nothing new", nothing, 0.15),
            within("\(Self.arrivals) new messages in \(Self.busy) of \(Self.chats) chats", news, 0.4),
            try later.line("archive verify", "verify", "sums", goal: 1.5),
        ]
    }

    /// Begins an archive, and says how many files it has and how many bytes.
    private func begin(_ folder: String, of account: Account) throws -> (files: Int, bytes: Int) {
        struct Summary: Decodable { let files: Int, bytes: Int }
        try Self.removed(folder)
        let answer = try Workshop.output(
            of: weflow("archive", folder, of: account).command, environment: workshop.environment)
        let summary = try JSONDecoder().decode(Summary.self, from: Data(answer.utf8))
        return (summary.files, summary.bytes)
    }

    /// A run that finds new messages in some chats, which arrive before each.
    private func news(_ home: String, _ folder: String, of account: Account) throws -> Contender {
        // The account itself is others' too.
        try Self.removed(home)
        let source = URL(fileURLWithPath: account.account).deletingLastPathComponent()
        try FileManager.default.copyItem(atPath: source.path, toPath: home)
        let name = URL(fileURLWithPath: account.account).lastPathComponent
        let file = "\(home)/account.json"
        var text = try String(contentsOfFile: file, encoding: .utf8)
        text.replace(account.account, with: "\(home)/\(name)")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let busy = try JSONDecoder().decode(Account.self, from: Data(text.utf8))
        let command = [
            workshop.python, workshop.source("more.py"), home, String(Self.busy), String(Self.arrivals),
        ]
        return weflow("archive", folder, of: busy, output: .drain) { _ = try Workshop.output(of: command) }
    }
}
