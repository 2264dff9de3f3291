internal import Foundation

/// Archives.
extension Field {
    /// An archive of one chat: begun, brought up to date, verified. Where the system has a file system in memory it is begun
    /// there too, which tells the disk's part apart.
    func archive() throws -> [Line] {
        let files = FileManager.default
        func folder(_ place: String) -> String { "\(place)/weflow-bench-archive" }
        func first(_ place: String) -> Contender {
            weflow("archive", folder(place), output: .drain) {
                if files.fileExists(atPath: folder(place)) { try files.removeItem(atPath: folder(place)) }
            }
        }
        let disk = workshop.path("copies")
        try files.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let memory = files.fileExists(atPath: "/dev/shm") ? "/dev/shm" : disk
        defer { for place in [disk, memory] { try? files.removeItem(atPath: folder(place)) } }
        let export = messages("--limit", "0", "--format", "jsonl", "--detail", "--names")
        let begun = try Contest(
            workshop, rounds: rounds,
            [
                ("version", Contender(label: "`weflow --version`", command: [workshop.options.weflow, "--version"])),
                ("export", export), ("memory", first(memory)), ("disk", first(disk)),
            ])
        let again = weflow("archive", folder(disk), output: .drain)
        let sums = Contender(
            label: "sha256sum",
            command: [
                "/bin/sh", "-c", "find \"$0\" -type f ! -path '*/state/*' -exec sha256sum {} +", folder(disk),
            ])
        let later = try Contest(
            workshop, rounds: rounds,
            [
                ("again", again), ("verify", weflow("archive", "verify", folder(disk), "--no-source", output: .drain)),
                ("sums", sums),
            ])
        let (base, peak) = (try begun.result("version").peak, try begun.result("disk").peak)
        let nothing = try later.result("again")
        let added = (peak - base) / 1_048_576
        return [
            try begun.line("archive, first run of \(scale), in memory", "memory", "export", goal: 1.6, frames: 1),
            try begun.line("the same onto the disk, all of it synced", "disk", "export"),
            Line(
                what: "its memory", ours: Report.megabytes(peak), peer: "`weflow --version`",
                theirs: Report.megabytes(base), ratio: String(format: "+%.1f MB", added), goal: "≤ +40 MB",
                met: added <= 40),
            Line(
                what: "nothing new", ours: Report.time(nothing.wall), peer: "", theirs: "", ratio: "", goal: "≤ 150 ms",
                met: nothing.wall <= 0.15, cpu: Report.time(nothing.cpu), peak: Report.megabytes(nothing.peak)),
            try later.line("archive verify", "verify", "sums", goal: 1.5),
        ]
    }
}
